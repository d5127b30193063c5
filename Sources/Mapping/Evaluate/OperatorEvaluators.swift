internal import BSON
internal import YAML

final class ListEvaluator: Evaluator {
  private let items: [Evaluator]

  init(_ items: [Evaluator], _ position: Position) {
    self.items = items
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    var values: [Datum] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.evaluate(context)) }
    do {
      try Filter.check(nested: values)
    } catch {
      throw fail(error.message)
    }
    return .list(values)
  }
}

/// Text with expressions in it; an expression that is null leaves nothing.
final class TemplateEvaluator: Evaluator {
  private let parts: [Evaluator]

  init(_ parts: [Evaluator], _ position: Position) {
    self.parts = parts
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    var text = ""
    var longest = 0
    for part in parts {
      let value = try part.evaluate(context)
      guard let piece = value.asText else { throw fail("\(value.shown) cannot stand in a text") }
      text += piece
      longest = max(longest, piece.utf8.count)
    }
    do {
      try Filter.check(text: text.utf8.count, madeOf: longest)
    } catch {
      throw fail(error.message)
    }
    return .text(text)
  }
}

final class CoalesceEvaluator: Evaluator {
  private let left: Evaluator
  private let right: Evaluator

  init(_ left: Evaluator, _ right: Evaluator, _ position: Position) {
    self.left = left
    self.right = right
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    let value = try left.evaluate(context)
    return value.isNull ? try right.evaluate(context) : value
  }
}

/// `try(x, y)`: y where x is an error.
final class TryEvaluator: Evaluator {
  private let first: Evaluator
  private let second: Evaluator

  init(_ first: Evaluator, _ second: Evaluator, _ position: Position) {
    self.first = first
    self.second = second
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    do {
      return try first.evaluate(context)
    } catch {
      guard case .unfit = error.cause else { throw error }
      return try second.evaluate(context)
    }
  }
}

final class NotEvaluator: Evaluator {
  private let operand: Evaluator

  init(_ operand: Evaluator, _ position: Position) {
    self.operand = operand
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    .bool(!(try operand.condition(context)))
  }
}

final class ChoiceEvaluator: Evaluator {
  private let test: Evaluator
  private let then: Evaluator
  private let otherwise: Evaluator

  init(_ test: Evaluator, _ then: Evaluator, _ otherwise: Evaluator, _ position: Position) {
    self.test = test
    self.then = then
    self.otherwise = otherwise
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    try test.condition(context) ? try then.evaluate(context) : try otherwise.evaluate(context)
  }
}

final class NegateEvaluator: Evaluator {
  private let operand: Evaluator

  init(_ operand: Evaluator, _ position: Position) {
    self.operand = operand
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    switch try operand.evaluate(context) {
    case .null: return .null
    case .int(let number) where number != .min: return .int(-number)
    case .double(let number): return .double(-number)
    case let other: throw fail("'-' needs a number, not \(other.shown)")
    }
  }
}

final class BinaryEvaluator: Evaluator {
  private let operation: BinaryOperator
  private let left: Evaluator
  private let right: Evaluator

  init(
    _ operation: BinaryOperator, _ left: Evaluator, _ right: Evaluator, _ position: Position
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    switch operation {
    case .and:
      guard try left.condition(context) else { return .bool(false) }
      return .bool(try right.condition(context))
    case .or:
      guard try !left.condition(context) else { return .bool(true) }
      return .bool(try right.condition(context))
    default: break
    }
    let a = try left.evaluate(context)
    let b = try right.evaluate(context)
    switch operation {
    case .equal: return .bool(a.isEqual(to: b))
    case .notEqual: return .bool(!a.isEqual(to: b))
    case .contained: return try contained(a, in: b)
    default: break
    }
    if a.isNull || b.isNull { return .null }
    switch operation {
    case .add, .subtract, .multiply, .divide: return try arithmetic(a, b)
    default: return try comparison(a, b)
    }
  }

  private func contained(_ item: Datum, in list: Datum) throws(EvaluationError) -> Datum {
    if list.isNull { return .bool(false) }
    guard let items = list.items else { throw fail("'in' needs a list, not \(list.shown)") }
    return .bool(items.contains { $0.isEqual(to: item) })
  }

  private func arithmetic(_ a: Datum, _ b: Datum) throws(EvaluationError) -> Datum {
    if case .int(let x) = a, case .int(let y) = b { return try integers(x, y) }
    guard let x = a.asDouble, let y = b.asDouble else {
      let wrong = a.asDouble == nil ? a : b
      throw EvaluationError(
        "'\(operation.rawValue)' needs numbers, not \(wrong.shown)", position)
    }
    let result =
      switch operation {
      case .add: x + y
      case .subtract: x - y
      case .multiply: x * y
      default: x / y
      }
    guard result.isFinite else { throw fail("'\(operation.rawValue)' gives no number here") }
    return .double(result)
  }

  private func integers(_ x: Int64, _ y: Int64) throws(EvaluationError) -> Datum {
    let (result, overflow): (Int64, Bool)
    switch operation {
    case .add: (result, overflow) = x.addingReportingOverflow(y)
    case .subtract: (result, overflow) = x.subtractingReportingOverflow(y)
    case .multiply: (result, overflow) = x.multipliedReportingOverflow(by: y)
    default:
      guard y != 0 else { throw fail("a division by zero") }
      guard x % y == 0 else { return .double(Double(x) / Double(y)) }
      (result, overflow) = x.dividedReportingOverflow(by: y)
    }
    if overflow { throw fail("the result of '\(operation.rawValue)' is too large") }
    return .int(result)
  }

  private func comparison(_ a: Datum, _ b: Datum) throws(EvaluationError) -> Datum {
    if let x = a.asDouble, let y = b.asDouble { return .bool(compare(x, y)) }
    if case .text(let x) = a, case .text(let y) = b { return .bool(compare(x, y)) }
    throw fail("\(a.shown) cannot be compared with \(b.shown)")
  }

  private func compare<T: Comparable>(_ x: T, _ y: T) -> Bool {
    switch operation {
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    default: x >= y
    }
  }
}

extension Evaluator {
  /// The value as a condition: null counts as false.
  final func condition(_ context: Context) throws(EvaluationError) -> Bool {
    switch try evaluate(context) {
    case .bool(let flag): return flag
    case .null: return false
    case let other:
      throw fail("a condition must be true or false, not \(other.shown)")
    }
  }
}

extension Datum {
  var asDouble: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// As it stands inside a text; null is nothing. Nil for lists, maps and records.
  var asText: String? {
    switch self {
    case .null: ""
    case .text(let text): text
    case .int(let number): String(number)
    case .double(let number):
      Int64(exactly: number).map { String($0) } ?? String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .id(let id): id.description
    case .list, .rawList, .map, .record: nil
    }
  }

  /// Equal by meaning: numbers by value, records by their id.
  func isEqual(to other: Datum) -> Bool {
    switch (self, other) {
    case (.null, .null): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.int(let a), .int(let b)): return a == b
    case (.text(let a), .text(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.id(let a), .id(let b)): return a == b
    case (.map(let a), .map(let b)): return a.isEquivalent(to: b)
    case (.record(let a), .record(let b)): return a.type == b.type && a.id == b.id
    default: break
    }
    if let a = asDouble, let b = other.asDouble { return a == b }
    if let a = items, let b = other.items {
      return a.count == b.count && zip(a, b).allSatisfy { $0.isEqual(to: $1) }
    }
    return false
  }
}
