internal import BSON
internal import YAML

/// Turns parsed expressions into evaluators, with every mistake told that shows before any data.
final class ExpressionCompiler {
  private(set) var diagnostics: [Diagnostic] = []
  var nameFilters: [String: NameFilter] = [:]
  var definitions: [String: Node] = [:]
  var compiledDefinitions: [String: DefinedFilter] = [:]
  var openDefinitions: [String] = []
  /// What expressions read of entities and of tasks, besides what every mapping needs.
  private(set) var fields = SourceFields(
    entity: [
      "id", "name", "canceled", "parent_id", "episode_id", "asset_type_id", "entity_type_id",
      "tasks",
    ], task: ["id", "task_type_id", "task_status_id", "assignees"])
  /// Every use compiles the field anew, and fields that use each other double at each step.
  private static let maximumSelfUses = 1000
  private var selfUses = 0
  private(set) var slotCount = 0
  private(set) var memoCount = 0
  private var memoIndices: [String: Int] = [:]

  struct Compiled {
    let evaluator: Evaluator
    let type: StaticType
  }

  struct DefinedFilter {
    let body: Evaluator
    let type: StaticType
    let slot: Int
    let memo: Int
  }

  /// A mistake in a field that others use by `self` is met several times and told once.
  func report(_ message: String, at position: Position, hint: String? = nil) {
    let isKnown = diagnostics.contains {
      $0.message == message && $0.position.line == position.line
        && $0.position.column == position.column
    }
    guard !isKnown else { return }
    diagnostics.append(Diagnostic(message, at: position, hint: hint))
  }

  func newSlot() -> Int {
    defer { slotCount += 1 }
    return slotCount
  }

  func memoIndex(_ name: String) -> Int {
    if let index = memoIndices[name] { return index }
    defer { memoCount += 1 }
    memoIndices[name] = memoCount
    return memoCount
  }

  // MARK: Scalars

  /// A scalar that takes `${…}`; other scalars are constants. Quoting never changes the meaning of
  /// a scalar with `${`.
  func template(_ node: Node, _ scope: Scope) -> Compiled {
    guard case .scalar(let scalar) = node.content else {
      return mistake("expected a value, found \(node.kind)", node.position)
    }
    do {
      if let expression = try TemplateParser.parse(scalar.text) {
        return compile(expression, scope, node)
      }
    } catch {
      return syntax(error, node)
    }
    return constant(scalar, node)
  }

  /// A scalar that is an expression without `${…}`, as in `when` and `$each`.
  func bare(_ node: Node, _ scope: Scope) -> Compiled {
    guard case .scalar(let scalar) = node.content else {
      return mistake("expected an expression, found \(node.kind)", node.position)
    }
    if scalar.text.hasPrefix("${") {
      return mistake(
        "a bare expression stands here, without '${' and '}'", node.position)
    }
    do {
      return compile(try ExpressionParser.parse(scalar.text), scope, node)
    } catch {
      return syntax(error, node)
    }
  }

  private func constant(_ scalar: Node.Scalar, _ node: Node) -> Compiled {
    let (datum, type): (Datum, StaticType)
    switch scalar.value {
    case .null: (datum, type) = (.null, .null)
    case .bool(let flag): (datum, type) = (.bool(flag), .bool)
    case .int(let number): (datum, type) = (.int(number), .number)
    case .double(let number): (datum, type) = (.double(number), .number)
    case .text(let text): (datum, type) = (.text(text), .text)
    }
    return Compiled(evaluator: ConstantEvaluator(datum, node.position), type: type)
  }

  func mistake(_ message: String, _ position: Position, hint: String? = nil) -> Compiled {
    report(message, at: position, hint: hint)
    return Compiled(evaluator: ConstantEvaluator(.null, position), type: .unknown)
  }

  private func syntax(_ error: SyntaxError, _ node: Node) -> Compiled {
    mistake(error.message, node.position(ofTextByte: error.offset), hint: error.hint)
  }

  // MARK: Expressions

