/// A value that stands in a document, as a Swift value.
package enum Value: Sendable {
  case null
  case bool(Bool)
  case int32(Int32)
  case int64(Int64)
  case double(Double)
  case string(String)
  case document(Document)
  case array(Document)
  case objectID(ObjectID)
  /// Milliseconds since 1970-01-01 UTC.
  case date(Int64)
  /// A value of JSON that BSON or MongoDB cannot hold (a lone surrogate, `1e400`), with the reason.
  case unrepresentable(String)
  /// Any other BSON value, its bytes kept as they are.
  case other(ElementType, [UInt8])
}

extension Value {
  /// A whole number in its smallest integer type, as Python's driver writes it.
  package static func int(_ number: Int) -> Value {
    Int32(exactly: number).map(Value.int32) ?? .int64(Int64(number))
  }

  package static func list(_ items: [Value]) -> Value {
    .array(
      DocumentWriter.document { writer in
        for (index, item) in items.enumerated() { writer.append(index: index, item) }
      })
  }

  package var type: ElementType {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int32: .int32
    case .int64: .int64
    case .double: .double
    case .string: .string
    case .document: .document
    case .array: .array
    case .objectID: .objectID
    case .date: .date
    case .unrepresentable: .code
    case .other(let type, _): type
    }
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var document: Document? { if case .document(let value) = self { value } else { nil } }
  package var array: Document? { if case .array(let value) = self { value } else { nil } }
  package var objectID: ObjectID? { if case .objectID(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  package var int: Int? {
    switch self {
    case .int32(let number): Int(number)
    case .int64(let number): Int(number)
    case .double(let number): Int(exactly: number)
    default: nil
    }
  }
}

/// MongoDB's 12-byte document id.
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
  let high: UInt64
  let low: UInt32

  /// Takes exactly twelve bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 12 else { return nil }
    var high: UInt64 = 0
    var low: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt32(byte) }
    }
    self.high = high
    self.low = low
  }

  /// Takes 24 hexadecimal digits.
  package init?(hex: String) {
    guard hex.utf8.count == 24 else { return nil }
    var bytes: [UInt8] = []
    var pending: UInt8?
    for character in hex.utf8 {
      guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
      if let first = pending {
        bytes.append(first << 4 | UInt8(digit))
        pending = nil
      } else {
        pending = UInt8(digit)
      }
    }
    self.init(bytes: bytes)
  }

  init(at base: UnsafeRawPointer) {
    high = UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
    low = UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
  }

  func write(to memory: GrowingMemory) {
    memory.append(raw: high.bigEndian)
    memory.append(raw: low.bigEndian)
  }

  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  package var description: String {
    func padded(_ number: some BinaryInteger, _ width: Int) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: width - text.count) + text
    }
    return padded(high, 16) + padded(low, 8)
  }
}
