/// A field's name with its UTF-8 bytes, made once and looked up often.
package struct FieldName: Hashable, Sendable, ExpressibleByStringLiteral, Comparable,
  CustomStringConvertible
{
  package let text: String
  let bytes: [UInt8]

  package init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  package init(stringLiteral value: String) { self.init(value) }

  package var description: String { text }
  package static func == (left: FieldName, right: FieldName) -> Bool { left.bytes == right.bytes }
  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
  package static func < (left: FieldName, right: FieldName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// MongoDB reads `.` in a path as a step and `$` at the start as an operator: such a field is
  /// never addressed by path.
  package var isAddressable: Bool {
    !bytes.isEmpty && bytes[0] != 0x24 && !bytes.contains(0x2E) && !bytes.contains(0)
  }
}
