internal import BSON
internal import Identity
internal import Mapping
internal import Planning

/// Looks at a collection before anything is planned for it.
enum CollectionGuard {
  /// - Returns: a held plan where the collection is not ours to write to.
  static func check(_ sight: Sight, _ settings: Reconciler.Settings) -> Plan? {
    let identity = Identity(project: sight.project.id, entity: sight.project.id)
    let own = sight.facts.documents[identity]?.id ?? sight.facts.claimed[sight.project.id]?.id
    let foreign = sight.observed.projects.filter { document in
      let id = document.element(.documentID)?.value.objectID
      return id == nil || (id != own && id != identity.derivedID)
    }
    guard let first = foreign.first else { return nil }
    let ids = foreign.map { document in
      document.element(.documentID)?.value.objectID?.description ?? "that is no ObjectId"
    }
    let collection = sight.project.collection ?? ""
    let isTakeable = first.element(.documentID)?.value.objectID != nil && Link(of: first) == nil
    guard foreign.count == 1, own == nil, isTakeable else {
      return .held(
        sight.project,
        "the collection '\(collection)' holds a project document (_id "
          + "\(ids.joined(separator: ", "))) that is not ours",
        remedy:
          "remove it or move it to a collection of its own ('avalon-sync audit' tells more), or "
          + "rename the project in Kitsu")
    }
    let hold = Guard.foreignProject.hold(
      sight.project,
      "the collection '\(collection)' holds a project document (_id \(ids[0])) that is not ours")
    return Plan(project: sight.project, changes: [], held: [hold], unchanged: 0, kept: 0)
  }
}
