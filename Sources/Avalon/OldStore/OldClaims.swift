internal import BSON
internal import Identity

/// Which document the files of one project name for each entity.
struct OldClaims {
  let folder: String
  private(set) var entities: [EntityID: ObjectID] = [:]
  var problems: [AvalonError] = []

  init(folder: String) { self.folder = folder }

  mutating func add(_ entity: EntityID, _ document: ObjectID) { entities[entity] = document }

  /// One document cannot stand for two entities. Nothing here says for which it does, so none of
  /// them has it.
  mutating func settle(project: ObjectID?) {
    let claims = Dictionary(grouping: entities.keys.sorted()) { entities[$0] }
    for case (let document?, let claimants) in claims {
      guard claimants.count > 1 || document == project else { continue }
      for entity in claimants { entities[entity] = nil }
      let names = claimants.prefix(3).map(\.description).joined(separator: ", ")
      let more = claimants.count > 3 ? " and \(claimants.count - 3) more" : ""
      let also = document == project ? ", and the project document is it too" : ""
      problems.append(
        AvalonError(
          .damaged, operation: "read", subject: folder,
          cause:
            "the document \(document) is named for \(names)\(more)\(also): none of them gets it; "
            + "delete the files that are wrong"))
    }
    problems.sort { ($0.subject, $0.cause) < ($1.subject, $1.cause) }
  }
}
