/// A mistake in a file that a person wrote: what, where, and what to do.
package struct Diagnostic: Error, Sendable, CustomStringConvertible {
  package let message: String
  package let position: Position
  /// What would mend it, if that can be said.
  package let hint: String?

  package init(_ message: String, at position: Position, hint: String? = nil) {
    self.message = message
    self.position = position
    self.hint = hint
  }

  /// `file:line:column: error: message`, the line with a caret where it may be shown, and the hint.
  package var description: String {
    var text = "\(position): error: \(message)"
    if let line = position.file.excerpt(position.line) {
      let caret = String(repeating: " ", count: max(0, position.column - 1)) + "^"
      text += "\n  \(line)\n  \(caret)"
    }
    if let hint { text += "\n  hint: \(hint)" }
    return text
  }
}

/// Every mistake that was found, told at once.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let all: [Diagnostic]

  package init(_ all: [Diagnostic]) {
    self.all = all.sorted {
      ($0.position.file.name, $0.position.line, $0.position.column)
        < ($1.position.file.name, $1.position.line, $1.position.column)
    }
  }

  package var description: String { all.map(\.description).joined(separator: "\n") }
}

/// Finds what a misspelt word was meant to be.
package enum Suggestion {
  /// More than a person writes: a hostile file has as many words as it likes, each of any length.
  private static let longestWord = 100
  private static let mostCandidates = 300
  private static let mostShown = 100

  /// The nearest candidate by edit distance, if it is near enough to be meant.
  package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= longestWord else { return nil }
    let limit = max(1, (word.count + 1) / 3)
    return candidates.lazy.filter { $0.utf8.count <= longestWord }.prefix(mostCandidates).map {
      (distance(word, $0), $0)
    }
    .filter { $0.0 <= limit }
    .min { $0 < $1 }?.1 ?? abbreviated(word, in: candidates)
  }

  /// The only candidate that starts with the word, as `lowercase` with `lower`.
  private static func abbreviated(
    _ word: String, in candidates: some Sequence<String>
  ) -> String? {
    guard word.utf8.count >= 3 else { return nil }
    let whole = Set(candidates.lazy.filter { $0.hasPrefix(word) }.prefix(mostCandidates))
    return whole.count == 1 ? whole.first : nil
  }

  /// A hint that names the nearest candidate, else all of them.
  package static func hint(for word: String, in candidates: some Collection<String>) -> String {
    if let near = nearest(to: word, in: candidates) { return "did you mean '\(near)'?" }
    let shown = candidates.sorted().prefix(mostShown).joined(separator: ", ")
    return "known are \(shown)\(candidates.count > mostShown ? " …" : "")"
  }

  private static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased())
    let b = Array(right.lowercased())
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = x == y ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
