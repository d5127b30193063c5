/// A regular expression in a subset of RE2's syntax, matched without backtracking, whatever a mapping
/// says: a match of the whole text takes time by its length times the size of the pattern, a
/// replacement at most that for each character (names have at most ``NameFilter/maximumLength``).
///
/// Literals, `.`, classes (`[a-z]`, `[^…]`, `\d \w \s` and their opposites), groups, `|`,
/// `* + ?`, `{m}`, `{m,}`, `{m,n}`, `^` and `$`. No back-references, no look-around.
struct Pattern: Sendable {
  /// What one instruction of the program does; `next` and targets are instruction numbers.
  enum Instruction: Sendable {
    case character(CharacterSet)
    case split(Int, Int)
    case jump(Int)
    case atStart
    case atEnd
    case match
  }

  let source: String
  private let program: [Instruction]

  init(_ source: String) throws(SyntaxError) {
    self.source = source
    program = try PatternCompiler.compile(source)
  }

  /// Whether the pattern matches the whole text.
  func matchesWhole(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return longestMatch(in: scalars, from: 0) == scalars.count
  }

  /// Replaces every leftmost-longest match that is not empty.
  func replaceAll(in text: String, with replacement: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      if let end = longestMatch(in: scalars, from: position), end > position {
        result.append(contentsOf: replacement.unicodeScalars)
        position = end
      } else {
        result.append(scalars[position])
        position += 1
      }
    }
    return String(result)
  }

  /// Where the longest match that starts at `start` ends.
  private func longestMatch(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
    var current = StateSet(program.count)
    var next = StateSet(program.count)
    add(0, to: &current, at: start, of: scalars.count)
    var end: Int?
    var position = start
    while !current.states.isEmpty {
      if current.matched { end = position }
      guard position < scalars.count else { break }
      next.clear()
      for state in current.states {
        if case .character(let set) = program[state], set.contains(scalars[position]) {
          add(state + 1, to: &next, at: position + 1, of: scalars.count)
        }
      }
      swap(&current, &next)
      position += 1
    }
    if current.matched { end = max(end ?? position, position) }
    return end
  }

  /// Adds a state and all that follow from it without a character.
  private func add(_ state: Int, to set: inout StateSet, at position: Int, of count: Int) {
    var pending = [state]
    while let state = pending.popLast() {
      guard set.insert(state) else { continue }
      switch program[state] {
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .atStart: if position == 0 { pending.append(state + 1) }
      case .atEnd: if position == count { pending.append(state + 1) }
      case .character: set.states.append(state)
      case .match: set.matched = true
      }
    }
  }

  private struct StateSet {
    private var isMember: [Bool]
    private var members: [Int] = []
    /// Those that wait for a character.
    var states: [Int] = []
    var matched = false

    init(_ count: Int) { isMember = Array(repeating: false, count: count) }

    mutating func insert(_ state: Int) -> Bool {
      if isMember[state] { return false }
      isMember[state] = true
      members.append(state)
      return true
    }

    mutating func clear() {
      for member in members { isMember[member] = false }
      members.removeAll(keepingCapacity: true)
      states.removeAll(keepingCapacity: true)
      matched = false
    }
  }
}

/// A set of characters as ranges of Unicode scalars.
struct CharacterSet: Sendable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } != isNegated
  }

  static let any = CharacterSet(ranges: [], isNegated: true)
  static let digit = CharacterSet(ranges: [0x30...0x39])
  static let word = CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = CharacterSet(ranges: [0x09...0x0D, 0x20...0x20])

  var inverted: CharacterSet { CharacterSet(ranges: ranges, isNegated: !isNegated) }
}
