internal import BSON
internal import Identity

/// What an undo must leave where it is: for what stands on it, or as another document has the name that it
/// would get.
struct UndoPlaces {
  /// Documents that keep their names and places, with the reason.
  private(set) var inPlace: [ObjectID: String] = [:]
  /// Those of them that no flag lets go: a name is another document's by now.
  private(set) var blocked: Set<ObjectID> = []
  /// Created documents that are deleted: nothing but what also goes stands below them.
  private(set) var doomed: Set<ObjectID> = []
  /// Documents that are archived: nothing that counts stays below them.
  private(set) var archivable: Set<ObjectID> = []
  private let documents: [ObjectID: Document]
  /// Where documents stand in Avalon's tree when the undo is done.
  private var parents: [ObjectID: ObjectID] = [:]

  /// A document whose name, place or tasks would go back.
  private struct Move {
    let id: ObjectID
    let isProject: Bool
    let name: String?
    let parent: JournalEntry.Field?
    /// Whether its name or place would change, and not its tasks alone.
    let isPlaced: Bool

    init?(_ history: DocumentHistory, _ document: Document?) {
      let changes = history.changes(document)
      guard changes.contains(where: \.isOfPlace) else { return nil }
      id = history.id
      isProject = history.identity.isProject
      name = changes.first { $0.path == .name }?.before?.string
      parent = changes.first { $0.path == PathFields.visualParent }
      isPlaced = changes.contains { PathFields.ofFolders.contains($0.path) }
    }
  }

  struct Choices {
    /// Whether documents that the run created are deleted, not archived.
    let mayDelete: Bool
    /// Whether names and places go back that published work stands on.
    let follows: Bool
  }

  /// - Parameter published: the parents of subsets.
  init(
    _ histories: [DocumentHistory], _ documents: [ObjectID: Document], _ observed: ObservedState,
    published: Set<ObjectID>, _ choices: Choices
  ) {
    self.documents = documents
    for (id, document) in documents { parents[id] = document.visualParent }
    let moves = histories.compactMap { Move($0, documents[$0.id]) }
    if !choices.follows, !published.isEmpty { keepPublished(moves, observed, published) }
    keepOthers(moves, namesThatStay(moves, histories, choices))
    for move in moves where inPlace[move.id] == nil {
      if let parent = move.parent { parents[move.id] = parent.before?.objectID }
    }
    if choices.mayDelete { doom(histories, published) }
    archivable = Set(
      histories.filter { archives($0, mayDelete: choices.mayDelete) }.map(\.id))
    keepParents()
  }

  // MARK: Names and places

  private mutating func keepPublished(
    _ moves: [Move], _ observed: ObservedState, _ published: Set<ObjectID>
  ) {
    let standing = Standing(
      published, "work was published of it", below: "work was published of", in: observed)
    for move in moves {
      inPlace[move.id] =
        move.isProject ? "work was published in it" : standing.reasons[move.id]
    }
  }

  /// The names of living assets that the undo leaves where they are.
  private func namesThatStay(
    _ moves: [Move], _ histories: [DocumentHistory], _ choices: Choices
  ) -> Set<String> {
    var leaving = Set(moves.filter { $0.name != nil }.map(\.id))
    for history in histories {
      if case .created = history.net { leaving.insert(history.id) }
      if archives(history, mayDelete: choices.mayDelete) { leaving.insert(history.id) }
    }
    var names: Set<String> = []
    for (id, document) in documents
    where document.element(.type)?.string == "asset" && !leaving.contains(id) {
      names.insert(name(of: id))
    }
    return names
  }

  /// What is named and placed after what stays, and who would take a name that is not free: one may be
  /// the reason of the next.
  private mutating func keepOthers(_ moves: [Move], _ taken: Set<String>) {
    var count = -1
    while inPlace.count != count {
      count = inPlace.count
      keepBelow(moves)
      keepOut(moves, taken)
    }
  }

