internal import BSON

/// One leaf as a record holds it: its path's number and its kind in 7-bit groups, then the eight bytes
/// of its hash, of one that is absent none.
struct PackedLeaf: Sendable {
  enum Kind: Int {
    case written
    /// Written at creation only.
    case seed
    /// What the other documents have and this one has not.
    case absent
  }

  let path: Int
  let kind: Kind
  let hash: UInt64

  /// BSON's binary data: the length, the general kind, the bytes.
  fileprivate static let header = 5

  static func bytes(_ value: Value?) -> ArraySlice<UInt8> {
    if case .other(.binary, let all)? = value { all.dropFirst(header) } else { [] }
  }

  /// Calls back with each; ends where the bytes are damaged.
  static func each(in bytes: ArraySlice<UInt8>, _ body: (PackedLeaf) -> Void) {
    var rest = bytes
    while !rest.isEmpty {
      var number = 0
      var shift = 0
      while shift < 56, let byte = rest.popFirst() {
        number |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      guard let kind = Kind(rawValue: number & 3) else { return }
      var hash: UInt64 = 0
      if kind != .absent {
        guard rest.count >= 8 else { return }
        for (place, byte) in rest.prefix(8).enumerated() {
          hash |= UInt64(byte) << UInt64(8 * place)
        }
        rest = rest.dropFirst(8)
      }
      body(PackedLeaf(path: number >> 2, kind: kind, hash: hash))
    }
  }

  static func all(_ value: Value?) -> [PackedLeaf] {
    var leaves: [PackedLeaf] = []
    each(in: bytes(value)) { leaves.append($0) }
    return leaves
  }
}

/// Writes ``PackedLeaf``s.
struct LeafPacker {
  private var bytes: [UInt8] = Array(repeating: 0, count: PackedLeaf.header)

  /// - Parameter count: of the leaves that are to come, as far as it is known.
  init(count: Int) { bytes.reserveCapacity(PackedLeaf.header + count * 9) }

  mutating func append(_ path: Int, isSeed: Bool, _ hash: UInt64) {
    append(path, isSeed ? .seed : .written)
    withUnsafeBytes(of: hash.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(absent path: Int) { append(path, .absent) }

  private mutating func append(_ path: Int, _ kind: PackedLeaf.Kind) {
    var rest = path << 2 | kind.rawValue
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  var value: Value {
    var all = bytes
    let count = UInt32(all.count - PackedLeaf.header)
    for place in 0..<4 { all[place] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(place))) }
    return .other(.binary, all)
  }
}
