/// A pattern for names as shells have it: `*` any text, `?` one character, `[abc]`, `[a-z]` and
/// `[!abc]` one of a set. It matches whole names and minds case. A `[` that no `]` closes is itself.
///
/// Matching takes no more than the name's length times the pattern's, whatever both hold.
package struct Glob: Sendable {
  private enum Token: Sendable {
    case anyText
    case anyCharacter
    case character(Character)
    case set([ClosedRange<Character>], isExcluded: Bool)
  }

  package let text: String
  private let tokens: [Token]

  package init(_ text: String) {
    self.text = text
    var rest = Substring(text)
    var tokens: [Token] = []
    while let first = rest.popFirst() {
      switch first {
      case "*": tokens.append(.anyText)
      case "?": tokens.append(.anyCharacter)
      case "[": tokens.append(Glob.set(&rest) ?? .character("["))
      default: tokens.append(.character(first))
      }
    }
    self.tokens = tokens
  }

  /// - Parameter rest: the text after `[`; after the set where there is one.
  private static func set(_ rest: inout Substring) -> Token? {
    var inner = rest
    let isExcluded = inner.first == "!"
    if isExcluded { inner.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    // A `]` that stands first is one of the set.
    while let first = inner.popFirst() {
      if first == "]", !ranges.isEmpty {
        rest = inner
        return .set(ranges, isExcluded: isExcluded)
      }
      var last = first
      if inner.first == "-", let end = inner.dropFirst().first, end != "]", end >= first {
        last = end
        inner.removeFirst(2)
      }
      ranges.append(first...last)
    }
    return nil
  }

  /// Whether it can match one text only.
  package var isLiteral: Bool {
    tokens.allSatisfy { if case .character = $0 { true } else { false } }
  }

  /// Whether it matches every text.
  package var matchesAll: Bool {
    !tokens.isEmpty && tokens.allSatisfy { if case .anyText = $0 { true } else { false } }
  }

  package func matches(_ name: String) -> Bool {
    let characters = Array(name)
    var token = 0
    var index = 0
    // The last `*`, and where the text that it takes ends so far: only that one needs another try.
    var star: (token: Int, end: Int)?
    while index < characters.count {
      if token < tokens.count, case .anyText = tokens[token] {
        star = (token, index)
        token += 1
      } else if token < tokens.count, Glob.fits(characters[index], tokens[token]) {
        token += 1
        index += 1
      } else if let last = star {
        star = (last.token, last.end + 1)
        token = last.token + 1
        index = last.end + 1
      } else {
        return false
      }
    }
    return tokens[token...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }

  private static func fits(_ character: Character, _ token: Token) -> Bool {
    switch token {
    case .anyText: false
    case .anyCharacter: true
    case .character(let wanted): character == wanted
    case .set(let ranges, let isExcluded):
      ranges.contains { $0.contains(character) } != isExcluded
    }
  }
}
