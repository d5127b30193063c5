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

  package mutating func combine(_ id: ObjectID) {
    combine(id.high)
    combine(UInt64(id.low))
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

extension LentField {
  /// Equal for values that are equivalent (``Element/isEquivalent(to:)``): numbers by value whatever
  /// their type, maps without order, lists with order.
  package var stableHash: UInt64 {
    var hash = StableHash()
    switch type {
    case .int32, .int64, .double: combineNumber(into: &hash)
    case .document: combineMap(into: &hash)
    case .array: combineList(into: &hash)
    default:
      hash.combine(byte: type.rawValue)
      hash.combine(bytes: value)
    }
    return hash.value
  }

  private func combineNumber(into hash: inout StableHash) {
    hash.combine(byte: ElementType.double.rawValue)
    let double = type == .double ? value.loadUnaligned(as: Double.self) : 0
    let whole: Int64? =
      switch type {
      case .int32: Int64(value.loadUnaligned(as: Int32.self))
      case .int64: value.loadUnaligned(as: Int64.self)
      default: Int64(exactly: double)
      }
    if let whole {
      hash.combine(UInt64(bitPattern: whole))
    } else {
      hash.combine(byte: 1)
      hash.combine(double.isNaN ? Double.nan.bitPattern : double.bitPattern)
    }
  }

  /// A sum knows no order.
  private func combineMap(into hash: inout StableHash) {
    var sum: UInt64 = 0
    var count: UInt64 = 0
    eachField { field in
      var one = StableHash()
      one.combine(bytes: field.name)
      one.combine(byte: 0xFF)
      one.combine(field.stableHash)
      sum &+= one.value
      count += 1
    }
    hash.combine(byte: ElementType.document.rawValue)
    hash.combine(sum)
    hash.combine(count)
  }

  private func combineList(into hash: inout StableHash) {
    hash.combine(byte: ElementType.array.rawValue)
    eachField { hash.combine($0.stableHash) }
  }
}

extension Element {
  /// As ``LentField/stableHash``.
  package var stableHash: UInt64 { withLent(\.stableHash) }
}

extension Value {
  /// As ``LentField/stableHash``.
  package var stableHash: UInt64 { DocumentWriter.element(self).stableHash }
}
