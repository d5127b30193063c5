internal import Foundation

/// A field as it stands in the memory of a document, lent for the length of a call. Unlike an
/// ``Element`` it keeps nothing alive, which costs nothing where fields are looked at by the million:
/// threads that count the users of the same memory wait for each other.
package struct LentField {
  package let type: ElementType
  let name: UnsafeRawBufferPointer
  let value: UnsafeRawBufferPointer

  package func hasName(_ wanted: FieldName) -> Bool {
    wanted.bytes.count == name.count
      && wanted.bytes.withUnsafeBytes { LentField.areEqual($0, name) }
  }

  package var fieldName: FieldName { FieldName(String(decoding: name, as: UTF8.self)) }

  /// Whether both values are the same bytes, whatever their names.
  package func isIdentical(to other: LentField) -> Bool {
    type == other.type && value.count == other.value.count && LentField.areEqual(value, other.value)
  }

  private static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard let first = a.baseAddress, let second = b.baseAddress else { return true }
    return memcmp(first, second, a.count) == 0
  }

  /// Whether it is a map with something in it.
  package var isFilledMap: Bool { type == .document && value.count > 5 }

  /// Calls back with each field of a map or item of a list; with none for another type.
  package func eachField(_ body: (LentField) -> Void) {
    guard type == .document || type == .array, let base = value.baseAddress else { return }
    LentField.each(base, count: value.count, body)
  }

  fileprivate static func each(
    _ base: UnsafeRawPointer, count: Int, _ body: (LentField) -> Void
  ) {
    var cursor = FieldCursor(base: base, position: 4, end: count - 1)
    while let span = cursor.next() {
      body(
        LentField(
          type: span.type,
          name: UnsafeRawBufferPointer(start: base + span.keyStart, count: span.keyLength),
          value: UnsafeRawBufferPointer(start: base + span.valueStart, count: span.valueLength)))
    }
  }
}

extension Document {
  /// Lends each field; the memory must not be used after the call, unless the document is kept.
  package func eachField(_ body: (LentField) -> Void) {
    withExtendedLifetime(storage) {
      LentField.each(storage.base + offset, count: byteCount, body)
    }
  }
}

extension Element {
  /// Lends the field; the memory must not be used after the call.
  func withLent<R>(_ body: (LentField) -> R) -> R {
    withExtendedLifetime(storage) {
      body(
        LentField(
          type: type,
          name: UnsafeRawBufferPointer(start: storage.base + keyStart, count: keyLength),
          value: UnsafeRawBufferPointer(start: storage.base + valueStart, count: valueLength)))
    }
  }
}
