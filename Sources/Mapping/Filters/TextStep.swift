internal import YAML

/// One step of a name filter (`names.filters` of a mapping).
enum TextStep: Sendable {
  case foldASCII
  case lowercase
  case uppercase
  case replace(Pattern, with: String)
  /// Runs of the character become one.
  case squeeze(Character)
  case trim(Character)
  /// At most that many characters; a longer text ends in a hash of the whole.
  case truncate(Int)

  func apply(to text: String) -> String {
    switch self {
    case .foldASCII: TextStep.folded(text)
    case .lowercase: text.lowercased()
    case .uppercase: text.uppercased()
    case .replace(let pattern, let replacement): pattern.replaceAll(in: text, with: replacement)
    case .squeeze(let character): TextStep.squeezed(text, character)
    case .trim(let character): TextStep.trimmed(text) { $0 == character }
    case .truncate(let length): TextStep.truncated(text, to: length)
    }
  }

  static func trimmed(_ text: String, of isTrimmed: (Character) -> Bool) -> String {
    var rest = text[...]
    while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return String(rest)
  }

  private static func squeezed(_ text: String, _ character: Character) -> String {
    var result = ""
    for next in text where next != character || result.last != character { result.append(next) }
    return result
  }

  private static func truncated(_ text: String, to length: Int) -> String {
    guard text.count > length else { return text }
    var hash: UInt32 = 2_166_136_261
    for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let digits = String(hash, radix: 16)
    let suffix = "_" + String(repeating: "0", count: 8 - digits.count) + digits
    return String(text.prefix(length - suffix.count)) + suffix
  }

  /// ASCII stays; letters with an ASCII form take it; combining accents and joiners go; marks of
  /// punctuation stay for a later step; any other character becomes `u` and its code, so that
  /// names in Chinese, Japanese or emoji are stable and distinct.
  private static func folded(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else if let form = FoldTable.ascii(scalar) {
        result += form
      } else if isPunctuation(scalar.value) {
        result.unicodeScalars.append(scalar)
      } else if !isMark(scalar.value) {
        result += "u" + String(scalar.value, radix: 16)
      }
    }
    return result
  }

  private static func isPunctuation(_ code: UInt32) -> Bool {
    switch code {
    case 0x80...0xBF, 0xD7, 0xF7, 0x2000...0x200A, 0x2010...0x205F, 0x3000...0x303F: true
    default: false
    }
  }

  private static func isMark(_ code: UInt32) -> Bool {
    switch code {
    case 0x300...0x36F, 0x483...0x489, 0x200B...0x200F, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF:
      true
    default: false
    }
  }
}

/// A mapping's own filter for names: its steps one after another.
struct NameFilter: Sendable {
  /// Longer names are refused before any step: no pipeline of files takes them.
  static let maximumLength = 1000

  let name: String
  let steps: [TextStep]

  func apply(to text: String) throws(Filter.Refusal) -> String {
    guard text.unicodeScalars.count <= NameFilter.maximumLength else {
      throw Filter.Refusal(
        "a name of \(text.unicodeScalars.count) characters; at most \(NameFilter.maximumLength)")
    }
    let result = steps.reduce(text) { $1.apply(to: $0) }
    guard !result.isEmpty else {
      throw Filter.Refusal("nothing is left of '\(text)' after '\(name)'")
    }
    return result
  }
}

/// Applies a mapping's own name filter, remembering the result of each text.
final class NameFilterEvaluator: Evaluator {
  private let input: Evaluator
  private let filter: NameFilter
  private let memoIndex: Int

  init(_ input: Evaluator, _ filter: NameFilter, memo: Int, _ position: Position) {
    self.input = input
    self.filter = filter
    memoIndex = memo
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if value.isNull { return .null }
    guard let text = value.asText else {
      throw fail("'\(filter.name)' needs a text, not \(value.shown)")
    }
    if let known = context.memo[memoIndex][text] { return known }
    do {
      let result = Datum.text(try filter.apply(to: text))
      context.memo[memoIndex][text] = result
      return result
    } catch {
      throw fail(error.message)
    }
  }
}

/// Applies a filter that the mapping defines as an expression over `value`.
final class DefinedFilterEvaluator: Evaluator {
  private let input: Evaluator
  private let body: Evaluator
  private let slot: Int
  private let memoIndex: Int

  init(_ input: Evaluator, body: Evaluator, slot: Int, memo: Int, _ position: Position) {
    self.input = input
    self.body = body
    self.slot = slot
    memoIndex = memo
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if case .text(let text) = value, let known = context.memo[memoIndex][text] { return known }
    let outer = context.locals[slot]
    context.locals[slot] = value
    defer { context.locals[slot] = outer }
    let result = try body.evaluate(context)
    if case .text(let text) = value { context.memo[memoIndex][text] = result }
    return result
  }
}

/// `map(filter)`: a filter over every item of a list.
final class MapEvaluator: Evaluator {
  private let input: Evaluator
  private let slot: Int
  private let body: Evaluator

  init(_ input: Evaluator, slot: Int, body: Evaluator, _ position: Position) {
    self.input = input
    self.slot = slot
    self.body = body
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if value.isNull { return .null }
    guard let items = value.items else { throw fail("'map' needs a list, not \(value.shown)") }
    let outer = context.locals[slot]
    defer { context.locals[slot] = outer }
    var results: [Datum] = []
    for item in items {
      context.locals[slot] = item
      results.append(try body.evaluate(context))
    }
    return .list(results)
  }
}
