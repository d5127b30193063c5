/// Text that is no JSON, or not of the shape that was asked for.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String
  /// Counted from 1; columns in bytes.
  package let line: Int
  package let column: Int
  /// True when the text ended before the value did: an answer or a file that was cut off.
  package let isTruncated: Bool

  package var description: String { "\(reason) at line \(line), column \(column)" }
}
