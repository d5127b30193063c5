/// A file's text with its name, from which every position in a diagnostic is told.
package final class SourceText: Sendable {
  /// As the user named it.
  package let name: String
  package let bytes: [UInt8]
  /// The byte where the text starts.
  let start: Int
  private let lineStarts: [Int]
  /// Whether none of its lines, nor what stands where a name should, is ever shown.
  package let mayHoldSecrets: Bool

  package init(name: String, bytes: [UInt8], mayHoldSecrets: Bool = false) {
    self.name = name
    self.bytes = bytes
    self.mayHoldSecrets = mayHoldSecrets
    // A byte order mark, as some editors write it, is no part of the text.
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStarts = [start] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  package convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The line, from 1, without its end.
  package func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = max(start, number < lineStarts.count ? lineStarts[number] - 1 : bytes.count)
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The line as whoever reads a log may see it; nil where it may hold a secret.
  package func excerpt(_ number: Int) -> String? { mayHoldSecrets ? nil : line(number) }

  /// The position of a byte.
  package func position(ofByte offset: Int) -> Position {
    Position(file: self, offset: min(max(offset, start), bytes.count))
  }

  /// The number of the line in which a byte stands, from 0.
  fileprivate func lineIndex(ofByte offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  fileprivate func column(ofByte offset: Int) -> Int {
    let start = lineStarts[lineIndex(ofByte: offset)]
    return String(decoding: bytes[start..<offset], as: UTF8.self).count + 1
  }
}

/// A place in a file. Line and column are found when asked for, as nearly no place is ever told.
package struct Position: Sendable, CustomStringConvertible {
  package let file: SourceText
  let offset: Int

  /// From 1.
  package var line: Int { file.lineIndex(ofByte: offset) + 1 }
  /// From 1, in characters.
  package var column: Int { file.column(ofByte: offset) }

  package var description: String { "\(file.name):\(line):\(column)" }
}
