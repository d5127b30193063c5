package import BSON

/// A path of folders, part by part, below some root. Paths are compared by their bytes, as the disk
/// does: Swift's texts are equal where they only look the same.
package struct FolderPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let parts: [FieldName]

  package init(_ parts: [FieldName]) { self.parts = parts }

  /// - Parameter text: parts with `/` between them; an empty part stays one.
  package init(_ text: String) {
    parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      FieldName(String(decoding: $0, as: UTF8.self))
    }
  }

  package var description: String { parts.map(\.text).joined(separator: "/") }

  /// The last part; empty for the root itself.
  package var name: String { parts.last?.text ?? "" }

  /// Nil for the root itself.
  package var parent: FolderPath? { parts.isEmpty ? nil : FolderPath(Array(parts.dropLast())) }

  /// The folders on the way to this one, from the top; neither the root nor itself.
  package var ancestors: [FolderPath] { parts.indices.dropFirst().map { prefix($0) } }

  /// The folders on the way, and itself.
  package var lineage: [FolderPath] { ancestors + [self] }

  package func appending(_ part: FieldName) -> FolderPath { FolderPath(parts + [part]) }

  /// Whether this is the other folder, or in it.
  package func isInside(_ other: FolderPath) -> Bool { parts.starts(with: other.parts) }

  /// Where this is after a folder above it, or it itself, has moved.
  package func moved(from old: FolderPath, to new: FolderPath) -> FolderPath {
    FolderPath(new.parts + parts.dropFirst(old.parts.count))
  }

  package static func < (left: FolderPath, right: FolderPath) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }

  private func prefix(_ length: Int) -> FolderPath { FolderPath(Array(parts.prefix(length))) }
}
