internal import YAML

/// A function that an expression applies with `|`. Adding one is one file and one line in
/// ``Filter/all``.
struct Filter: Sendable {
  /// A value that the filter cannot take.
  struct Refusal: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  let name: String
  /// How many arguments it takes in parentheses.
  let arguments: ClosedRange<Int>
  /// What it can take; `unknown` takes all.
  let input: StaticType
  let result: StaticType
  /// Null stays null for most filters and never reaches them.
  let takesNull: Bool
  /// Says that the result depends on nothing but a text and may be remembered.
  let apply: @Sendable (Datum, [Datum]) throws(Refusal) -> Datum

  init(
    _ name: String, arguments: ClosedRange<Int> = 0...0, input: StaticType = .unknown,
    result: StaticType, takesNull: Bool = false,
    apply: @escaping @Sendable (Datum, [Datum]) throws(Refusal) -> Datum
  ) {
    self.name = name
    self.arguments = arguments
    self.input = input
    self.result = result
    self.takesNull = takesNull
    self.apply = apply
  }

  static let all: [String: Filter] = Dictionary(
    uniqueKeysWithValues: (textFilters + numberFilters + listFilters).map { ($0.name, $0) })

  /// The text of a value that can stand in one; null never gets here.
  static func text(_ datum: Datum, _ filter: String) throws(Refusal) -> String {
    guard let text = datum.asText else {
      throw Refusal("'\(filter)' needs a text, not \(datum.shown)")
    }
    return text
  }

  static func items(_ datum: Datum, _ filter: String) throws(Refusal) -> [Datum] {
    guard let items = datum.items else {
      throw Refusal("'\(filter)' needs a list, not \(datum.shown)")
    }
    return items
  }
}

/// A built-in filter with its arguments.
final class FilterEvaluator: Evaluator {
  private let input: Evaluator
  private let filter: Filter
  private let arguments: [Evaluator]

  init(_ input: Evaluator, _ filter: Filter, _ arguments: [Evaluator], _ position: Position) {
    self.input = input
    self.filter = filter
    self.arguments = arguments
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if value.isNull, !filter.takesNull { return .null }
    var values: [Datum] = []
    for argument in arguments { values.append(try argument.evaluate(context)) }
    do {
      return try filter.apply(value, values)
    } catch {
      throw fail(error.message)
    }
  }
}
