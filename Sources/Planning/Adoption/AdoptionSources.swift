package import BSON
package import Identity

/// What tells that a document which is not ours stands for an entity, beside the ids of Kitsu's that
/// documents hold themselves (`data.zou.id` and `data.zou_id` of OpenPype, `data.kitsu.id`).
package struct AdoptionSources: Sendable {
  /// The old Avalon Sync's own store (domain.md 2.6).
  package var oldStore: [EntityID: ObjectID]
  /// Former owners whose documents are ours now.
  package var owners: Set<String>
  /// What a person said. It counts more than all else.
  package var byHand: [EntityID: ObjectID]

  package init(
    oldStore: [EntityID: ObjectID] = [:], owners: Set<String> = [],
    byHand: [EntityID: ObjectID] = [:]
  ) {
    self.oldStore = oldStore
    self.owners = owners
    self.byHand = byHand
  }
}

/// A document that is known to stand for an entity.
package struct AdoptionClaim: Sendable, Equatable {
  package let document: ObjectID
  /// How it is known, in words.
  package internal(set) var evidence: [String]
}

/// The claims of all documents of a collection, by the id in Kitsu.
struct AdoptionClaims {
  private(set) var claims: [EntityID: [AdoptionClaim]] = [:]

  private static let zou: FieldName = "zou"
  private static let zouID: FieldName = "zou_id"
  private static let id: FieldName = "id"

  /// Reads the ids that other tools left in a document.
  mutating func add(_ document: Document, _ id: ObjectID) {
    let data = document.element(.data)?.document
    if let entity = EntityID(data?.element(Self.zou)?.document?.element(Self.id)) {
      add(entity, id, "data.zou.id")
    }
    if let entity = EntityID(data?.element(Self.zouID)) { add(entity, id, "data.zou_id") }
  }

  mutating func add(_ entity: EntityID, _ id: ObjectID, _ evidence: String) {
    if let index = claims[entity]?.firstIndex(where: { $0.document == id }) {
      claims[entity]?[index].evidence.append(evidence)
    } else {
      claims[entity, default: []].append(AdoptionClaim(document: id, evidence: [evidence]))
    }
  }

  mutating func replace(_ entity: EntityID, with id: ObjectID, _ evidence: String) {
    claims[entity] = [AdoptionClaim(document: id, evidence: [evidence])]
  }

  mutating func sort() {
    for entity in claims.keys { claims[entity]?.sort { $0.document < $1.document } }
  }
}