  func compile(_ expression: Expression, _ scope: Scope, _ node: Node) -> Compiled {
    let position = node.position(ofTextByte: expression.offset)
    func constant(_ datum: Datum, _ type: StaticType) -> Compiled {
      Compiled(evaluator: ConstantEvaluator(datum, position), type: type)
    }
    switch expression.form {
    case .null: return constant(.null, .null)
    case .bool(let flag): return constant(.bool(flag), .bool)
    case .integer(let number): return constant(.int(number), .number)
    case .number(let number): return constant(.double(number), .number)
    case .text(let text): return constant(.text(text), .text)
    case .list(let items):
      let parts = items.map { compile($0, scope, node) }
      return Compiled(
        evaluator: ListEvaluator(parts.map(\.evaluator), position),
        type: .list(parts.first?.type ?? .unknown))
    case .template(let parts): return template(parts, scope, node, position)
    case .name(let name): return root(name, scope, position)
    case .field(let base, let name):
      return field(base, name, scope, node, position)
    case .index(let base, let index):
      let list = compile(base, scope, node)
      let element: StaticType = if case .list(let item) = list.type { item } else { .unknown }
      return Compiled(
        evaluator: IndexEvaluator(
          list.evaluator, compile(index, scope, node).evaluator, position), type: element)
    case .call(let name, let arguments): return call(name, arguments, scope, node, position)
    case .filter(let input, let name, let arguments):
      return filter(compile(input, scope, node), name, arguments, scope, node, position)
    default: return operation(expression, scope, node, position)
    }
  }

