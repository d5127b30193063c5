internal import BSON
internal import Identity
internal import Mapping

/// Rows of boards that are to be read: some by their ids, some boards as a whole.
struct RowSelection: Sendable {
  private(set) var ids: [EntityKind: Set<EntityID>] = [:]
  var boards: Set<EntityKind> = []

  var isEmpty: Bool { boards.isEmpty && ids.values.allSatisfy(\.isEmpty) }

  mutating func insert(board kind: EntityKind) { boards.insert(kind) }

  mutating func insert(_ kind: EntityKind, ids new: some Sequence<EntityID>) {
    ids[kind, default: []].formUnion(new)
  }

  mutating func insert(
    _ kind: EntityKind, where isWanted: (Document) -> Bool, in production: Production
  ) {
    for row in production.entities[kind] ?? [] where isWanted(row) {
      if let id = EntityID(row.element(.id)) { ids[kind, default: []].insert(id) }
    }
  }

  /// Without what was read.
  mutating func subtract(_ read: RowSelection) {
    boards.subtract(read.boards)
    for kind in ids.keys {
      if read.boards.contains(kind) { ids[kind] = nil }
      ids[kind]?.subtract(read.ids[kind] ?? [])
    }
  }

  mutating func formUnion(_ other: RowSelection) {
    boards.formUnion(other.boards)
    for (kind, more) in other.ids { insert(kind, ids: more) }
  }

  /// A whole board in place of ids where it costs less.
  ///
  /// With 10,000 shots and 2,000 assets an id takes Zou 30 to 40 ms, most of it for the ETag of the
  /// project, and a row of a board 0.22 ms. The other boards are short, and those of sequences and
  /// episodes know no ids.
  mutating func settle(_ count: (EntityKind) -> Int) {
    for (kind, wanted) in ids where !wanted.isEmpty {
      let hasIDs = kind == .shot || kind == .asset
      if !hasIDs || wanted.count > 2 + count(kind) / 150 { boards.insert(kind) }
    }
  }
}
