internal import BSON
package import Identity

/// The documents of one project with what their folders are named after, before and after a plan.
package struct ProjectFolders: Sendable {
  private let template: String?
  private let project: ProjectFolderChange
  /// All documents: a folder above may take along that of one that stays.
  private let documents: [FolderChange]
  /// What folders are named after that an earlier run did not come to, whether they follow now or not.
  package let behind: [Identity: FolderValues]

  private init(
    _ template: String?, _ project: ProjectFolderChange, _ documents: [FolderChange],
    behind: [Identity: FolderValues]
  ) {
    self.template = template
    self.project = project
    self.documents = documents
    self.behind = behind
  }

  /// - Parameter behind: documents whose folders an earlier run did not come to, with what these are
  ///   named after; of the project the name of its collection.
  /// - Returns: nil where no folder is concerned.
  package init?(_ plan: Plan, _ observed: ObservedState, behind: [Identity: FolderValues] = [:]) {
    let makers = plan.changes.filter(\.makesFolder)
    guard plan.collectionRename != nil || !makers.isEmpty || !behind.isEmpty,
      let collection = plan.project.collection
    else { return nil }
    let home = Identity(project: plan.project.id, entity: plan.project.id)
    let projectDocument = observed.linked[home] ?? observed.projects.first
    var owners = ProjectFolders.owners(observed, home)
    var after: [Identity: FolderValues] = [:]
    var titles: [Identity: String] = [:]
    for change in makers {
      guard let document = observed.documents[change.id] else { continue }
      let values = after[change.identity] ?? FolderValues(document)
      after[change.identity] = values.after(change)
      titles[change.identity] = change.title
      // One that is taken over, or comes back, goes by whom it stands for from now on.
      owners[change.id] = change.identity
    }
    var places = [home: FolderValues(name: collection, silo: nil, parents: [])]
    for (id, identity) in owners {
      places[identity] = observed.documents[id].map(FolderValues.init)
    }
    self.init(
      projectDocument?[path: ["config", "template", "work"]]?.string,
      ProjectFolderChange(
        identity: home, title: plan.project.title, old: behind[home]?.name ?? collection,
        new: plan.collectionRename?.to ?? collection),
      owners.compactMap { id, identity in
        guard let document = observed.documents[id] else { return nil }
        let now = FolderValues(document)
        return FolderChange(
          identity: identity, title: titles[identity] ?? now.name, old: behind[identity] ?? now,
          new: after[identity] ?? now)
      },
      behind: behind.filter { identity, values in places[identity].map { $0 != values } ?? false })
  }

  /// Every asset document with whom its folder goes by. One that is not ours stands for nobody in
  /// Kitsu, and goes by its `_id`.
  private static func owners(_ observed: ObservedState, _ home: Identity) -> [ObjectID: Identity] {
    var owners: [ObjectID: Identity] = [:]
    for (id, document) in observed.documents where document.element(.type)?.string == "asset" {
      owners[id] = Identity(project: home.project, entity: home.entity, facet: "\(id)")
    }
    for (identity, document) in observed.linked {
      guard let id = document.element(.documentID)?.value.objectID, owners[id] != nil else {
        continue
      }
      owners[id] = identity
    }
    return owners
  }

  package var plan: DirectoryPlan {
    DirectoryPlanner.plan(template: template, project: project, documents: documents)
  }

  /// Whose folders get another name or place.
  package var movers: Set<Identity> {
    Set(documents.filter(\.changesFolder).map(\.identity))
      .union(project.old == project.new ? [] : [project.identity])
  }

  /// Those that get another place because some of these, above them, get other names.
  package func below(_ identities: Set<Identity>) -> Set<Identity> {
    let names = Set(documents.filter { identities.contains($0.identity) }.map(\.new.name))
    return Set(
      documents.filter { $0.changesFolder && !names.isDisjoint(with: $0.new.parents) }
        .map(\.identity))
  }

  /// What the folders of these are named after now.
  package func values(of identities: Set<Identity>) -> [Identity: FolderValues] {
    let own = FolderValues(name: project.old, silo: nil, parents: [])
    return Dictionary(
      (documents.map { ($0.identity, $0.old) } + [(project.identity, own)])
        .filter { identities.contains($0.0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The same where only these get other names and places.
  package func only(_ identities: Set<Identity>) -> ProjectFolders {
    let isMoved = identities.contains(project.identity)
    return ProjectFolders(
      template,
      ProjectFolderChange(
        identity: project.identity, title: project.title, old: project.old,
        new: isMoved ? project.new : project.old),
      documents.map { identities.contains($0.identity) ? $0 : $0.staying }, behind: behind)
  }
}

extension Change {
  /// Whether its document's folder gets another name or place.
  fileprivate var makesFolder: Bool {
    action != .create && !identity.isProject && fields.contains { $0.makesFolder }
  }
}

extension FieldChange {
  var makesFolder: Bool { [.name, PathFields.silo, PathFields.parents].contains(path) }
}
