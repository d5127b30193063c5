/// A hash in the manner of FNV-1a, eight bytes at a time: the same on every machine and in every
/// version, so that it can be stored. It tells whether something changed; it keeps nobody from making
/// two texts with one hash.
package struct StableHash {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  @inline(__always)
  package mutating func combine(byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  package mutating func combine(bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset + 8 <= bytes.count {
      combine(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    while offset < bytes.count {
      combine(byte: bytes[offset])
      offset += 1
    }
  }

  /// A product carries bits upwards only: they are brought down again.
  @inline(__always)
  package mutating func combine(_ number: UInt64) {
    value = (value ^ number) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 32
  }

  /// A text with an end, so that "ab" and "c" differ from "a" and "bc".
  package mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
    combine(byte: 0xFF)
  }

  /// Sixteen hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Element {
  /// Equal for values that are equivalent (``isEquivalent(to:)``): numbers by value whatever their
  /// type, maps without order, lists with order.
  package var stableHash: UInt64 {
    var hash = StableHash()
    switch type {
    case .int32, .int64, .double: value.combineNumber(into: &hash)
    case .document: document?.combineMap(into: &hash)
    case .array: array?.combineList(into: &hash)
    default:
      hash.combine(byte: type.rawValue)
      withValueBytes { hash.combine(bytes: $0) }
    }
    return hash.value
  }
}

extension Value {
  /// As ``Element/stableHash``.
  package var stableHash: UInt64 { DocumentWriter.element(self).stableHash }

  fileprivate func combineNumber(into hash: inout StableHash) {
    let whole: Int64?
    var other = 0.0
    switch self {
    case .int32(let number): whole = Int64(number)
    case .int64(let number): whole = number
    case .double(let number):
      whole = Int64(exactly: number)
      other = number
    default: whole = nil
    }
    hash.combine(byte: ElementType.double.rawValue)
    if let whole {
      hash.combine(UInt64(bitPattern: whole))
    } else {
      hash.combine(byte: 1)
      hash.combine(other.isNaN ? Double.nan.bitPattern : other.bitPattern)
    }
  }
}

extension Document {
  /// A sum knows no order.
  fileprivate func combineMap(into hash: inout StableHash) {
    var sum: UInt64 = 0
    var count: UInt64 = 0
    for element in self {
      var field = StableHash()
      element.withNameBytes { field.combine(bytes: $0) }
      field.combine(byte: 0xFF)
      field.combine(element.stableHash)
      sum &+= field.value
      count += 1
    }
    hash.combine(byte: ElementType.document.rawValue)
    hash.combine(sum)
    hash.combine(count)
  }

  fileprivate func combineList(into hash: inout StableHash) {
    hash.combine(byte: ElementType.array.rawValue)
    for element in self { hash.combine(element.stableHash) }
  }
}
