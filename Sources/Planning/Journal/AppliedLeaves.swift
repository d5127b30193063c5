internal import BSON

/// The leaves that we wrote to a document, by their hashes: enough to tell whether somebody changed
/// them since, in little room. What most documents of a record share stands in it once; each document
/// has what differs.
package struct AppliedLeaves: Sendable {
  /// Of one record.
  let paths: [FieldPath]
  private let common: [PackedLeaf]
  private let own: ArraySlice<UInt8>

  /// - Parameters:
  ///   - paths: those of the record in which the value stands.
  ///   - common: what the documents of its rule share.
  init(_ value: Value?, _ paths: [FieldPath], common: [PackedLeaf] = []) {
    self.paths = paths
    self.common = common
    own = PackedLeaf.bytes(value)
  }

  /// Calls back with each leaf; those that are damaged are none.
  func each(_ body: (_ path: Int, _ isSeed: Bool, _ hash: UInt64) -> Void) {
    var replaced: [Int] = []
    PackedLeaf.each(in: own) { leaf in
      if !common.isEmpty { replaced.append(leaf.path) }
      call(body, leaf)
    }
    for leaf in common where !replaced.contains(leaf.path) { call(body, leaf) }
  }

  private func call(_ body: (Int, Bool, UInt64) -> Void, _ leaf: PackedLeaf) {
    guard leaf.kind != .absent, paths.indices.contains(leaf.path) else { return }
    body(leaf.path, leaf.kind == .seed, leaf.hash)
  }

  /// Whether a document holds all of them as they were written.
  func isHeld(by document: Document) -> Bool {
    var isHeld = true
    each { path, _, hash in
      isHeld = isHeld && document[path: paths[path].names]?.stableHash == hash
    }
    return isHeld
  }

  /// Whether a document has just these leaves, as they were written.
  func isWhole(_ document: Document) -> Bool {
    var count = 0
    each { _, _, _ in count += 1 }
    var table = PathTable()
    var present: [PathTable.Leaf] = []
    table.leaves(of: document, into: &present)
    return present.count == count && isHeld(by: document)
  }
}
