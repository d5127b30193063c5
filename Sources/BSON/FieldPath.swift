/// Where a field stands in a document: the names from the top down, never an index of a list.
package struct FieldPath: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByArrayLiteral
{
  package let names: [FieldName]

  package init(_ names: [FieldName]) { self.names = names }
  package init(arrayLiteral elements: FieldName...) { names = elements }

  /// The path as MongoDB and people write it: `data.frameStart`.
  package var description: String { names.map(\.text).joined(separator: ".") }

  package func appending(_ name: FieldName) -> FieldPath { FieldPath(names + [name]) }

  package func starts(with other: FieldPath) -> Bool { names.starts(with: other.names) }

  package static func < (left: FieldPath, right: FieldPath) -> Bool {
    left.names.lexicographicallyPrecedes(right.names)
  }
}
