internal import BSON
internal import Identity

/// Finds what changed from one reading of a production to the next without looking through all of it.
struct WorldChanges {
  /// Where an entity stands in the list of its kind. Only a guess, which is checked.
  private var places: [EntityID: (kind: EntityKind, index: Int)] = [:]
  private var children: [EntityID: Set<EntityID>] = [:]
  private var counts: [EntityKind: Int] = [:]

  /// - Parameter parent: the entity below which one is shown.
  init(_ production: Production, parent: (Record) -> EntityID?) {
    for (kind, documents) in production.entities {
      index(kind, documents)
      for document in documents {
        guard let id = EntityID(document.element(.id)),
          let parent = parent(Record(type: RecordType(kind), document: document))
        else { continue }
        children[parent, default: []].insert(id)
      }
    }
  }

  private mutating func index(_ kind: EntityKind, _ documents: [Document]) {
    counts[kind] = documents.count
    for (index, document) in documents.enumerated() {
      if let id = EntityID(document.element(.id)) { places[id] = (kind, index) }
    }
  }

  /// The records that some entities have now. A list in which entities are taken out is looked through
  /// once; else they stand where they stood, and new ones behind them.
  mutating func find(
    _ changed: Set<EntityID>, in production: Production
  ) -> [EntityID: Record] {
    var found: [EntityID: Record] = [:]
    for (kind, documents) in production.entities {
      let count = counts[kind] ?? 0
      let isInPlace = changed.allSatisfy { id in
        guard let place = places[id], place.kind == kind else { return true }
        return place.index < documents.count && isAt(place.index, documents, id)
      }
      let new = documents.dropFirst(count).map { EntityID($0.element(.id)) }
      let areBehind = new.allSatisfy { id in id.map { places[$0] == nil } ?? true }
      if isInPlace, areBehind, documents.count >= count {
        for (index, id) in new.enumerated() { if let id { places[id] = (kind, count + index) } }
        counts[kind] = documents.count
      } else {
        for id in changed where places[id]?.kind == kind { places[id] = nil }
        index(kind, documents)
      }
      for id in changed {
        guard let place = places[id], place.kind == kind else { continue }
        found[id] = Record(type: RecordType(kind), document: documents[place.index])
      }
    }
    return found
  }

  private func isAt(_ index: Int, _ documents: [Document], _ id: EntityID) -> Bool {
    EntityID(documents[index].element(.id)) == id
  }

  mutating func move(_ id: EntityID, from old: EntityID?, to new: EntityID?) {
    guard old != new else { return }
    if let old { children[old]?.remove(id) }
    if let new { children[new, default: []].insert(id) }
  }

  /// All that is shown below some entities.
  func below(_ entities: Set<EntityID>) -> Set<EntityID> {
    var found: Set<EntityID> = []
    var pending = Array(entities)
    while let id = pending.popLast() {
      for child in children[id] ?? [] where found.insert(child).inserted { pending.append(child) }
    }
    return found
  }
}
