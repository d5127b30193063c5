/// A password or token: never printed, never part of a message.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let text: String

  package init(_ text: String) { self.text = text }

  package var isEmpty: Bool { text.isEmpty }
  package var description: String { "***" }
  package var debugDescription: String { "***" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
