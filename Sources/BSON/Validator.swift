/// Bytes that are no BSON document.
package struct BSONError: Error, Sendable, CustomStringConvertible {
  package let reason: String
  /// Where, in bytes from the start.
  package let offset: Int

  init(_ reason: String, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "\(reason) at byte \(offset)" }
}

/// Checks that every length, terminator and type byte of a document holds, so that readers can
/// trust them.
enum Validator {
  /// MongoDB's own limit for nested documents.
  static let maximumDepth = 200

  static func checkDocument(
    in base: UnsafeRawPointer, at offset: Int, end: Int, depth: Int = 0
  ) throws(BSONError) -> Int {
    guard depth <= maximumDepth else {
      throw BSONError("documents nested deeper than \(maximumDepth)", offset: offset)
    }
    guard end - offset >= 5 else { throw BSONError("a document is cut off", offset: offset) }
    let length = Int((base + offset).loadUnaligned(as: Int32.self))
    guard length >= 5, offset + length <= end else {
      throw BSONError("a document's length does not fit", offset: offset)
    }
    let last = offset + length - 1
    guard byte(base, last) == 0 else {
      throw BSONError("a document does not end with a zero byte", offset: last)
    }
    var position = offset + 4
    while position < last {
      position = try checkElement(in: base, at: position, end: last, depth: depth)
    }
    return length
  }

  private static func checkElement(
    in base: UnsafeRawPointer, at position: Int, end: Int, depth: Int
  ) throws(BSONError) -> Int {
    let type = ElementType(rawValue: byte(base, position))
    var cursor = position + 1
    while cursor < end, byte(base, cursor) != 0 { cursor += 1 }
    guard cursor < end else { throw BSONError("a field's name is cut off", offset: position) }
    let start = cursor + 1
    guard let length = type.valueLength(at: base + start, available: end - start) else {
      throw BSONError("a value of type \(type.rawValue) does not fit", offset: position)
    }
    if type == .document || type == .array {
      _ = try checkDocument(in: base, at: start, end: start + length, depth: depth + 1)
    } else if type == .string || type == .code, byte(base, start + length - 1) != 0 {
      throw BSONError("a text does not end with a zero byte", offset: position)
    }
    return start + length
  }

  private static func byte(_ base: UnsafeRawPointer, _ offset: Int) -> UInt8 {
    base.load(fromByteOffset: offset, as: UInt8.self)
  }
}
