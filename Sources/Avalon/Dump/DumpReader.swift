internal import BSON
internal import Foundation

/// Reads the documents of a `.bson` file piece by piece, so that memory holds a piece and what the
/// caller keeps, however large the file is.
enum DumpReader {
  private static let pieceSize = 4 * 1024 * 1024
  /// A length above MongoDB's limit, with room for what the server adds, is damage.
  private static let maximumLength = WriteCheck.maximumDocumentSize + 64 * 1024

  /// Calls back with each document in the file's order; a missing file has none.
  /// - Throws: `damaged` with the byte where the file is no BSON, and what the closure throws.
  static func read(
    _ path: String, _ body: (Document) throws(AvalonError) -> Void
  ) throws(AvalonError) {
    guard let file = try DumpFile.open(path) else { return }
    var piece = Piece()
    while try piece.fill(from: file, size: pieceSize) {
      let end = try piece.endOfWholeDocuments(path, limit: maximumLength)
      for document in try piece.documents(upTo: end, path) { try body(document) }
      piece.drop(end)
    }
    guard piece.bytes.isEmpty else {
      throw damage(path, "the last document is cut off", at: piece.start)
    }
  }

  private static func damage(_ path: String, _ reason: String, at offset: Int) -> AvalonError {
    AvalonError(
      .damaged, operation: "read", subject: path,
      cause: "\(reason) at byte \(offset); restore the file or dump the collection again")
  }

  /// A part of the file, from the start of a document.
  private struct Piece {
    var bytes = Data()
    /// Where it begins in the file.
    var start = 0

    /// Reads on; false at the end of the file.
    mutating func fill(from file: DumpFile, size: Int) throws(AvalonError) -> Bool {
      let more = try file.read(size)
      bytes.append(more)
      return !more.isEmpty
    }

    func endOfWholeDocuments(_ path: String, limit: Int) throws(AvalonError) -> Int {
      var position = 0
      while bytes.count - position >= 4 {
        let length = bytes.withUnsafeBytes {
          Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Int32.self)))
        }
        guard length >= 5, length <= limit else {
          throw damage(path, "a document cannot have \(length) bytes", at: start + position)
        }
        if position + length > bytes.count { break }
        position += length
      }
      return position
    }

    func documents(upTo end: Int, _ path: String) throws(AvalonError) -> [Document] {
      let storage = bytes.withUnsafeBytes {
        Storage(copying: UnsafeRawBufferPointer(rebasing: $0[..<end]))
      }
      do throws(BSONError) {
        return try Document.sequence(in: storage)
      } catch {
        throw damage(path, error.reason, at: start + error.offset)
      }
    }

    mutating func drop(_ count: Int) {
      bytes = Data(bytes.dropFirst(count))
      start += count
    }
  }
}
