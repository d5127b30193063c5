/// A regular expression in a subset of RE2's syntax, matched without backtracking, whatever a mapping
/// says: in time by the length of the text times the size of the pattern; see ``Matches/visits``.
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

  /// Where matches stand in a text.
  struct Matches {
    /// For each place the end of the longest match that starts there, -1 where none does.
    let ends: [Int]
    /// How often an instruction was looked at: for each place of the text at most the number of
    /// instructions times the depth of nested repetitions and two.
    let visits: Int
  }

  let source: String
  let program: [Instruction]

  init(_ source: String) throws(SyntaxError) {
    self.source = source
    program = try PatternCompiler.compile(source)
  }

  /// Whether the pattern matches the whole text.
  func matchesWhole(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return matches(in: scalars).ends[0] == scalars.count
  }

  /// Replaces every leftmost-longest match that is not empty.
  /// - Throws: where the result gets longer than ``Filter/check(text:madeOf:)`` allows.
  func replaceAll(in text: String, with replacement: String) throws(Filter.Refusal) -> String {
    let scalars = Array(text.unicodeScalars)
    let ends = matches(in: scalars).ends
    var result = ""
    var position = 0
    while position < scalars.count {
      if ends[position] > position {
        result += replacement
        try Filter.check(text: result.utf8.count, madeOf: text.utf8.count)
        position = ends[position]
      } else {
        result.unicodeScalars.append(scalars[position])
        position += 1
      }
    }
    return result
  }

  /// Goes through the text once, from its end, and keeps for each instruction how far a match can
  /// get from there: what is known of the next place tells what holds at this one.
  func matches(in scalars: [Unicode.Scalar]) -> Matches {
    var ends = Array(repeating: -1, count: scalars.count + 1)
    var next = Array(repeating: -1, count: program.count)
    var current = next
    var visits = 0
    for position in stride(from: scalars.count, through: 0, by: -1) {
      for number in program.indices {
        switch program[number] {
        case .match: current[number] = position
        case .character(let set) where position < scalars.count && next[number + 1] >= 0:
          current[number] = set.contains(scalars[position]) ? next[number + 1] : -1
        default: current[number] = -1
        }
      }
      // Instructions that take no character mostly lead forward: one round settles them, and each
      // loop around another takes one more.
      var isSettled = false
      while !isSettled {
        isSettled = true
        visits += program.count
        for number in program.indices.reversed() {
          let end =
            switch program[number] {
            case .jump(let target): current[target]
            case .split(let first, let second): max(current[first], current[second])
            case .atStart where position == 0: current[number + 1]
            case .atEnd where position == scalars.count: current[number + 1]
            default: current[number]
            }
          if end > current[number] {
            current[number] = end
            isSettled = false
          }
        }
      }
      ends[position] = current[0]
      swap(&current, &next)
    }
    return Matches(ends: ends, visits: visits)
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
