/// A function that an expression applies with `|`. Adding one is one entry in a family
/// (``textFilters`` and its like), with its documentation.
struct Filter: Sendable {
  /// A value that the filter cannot take.
  struct Refusal: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  typealias Function = @Sendable (Datum, Arguments) throws(Refusal) -> Datum
  /// What is made of a list's items and of what the expression gave for each.
  typealias ItemFunction = @Sendable ([Datum], [Datum]) throws(Refusal) -> Datum

  enum Work: Sendable {
    case function(Function)
    /// With an expression over each item, as in `sort(task, task.priority)`, and without one where
    /// there is a function for that; else a filter's name stands for the expression.
    case items(ItemFunction, plain: Function?)
    /// `default(x)`, as `??`.
    case fallback
    /// A look-up in one of the mapping's tables.
    case lookup
  }

  let name: String
  let parameters: [Parameter]
  /// What it can take; nothing listed for all.
  let inputs: [StaticType]
  let result: FilterResult
  /// Null stays null for most filters and never reaches them.
  let takesNull: Bool
  let summary: String
  let examples: [Example]
  let work: Work

  init(
    _ name: String, _ parameters: [Parameter] = [], inputs: [StaticType] = [],
    result: FilterResult, takesNull: Bool = false, _ summary: String, _ examples: [Example],
    work: Work
  ) {
    self.name = name
    self.parameters = parameters
    self.inputs = inputs
    self.result = result
    self.takesNull = takesNull
    self.summary = summary
    self.examples = examples
    self.work = work
  }

  init(
    _ name: String, _ parameters: [Parameter] = [], inputs: [StaticType] = [],
    result: FilterResult, takesNull: Bool = false, _ summary: String, _ examples: [Example],
    apply: @escaping Function
  ) {
    self.init(
      name, parameters, inputs: inputs, result: result, takesNull: takesNull, summary, examples,
      work: .function(apply))
  }

  /// Families in the order of the reference.
  static let families: [(title: String, filters: [Filter])] = [
    ("Any value", valueFilters), ("Texts", textFilters + searchFilters),
    ("Texts and lists", sequenceFilters), ("Lists", listFilters + orderFilters + itemFilters),
    ("Numbers and truth", numberFilters), ("Dates", dateFilters),
    ("Maps, tables and JSON", mapFilters),
  ]

  static let all: [String: Filter] = Dictionary(
    uniqueKeysWithValues: families.flatMap(\.filters).map { ($0.name, $0) })

  /// How many arguments it takes in parentheses; an item expression is two.
  var argumentCount: ClosedRange<Int> {
    parameters.count { !$0.isOptional }...parameters.count
  }
}

/// What a filter gives, as far as it is known before any data.
enum FilterResult: Sendable {
  case always(StaticType)
  /// What it got.
  case input
  /// An item of the list that it got.
  case item
  /// What its lists hold, as one list.
  case flattened
  /// A list of what the item expression gives.
  case mapped

  /// - Parameter body: the type of the item expression.
  func type(of input: StaticType, body: StaticType = .unknown) -> StaticType {
    switch self {
    case .always(let type): type
    case .input: input
    case .item: input.item
    case .flattened: if case .list = input.item { input.item } else { .list(.unknown) }
    case .mapped: .list(body)
    }
  }
}

extension StaticType {
  /// What a list holds.
  var item: StaticType { if case .list(let item) = self { item } else { .unknown } }
}

/// An expression and what it gives, as JSON: for the reference, which tests hold to the code.
struct Example: Sendable {
  let expression: String
  let result: String

  init(_ expression: String, _ result: String) {
    self.expression = expression
    self.result = result
  }
}
