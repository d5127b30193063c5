internal import YAML

extension Evaluator {
  /// Tells what a filter refuses at its place in the mapping.
  func telling<Result>(
    _ work: () throws(Filter.Refusal) -> Result
  ) throws(EvaluationError) -> Result {
    do {
      return try work()
    } catch {
      throw fail(error.message)
    }
  }
}

/// A built-in filter with its arguments.
final class FilterEvaluator: Evaluator {
  enum Source {
    case constant(Argument)
    case computed(Evaluator, Parameter)
  }

  private let input: Evaluator
  private let filter: Filter
  private let function: Filter.Function
  private let sources: [Source]
  /// The arguments where all of them are constants.
  private let constants: Arguments?

  init(
    _ input: Evaluator, _ filter: Filter, _ function: @escaping Filter.Function,
    _ sources: [Source], _ position: Position
  ) {
    self.input = input
    self.filter = filter
    self.function = function
    self.sources = sources
    let constants = sources.compactMap { source in
      if case .constant(let argument) = source { argument } else { nil }
    }
    self.constants = constants.count == sources.count ? Arguments(all: constants) : nil
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if value.isNull, !filter.takesNull { return .null }
    let arguments = try arguments(context)
    return try telling { () throws(Filter.Refusal) in
      let result = try function(value, arguments)
      try Filter.check(result, madeOf: value)
      return result
    }
  }

  private func arguments(_ context: Context) throws(EvaluationError) -> Arguments {
    if let constants { return constants }
    var all: [Argument] = []
    for source in sources {
      switch source {
      case .constant(let argument): all.append(argument)
      case .computed(let evaluator, let parameter):
        let value = try evaluator.evaluate(context)
        all.append(
          try evaluator.telling { () throws(Filter.Refusal) in
            try parameter.read(value, of: filter.name)
          })
      }
    }
    return Arguments(all: all)
  }
}

/// A filter with an expression over each item.
final class ItemFilterEvaluator: Evaluator {
  private let input: Evaluator
  private let name: String
  private let function: Filter.ItemFunction
  private let slot: Int
  private let body: Evaluator

  init(
    _ input: Evaluator, _ name: String, _ function: @escaping Filter.ItemFunction, slot: Int,
    body: Evaluator, _ position: Position
  ) {
    self.input = input
    self.name = name
    self.function = function
    self.slot = slot
    self.body = body
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    if value.isNull { return .null }
    let items = try telling { () throws(Filter.Refusal) in try Filter.items(value, name) }
    let results = try results(items, context)
    return try telling { () throws(Filter.Refusal) in try function(items, results) }
  }

  private func results(
    _ items: [Datum], _ context: Context
  ) throws(EvaluationError) -> [Datum] {
    let outer = context.locals[slot]
    defer { context.locals[slot] = outer }
    var results: [Datum] = []
    results.reserveCapacity(items.count)
    for item in items {
      context.locals[slot] = item
      results.append(try body.evaluate(context))
    }
    let made = results
    try telling { () throws(Filter.Refusal) in try Filter.check(nested: made) }
    return results
  }
}

/// `lookup('table')`: the value at a key of one of the mapping's tables.
final class LookupEvaluator: Evaluator {
  private let input: Evaluator
  private let table: Table
  private let fallback: Evaluator?

  init(_ input: Evaluator, _ table: Table, fallback: Evaluator?, _ position: Position) {
    self.input = input
    self.table = table
    self.fallback = fallback
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let key = try input.evaluate(context)
    if key.isNull { return .null }
    guard let text = key.asText else { throw fail("'lookup' needs a text, not \(key.shown)") }
    if let value = table.value(text) { return value }
    return try fallback?.evaluate(context) ?? .null
  }
}

/// Applies a filter that the mapping defines as an expression over `value`, remembering the results
/// of texts.
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

  /// Names recur, descriptions do not: longer texts are not worth remembering, in bytes.
  private static let longestRemembered = 40

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try input.evaluate(context)
    guard case .text(let text) = value,
      text.utf8.count <= DefinedFilterEvaluator.longestRemembered
    else { return try compute(value, context) }
    if let known = context.memo[memoIndex][text] { return known }
    let result = try compute(value, context)
    context.memo[memoIndex][text] = result
    return result
  }

  private func compute(_ value: Datum, _ context: Context) throws(EvaluationError) -> Datum {
    let outer = context.locals[slot]
    context.locals[slot] = value
    defer { context.locals[slot] = outer }
    return try body.evaluate(context)
  }
}
