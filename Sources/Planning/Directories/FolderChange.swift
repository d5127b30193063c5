internal import BSON
package import Identity

/// The fields of a document that its folder is named after.
package struct FolderValues: Sendable, Equatable {
  package let name: String
  package let silo: String?
  /// `data.parents`.
  package let parents: [String]

  package init(name: String, silo: String?, parents: [String]) {
    self.name = name
    self.silo = silo
    self.parents = parents
  }

  init(_ document: Document) {
    self.init(
      name: document.element(.name)?.string ?? "",
      silo: document[path: PathFields.silo.names]?.string,
      parents: document[path: PathFields.parents.names]?.array?.compactMap(\.string) ?? [])
  }

  /// What they are once a change is made.
  func after(_ change: Change) -> FolderValues {
    func field(_ path: FieldPath) -> FieldChange? { change.fields.last { $0.path == path } }
    let (silo, parents) = (field(PathFields.silo), field(PathFields.parents))
    return FolderValues(
      name: field(.name)?.after?.string ?? name,
      silo: silo.map { $0.after?.string } ?? self.silo,
      parents: parents.map { $0.after?.array?.compactMap(\.string) ?? [] } ?? self.parents)
  }
}

/// A document that changes, as its folder sees it. One whose values stay the same belongs here too:
/// a folder above may take its own along.
package struct FolderChange: Sendable {
  package let identity: Identity
  package let title: String
  package let old: FolderValues
  package let new: FolderValues

  package init(identity: Identity, title: String, old: FolderValues, new: FolderValues) {
    self.identity = identity
    self.title = title
    self.old = old
    self.new = new
  }
}

extension FolderChange {
  /// The same for a document that keeps its name and place.
  var staying: FolderChange {
    FolderChange(identity: identity, title: title, old: old, new: old)
  }
}

/// The name of a project's collection, before and after.
package struct ProjectFolderChange: Sendable {
  package let identity: Identity
  package let title: String
  package let old: String
  package let new: String

  package init(identity: Identity, title: String, old: String, new: String) {
    self.identity = identity
    self.title = title
    self.old = old
    self.new = new
  }
}

/// Which folders follow their documents.
package struct DirectoryPlan: Sendable {
  /// In the order in which they are renamed.
  package let renames: [DirectoryRename]
  package let refused: [RefusedDirectory]
}

/// A folder that cannot follow, so that neither should its document.
package struct RefusedDirectory: Sendable, Equatable {
  /// Nil where it is so for every folder of the project.
  package let identity: Identity?
  package let title: String
  package let reason: String

  package init(identity: Identity?, title: String, reason: String) {
    self.identity = identity
    self.title = title
    self.reason = reason
  }
}

/// Why no folder can be named from a template, or none from some values.
struct FolderObjection: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
