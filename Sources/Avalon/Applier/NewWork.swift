internal import BSON
internal import Identity
internal import Planning

/// Work that was published since a plan was made, and what has to stay because of it: the documents that
/// it stands on, those above them, and whatever is named after one of these that stays.
struct NewWork {
  private let parents: [ObjectID: ObjectID]
  /// What was published of, and all above it.
  private let bases: Set<ObjectID>

  /// - Parameters:
  ///   - published: what it was published of.
  ///   - documents: those of the collection as they are now.
  init(_ published: Set<ObjectID>, among documents: [Document]) {
    var parents: [ObjectID: ObjectID] = [:]
    for document in documents {
      guard let id = document.element(.documentID)?.value.objectID else { continue }
      parents[id] = document.visualParent
    }
    self.parents = parents
    bases = published.reduce(into: []) { bases, id in
      NewWork.climb(from: id, parents) { bases.insert($0).inserted }
    }
  }

  /// - Parameter endangering: the changes that take away documents, names or places.
  /// - Returns: the documents of these that must stay as they are.
  func staying(_ endangering: [Change]) -> Set<ObjectID> {
    let ids = Set(endangering.map(\.id))
    let based = ids.intersection(bases)
    guard !based.isEmpty else { return [] }
    return ids.filter { id in
      var isBelow = false
      NewWork.climb(from: id, parents) { above in
        isBelow = based.contains(above)
        return !isBelow
      }
      return isBelow
    }
  }

  /// Goes up from a document, itself included, for as long as the closure says; documents may stand in a
  /// circle.
  private static func climb(
    from id: ObjectID, _ parents: [ObjectID: ObjectID], _ goesOn: (ObjectID) -> Bool
  ) {
    var seen: Set<ObjectID> = []
    var current: ObjectID? = id
    while let here = current, seen.insert(here).inserted, goesOn(here) { current = parents[here] }
  }
}
