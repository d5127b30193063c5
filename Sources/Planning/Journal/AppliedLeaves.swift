internal import BSON

/// The leaves that we wrote to a document, by their hashes: enough to tell whether somebody changed
/// them since, in little room. For each its path's number and whether it was a seed, in 7-bit
/// groups, then eight bytes.
package struct AppliedLeaves: Sendable {
  let paths: [FieldPath]
  private let bytes: ArraySlice<UInt8>

  /// - Parameter paths: those of the record in which the value stands.
  init(_ value: Value?, _ paths: [FieldPath]) {
    self.paths = paths
    if case .other(.binary, let all)? = value { bytes = all.dropFirst(5) } else { bytes = [] }
  }

  /// Calls back with each leaf; those that are damaged are none.
  func each(_ body: (_ path: Int, _ isSeed: Bool, _ hash: UInt64) -> Void) {
    var rest = bytes
    while !rest.isEmpty {
      var number = 0
      var shift = 0
      while shift < 56, let byte = rest.popFirst() {
        number |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      guard rest.count >= 8 else { return }
      var hash: UInt64 = 0
      for (place, byte) in rest.prefix(8).enumerated() { hash |= UInt64(byte) << UInt64(8 * place) }
      rest = rest.dropFirst(8)
      if paths.indices.contains(number >> 1) { body(number >> 1, number & 1 == 1, hash) }
    }
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
    var present = 0
    PathTable().leaves(of: document) { _, _ in present += 1 }
    return present == count && isHeld(by: document)
  }
}

/// Writes ``AppliedLeaves``.
struct LeafPacker {
  /// BSON's binary data: the length, the general kind, the bytes.
  private var bytes: [UInt8] = Array(repeating: 0, count: LeafPacker.header)
  private static let header = 5

  /// - Parameter count: of the leaves that are to come, as far as it is known.
  init(count: Int) { bytes.reserveCapacity(LeafPacker.header + count * 9) }

  mutating func append(_ path: Int, isSeed: Bool, _ hash: UInt64) {
    var rest = path << 1 | (isSeed ? 1 : 0)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    withUnsafeBytes(of: hash.littleEndian) { bytes.append(contentsOf: $0) }
  }

  var value: Value {
    var all = bytes
    let count = UInt32(all.count - LeafPacker.header)
    for place in 0..<4 { all[place] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(place))) }
    return .other(.binary, all)
  }
}

/// Which paths of a rule are seeds: asked for each leaf of a first plan, and so remembered.
final class RuleSeeds {
  private let seeds: [FieldPath]
  private var known: [Bool?] = []

  init(_ seeds: [FieldPath]) { self.seeds = seeds }

  func isSeed(_ path: Int, in table: PathTable) -> Bool {
    if path < known.count, let isSeed = known[path] { return isSeed }
    let isSeed = seeds.contains { table.paths[path].starts(with: $0) }
    while known.count <= path { known.append(nil) }
    known[path] = isSeed
    return isSeed
  }
}
