/// The type byte of a BSON element (bsonspec.org).
package struct ElementType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let double = ElementType(rawValue: 0x01)
  package static let string = ElementType(rawValue: 0x02)
  package static let document = ElementType(rawValue: 0x03)
  package static let array = ElementType(rawValue: 0x04)
  package static let binary = ElementType(rawValue: 0x05)
  package static let undefined = ElementType(rawValue: 0x06)
  package static let objectID = ElementType(rawValue: 0x07)
  package static let bool = ElementType(rawValue: 0x08)
  package static let date = ElementType(rawValue: 0x09)
  package static let null = ElementType(rawValue: 0x0A)
  package static let regex = ElementType(rawValue: 0x0B)
  /// JavaScript code. JSON has no such value, so the JSON reader stores a value that cannot be
  /// represented as code whose text is the reason: see ``Value/unrepresentable(_:)``.
  package static let code = ElementType(rawValue: 0x0D)
  package static let int32 = ElementType(rawValue: 0x10)
  package static let timestamp = ElementType(rawValue: 0x11)
  package static let int64 = ElementType(rawValue: 0x12)
  package static let decimal128 = ElementType(rawValue: 0x13)

  package var isNumber: Bool { self == .int32 || self == .int64 || self == .double }

  /// The name that MongoDB's `$type` operator takes, or the number where it has no common name.
  package var mongoName: String {
    switch self {
    case .double: "double"
    case .string: "string"
    case .document: "object"
    case .array: "array"
    case .binary: "binData"
    case .undefined: "undefined"
    case .objectID: "objectId"
    case .bool: "bool"
    case .date: "date"
    case .null: "null"
    case .regex: "regex"
    case .code: "javascript"
    case .int32: "int"
    case .timestamp: "timestamp"
    case .int64: "long"
    case .decimal128: "decimal"
    default: "type \(rawValue)"
    }
  }
}

extension ElementType {
  /// The number of bytes that a value of this type takes at `base`, or nil when it does not fit
  /// in `available` or the type is unknown.
  @inline(__always)
  func valueLength(at base: UnsafeRawPointer, available: Int) -> Int? {
    let length: Int
    switch rawValue {
    case 0x01, 0x09, 0x11, 0x12: length = 8
    case 0x10: length = 4
    case 0x08: length = 1
    case 0x06, 0x0A, 0x7F, 0xFF: length = 0
    case 0x07: length = 12
    case 0x13: length = 16
    case 0x02, 0x0D, 0x0E:
      guard let size = ElementType.size(at: base, available), size >= 1 else { return nil }
      length = 4 + size
    case 0x03, 0x04:
      guard let size = ElementType.size(at: base, available), size >= 5 else { return nil }
      length = size
    case 0x05:
      guard let size = ElementType.size(at: base, available) else { return nil }
      length = 5 + size
    case 0x0C:
      guard let size = ElementType.size(at: base, available) else { return nil }
      length = 16 + size
    case 0x0F:
      guard let size = ElementType.size(at: base, available), size >= 14 else { return nil }
      length = size
    case 0x0B:
      guard let first = ElementType.terminator(at: base, available),
        let second = ElementType.terminator(at: base + first, available - first)
      else { return nil }
      length = first + second
    default: return nil
    }
    return length <= available ? length : nil
  }

  private static func size(at base: UnsafeRawPointer, _ available: Int) -> Int? {
    guard available >= 4 else { return nil }
    let size = Int(base.loadUnaligned(as: Int32.self))
    return size >= 0 ? size : nil
  }

  /// The length of a C string with its NUL.
  private static func terminator(at base: UnsafeRawPointer, _ available: Int) -> Int? {
    var length = 0
    while length < available {
      if base.load(fromByteOffset: length, as: UInt8.self) == 0 { return length + 1 }
      length += 1
    }
    return nil
  }
}