  private mutating func keepBelow(_ moves: [Move]) {
    // A task that stays places nothing below it.
    let kept = Set(moves.filter { inPlace[$0.id] != nil && $0.isPlaced }.map(\.id))
    for move in moves where inPlace[move.id] == nil && !move.isProject {
      let places = [parents[move.id], move.parent?.before?.objectID].compactMap(\.self)
      if let above = places.compactMap({ ancestor(from: $0, in: kept) }).first {
        if blocked.contains(above) { blocked.insert(move.id) }
        inPlace[move.id] = "'\(name(of: above))', below which it stands, keeps its name and place"
      }
    }
  }

  /// The document itself, or the first above it that is one of these.
  private func ancestor(from start: ObjectID, in kept: Set<ObjectID>) -> ObjectID? {
    var current: ObjectID? = start
    var seen: Set<ObjectID> = []
    while let id = current, seen.insert(id).inserted {
      if kept.contains(id) { return id }
      current = parents[id]
    }
    return nil
  }

  private mutating func keepOut(_ moves: [Move], _ taken: Set<String>) {
    let kept = taken.union(inPlace.keys.map(name))
    for move in moves where inPlace[move.id] == nil && !move.isProject {
      guard let name = move.name, kept.contains(name) else { continue }
      if taken.contains(name) { blocked.insert(move.id) }
      inPlace[move.id] = "another document has the name '\(name)'"
    }
  }

  private func name(of id: ObjectID) -> String { documents[id]?.element(.name)?.string ?? "?" }

  // MARK: What is deleted

  private mutating func doom(_ histories: [DocumentHistory], _ published: Set<ObjectID>) {
    let children = children
    doomed = Set(
      histories.filter { history in
        guard case .created(let leaves) = history.net, let document = documents[history.id] else {
          return false
        }
        return leaves.isWhole(document) && !published.contains(history.id)
      }.map(\.id))
    while true {
      let staying = doomed.filter { !(children[$0] ?? []).subtracting([$0]).isSubset(of: doomed) }
      guard !staying.isEmpty else { return }
      doomed.subtract(staying)
    }
  }

  /// The children that documents have when the undo is done, in the tree of assets and in the
  /// collection.
  private var children: [ObjectID: Set<ObjectID>] {
    var children: [ObjectID: Set<ObjectID>] = [:]
    for (id, document) in documents {
      for parent in [document["parent"]?.objectID, parents[id]].compactMap(\.self) {
        children[parent, default: []].insert(id)
      }
    }
    return children
  }

  // MARK: What is archived

  private func archives(_ history: DocumentHistory, mayDelete: Bool) -> Bool {
    guard let document = documents[history.id], document.element(.type)?.string == "asset" else {
      return false
    }
    if case .created = history.net { return !mayDelete }
    return history.changes(document).first { $0.path == [.type] }?.before?.string
      == ArchivedType.asset
  }

  /// Avalon's loader reaches nothing below an archived document (domain.md 1.6).
  private mutating func keepParents() {
    var living: [ObjectID: Set<ObjectID>] = [:]
    for (id, document) in documents
    where document.element(.type)?.string == "asset" && !doomed.contains(id) {
      if let parent = parents[id] { living[parent, default: []].insert(id) }
    }
    while true {
      let staying = archivable.filter {
        !(living[$0] ?? []).subtracting([$0]).isSubset(of: archivable)
      }
      guard !staying.isEmpty else { return }
      archivable.subtract(staying)
    }
  }
}

extension DocumentHistory {
  /// The fields that get back what they had: those that nobody changed since.
  fileprivate func changes(_ document: Document?) -> [JournalEntry.Field] {
    guard case .fields(let fields) = net, let document else { return [] }
    return fields.filter { field in
      let now = document[path: field.path.names]
      return now == field.after && now != field.before
    }
  }
}

extension JournalEntry.Field {
  /// Whether putting it back changes a part of paths on disk, or where the document stands.
  var isOfPlace: Bool {
    PathFields.ofFolders.contains(path)
      || FieldChange(path: path, before: after, after: before, reason: .undo).makesPath
  }
}
