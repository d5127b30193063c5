/// A password or token: never printed, never part of a message.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let text: String

  package init(_ text: String) { self.text = text }

  package var isEmpty: Bool { text.isEmpty }
  /// Whether it is an address that can be posted to.
  package var isWebAddress: Bool {
    ["https://", "http://"].contains { text.lowercased().hasPrefix($0) && text.count > $0.count }
      && text.utf8.allSatisfy { 0x21..<0x7F ~= $0 }
  }
  package var description: String { "***" }
  package var debugDescription: String { "***" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
