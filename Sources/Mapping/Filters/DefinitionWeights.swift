/// How much a mapping's own filters stand on each other: each that uses the one before twice doubles
/// the work, and each that uses it once deepens the recursion.
struct DefinitionWeights {
  static let maximumUses = 10_000
  static let maximumDepth = 50

  private struct Weight {
    var uses = 1
    var depth = 1
  }

  /// A filter that uses others too often or too deeply.
  struct Excess: Error {
    let name: String
    let message: String
  }

  private let expressions: [String: Expression]
  private var known: [String: Weight] = [:]

  private init(_ expressions: [String: Expression]) { self.expressions = expressions }

  /// - Parameter expressions: by the name of the filter; circles are told elsewhere.
  static func check(_ expressions: [String: Expression]) throws(Excess) {
    var weights = DefinitionWeights(expressions)
    for name in expressions.keys.sorted() { _ = try weights.weight(of: name, below: []) }
  }

  private mutating func weight(of name: String, below outer: [String]) throws(Excess) -> Weight {
    if let weight = known[name] { return weight }
    guard let expression = expressions[name], !outer.contains(name) else { return Weight() }
    var weight = Weight()
    if outer.count < DefinitionWeights.maximumDepth {
      for used in expression.usedFilters {
        let inner = try self.weight(of: used, below: outer + [name])
        weight.uses = min(weight.uses + inner.uses, DefinitionWeights.maximumUses + 1)
        weight.depth = max(weight.depth, inner.depth + 1)
      }
    }
    guard outer.count < DefinitionWeights.maximumDepth,
      weight.depth <= DefinitionWeights.maximumDepth
    else {
      throw Excess(
        name: name,
        message: "own filters use each other more than \(DefinitionWeights.maximumDepth) deep")
    }
    guard weight.uses <= DefinitionWeights.maximumUses else {
      throw Excess(
        name: name,
        message: "'\(name)' uses other filters more than \(DefinitionWeights.maximumUses) times")
    }
    known[name] = weight
    return weight
  }
}

extension Expression {
  /// The filters in it by name, each use once more; also those that are named for `map`.
  fileprivate var usedFilters: [String] {
    switch form {
    case .null, .bool, .integer, .number, .text, .name: return []
    case .filter(let input, let name, let arguments):
      let named = arguments.compactMap { argument -> String? in
        if case .name(let name) = argument.form { name } else { nil }
      }
      return input.usedFilters + [name] + named + arguments.flatMap(\.usedFilters)
    case .list(let parts), .call(_, let parts): return parts.flatMap(\.usedFilters)
    case .field(let operand, _), .negate(let operand), .not(let operand):
      return operand.usedFilters
    case .index(let left, let right), .coalesce(let left, let right),
      .binary(_, let left, let right):
      return left.usedFilters + right.usedFilters
    case .choice(let condition, let then, let otherwise):
      return condition.usedFilters + then.usedFilters + otherwise.usedFilters
    case .template(let parts):
      return parts.flatMap { part -> [String] in
        if case .expression(let inner) = part { inner.usedFilters } else { [] }
      }
    }
  }
}
