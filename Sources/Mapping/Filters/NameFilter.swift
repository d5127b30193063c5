internal import YAML

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
    var result = text
    for step in steps { result = try step.apply(to: result) }
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
