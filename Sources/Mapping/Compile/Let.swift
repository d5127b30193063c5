internal import YAML

/// A rule's `let:`, its named values. Each is compiled once for conditions and once for the rest,
/// where it is first used, so that they may stand on each other in any order.
final class LetScope {
  let nodes: [String: Node]
  fileprivate var compiled: [Use: ExpressionCompiler.Compiled] = [:]
  fileprivate var open: [String] = []

  fileprivate struct Use: Hashable {
    let name: String
    let isCondition: Bool
  }

  init(_ nodes: [String: Node]) { self.nodes = nodes }
}

extension ExpressionCompiler {
  /// A use of a named value.
  func named(_ name: String, _ node: Node, _ scope: Scope, _ position: Position) -> Compiled {
    guard let lets = scope.lets else { return mistake("'\(name)' is not known here", position) }
    let use = LetScope.Use(name: name, isCondition: scope.isCondition)
    if let known = lets.compiled[use] { return known }
    guard !lets.open.contains(name) else {
      return mistake(
        "'\(name)' stands on itself", position, hint: (lets.open + [name]).joined(separator: " -> ")
      )
    }
    lets.open.append(name)
    defer { lets.open.removeLast() }
    var inner = Scope(current: scope.current)
    inner.lets = lets
    inner.isCondition = scope.isCondition
    inner.locals = scope.ruleLocals
    inner.ruleLocals = scope.ruleLocals
    let value = template(node, inner)
    let result = Compiled(
      evaluator: LetEvaluator(value.evaluator, slot: newLetSlot(), node.position),
      type: value.type, metadataOf: value.metadataOf)
    lets.compiled[use] = result
    return result
  }

  /// Compiles every named value, used or not, so that mistakes in them are told.
  func compileLets(_ scope: Scope) {
    for (name, node) in (scope.lets?.nodes ?? [:]).sorted(by: { $0.key < $1.key }) {
      _ = named(name, node, scope, node.position)
    }
  }
}

/// A named value: computed once for each document that uses it.
final class LetEvaluator: Evaluator {
  private let value: Evaluator
  private let slot: Int

  init(_ value: Evaluator, slot: Int, _ position: Position) {
    self.value = value
    self.slot = slot
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    if let known = context.lets[slot], known.generation == context.generation {
      return try known.value.get()
    }
    let generation = context.generation
    let result = Result { () throws(EvaluationError) -> Datum in try value.evaluate(context) }
    context.lets[slot] = (generation, result)
    return try result.get()
  }
}