  private func operation(
    _ expression: Expression, _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    switch expression.form {
    case .coalesce(let left, let right):
      let (a, b) = (compile(left, scope, node), compile(right, scope, node))
      return Compiled(
        evaluator: CoalesceEvaluator(a.evaluator, b.evaluator, position),
        type: a.type == b.type || b.type == .null ? a.type : .unknown)
    case .negate(let operand):
      let value = compile(operand, scope, node)
      check(value, .number, "'-'", position)
      return Compiled(evaluator: NegateEvaluator(value.evaluator, position), type: .number)
    case .not(let operand):
      let value = compile(operand, scope, node)
      check(value, .bool, "'not'", position)
      return Compiled(evaluator: NotEvaluator(value.evaluator, position), type: .bool)
    case .binary(let operation, let left, let right):
      return binary(
        operation, compile(left, scope, node), compile(right, scope, node), position)
    case .choice(let test, let then, let otherwise):
      let condition = compile(test, scope, node)
      check(condition, .bool, "'if'", position)
      let (a, b) = (compile(then, scope, node), compile(otherwise, scope, node))
      return Compiled(
        evaluator: ChoiceEvaluator(condition.evaluator, a.evaluator, b.evaluator, position),
        type: a.type == b.type || b.type == .null ? a.type : a.type == .null ? b.type : .unknown)
    default: return mistake("this expression is not understood", position)
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ a: Compiled, _ b: Compiled, _ position: Position
  ) -> Compiled {
    let type: StaticType
    switch operation {
    case .add, .subtract, .multiply, .divide:
      check(a, .number, "'\(operation.rawValue)'", position)
      check(b, .number, "'\(operation.rawValue)'", position)
      type = .number
    case .and, .or:
      check(a, .bool, "'\(operation.rawValue)'", position)
      check(b, .bool, "'\(operation.rawValue)'", position)
      type = .bool
    default: type = .bool
    }
    return Compiled(
      evaluator: BinaryEvaluator(operation, a.evaluator, b.evaluator, position), type: type)
  }

  /// Tells where a value can never fit.
  func check(
    _ value: Compiled, _ wanted: StaticType, _ user: String, _ position: Position
  ) {
    switch (value.type, wanted) {
    case (.unknown, _), (.null, _), (_, .unknown): return
    case (.list, .list): return
    case (let found, let wanted) where found == wanted: return
    default: report("\(user) needs \(wanted), not \(value.type)", at: position)
    }
  }

  private func template(
    _ parts: [Expression.Part], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    let evaluators = parts.map { part -> Evaluator in
      switch part {
      case .text(let text): ConstantEvaluator(.text(text), position)
      case .expression(let inner): compile(inner, scope, node).evaluator
      }
    }
    return Compiled(evaluator: TemplateEvaluator(evaluators, position), type: .text)
  }

  // MARK: Names and fields

  private func root(_ name: String, _ scope: Scope, _ position: Position) -> Compiled {
    if let local = scope.locals[name] {
      return Compiled(evaluator: LocalEvaluator(slot: local.slot, position), type: local.type)
    }
    if name == "project" {
      return Compiled(evaluator: ProjectEvaluator(position), type: .record(.project))
    }
    if let current = scope.current {
      if name == current.rawValue || name == "entity" {
        return Compiled(evaluator: CurrentEvaluator(position), type: .record(current))
      }
      if Scope.ancestors[current]?.contains(name) == true,
        let definition = current.fields[name]
      {
        return Compiled(
          evaluator: FieldEvaluator(CurrentEvaluator(position), definition.access, position),
          type: definition.type)
      }
    }
    let hint =
      name == "self"
      ? "'self' is known inside a document only"
      : Suggestion.hint(
        for: name, in: scope.names)
    return mistake("'\(name)' is not known here", position, hint: hint)
  }

  private func field(
    _ base: Expression, _ name: String, _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    if let path = selfPath(base, name), scope.locals["self"] == nil {
      return own(path, scope, position)
    }
    let record = compile(base, scope, node)
    switch record.type {
    case .record(let type):
      guard let definition = type.fields[name] else {
        return mistake(
          "\(type.rawValue) has no field '\(name)'", position,
          hint: Suggestion.hint(for: name, in: Array(type.fields.keys)))
      }
      if case .avalon = definition.access, scope.isCondition {
        return mistake(
          "names in Avalon are not known in a condition", position,
          hint: "rules are chosen before documents get their names")
      }
      if let name = definition.access.column {
        if type == .task { fields.task.insert(name) } else { fields.entity.insert(name) }
      }
      return Compiled(
        evaluator: FieldEvaluator(record.evaluator, definition.access, position),
        type: definition.type)
    case .map, .unknown, .null:
      return Compiled(
        evaluator: KeyEvaluator(record.evaluator, FieldName(name), position), type: .unknown)
    default:
      return mistake("\(record.type) has no fields such as '\(name)'", position)
    }
  }

  /// The path of `self.a.b`, nil for any other expression.
  private func selfPath(_ base: Expression, _ name: String) -> [String]? {
    switch base.form {
    case .name("self"): [name]
    case .field(let inner, let outer): selfPath(inner, outer).map { $0 + [name] }
    default: nil
    }
  }

  /// The value that the document itself gets at a path: the same expression again.
  private func own(_ path: [String], _ scope: Scope, _ position: Position) -> Compiled {
    let shown = "self.\(path.joined(separator: "."))"
    guard var node = scope.document else {
      return mistake("'self' is known inside a document only", position)
    }
    guard !scope.selfPaths.contains(shown) else {
      return mistake("'\(shown)' stands on itself", position)
    }
    selfUses += 1
    guard selfUses <= ExpressionCompiler.maximumSelfUses else {
      return mistake(
        "'self' is used more than \(ExpressionCompiler.maximumSelfUses) times", position)
    }
    for name in path {
      guard let next = node[name] else {
        return mistake(
          "the document has no field '\(path.joined(separator: "."))'", position,
          hint: Suggestion.hint(for: name, in: (node.entries ?? []).map(\.name)))
      }
      node = next
    }
    guard node.text != nil else {
      return mistake("'\(shown)' is \(node.kind); only a single value can be used", position)
    }
    var inner = scope
    inner.selfPaths.append(shown)
    return template(node, inner)
  }

  // MARK: Calls

  private func call(
    _ name: String, _ arguments: [Expression], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    guard name == "try" else {
      return mistake(
        "there is no function '\(name)'", position, hint: "filters are written: value | \(name)")
    }
    guard arguments.count == 2 else {
      return mistake("'try' takes a value and what stands for it when it fails", position)
    }
    let (a, b) = (compile(arguments[0], scope, node), compile(arguments[1], scope, node))
    return Compiled(
      evaluator: TryEvaluator(a.evaluator, b.evaluator, position),
      type: a.type == b.type ? a.type : .unknown)
  }
}
