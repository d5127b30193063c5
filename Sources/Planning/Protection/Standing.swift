package import BSON
internal import Identity

/// What stands on documents: published work or begun tasks, on themselves or below them.
///
/// Names, silos and parents become folders and are written into scenes (domain.md 1.8), so that what
/// stands on a document stands on all that its path is made of.
package struct Standing: Sendable {
  /// In words, by document.
  package private(set) var reasons: [ObjectID: String] = [:]

  /// - Parameters:
  ///   - roots: the documents that something stands on itself.
  ///   - what: in words: "work was published of it".
  ///   - below: of a document below: "work was published of".
  package init(
    _ roots: some Sequence<ObjectID>, _ what: String, below: String, in observed: ObservedState
  ) {
    let roots = Set(roots).sorted()
    for root in roots where observed.documents[root] != nil { reasons[root] = what }
    for root in roots {
      let name = observed.documents[root]?.element(.name)?.string ?? "?"
      var current = observed.documents[root]?.visualParent
      while let id = current, reasons[id] == nil, let document = observed.documents[id] {
        reasons[id] = "\(below) '\(name)', which stands below it"
        current = document.visualParent
      }
    }
  }
}

extension Document {
  /// The document that this one stands below in Avalon's tree.
  package var visualParent: ObjectID? {
    element(.data)?.document?.element(visualParentName)?.value.objectID
  }

  /// The names of an asset's tasks: a list of them in Avalon, keys in OpenPype.
  package var taskNames: [String] {
    guard let tasks = element(.data)?.document?.element(tasksName) else { return [] }
    if let list = tasks.array { return list.compactMap(\.string) }
    return tasks.document?.map(\.name) ?? []
  }
}

private let visualParentName: FieldName = "visualParent"
private let tasksName: FieldName = "tasks"
