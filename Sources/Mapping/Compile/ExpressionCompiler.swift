internal import BSON
internal import YAML

/// Turns parsed expressions into evaluators, with every mistake told that shows before any data.
final class ExpressionCompiler {
  private(set) var diagnostics: [Diagnostic] = []
  var nameFilters: [String: NameFilter] = [:]
  var definitions: [String: Node] = [:]
  var compiledDefinitions: [String: DefinedFilter] = [:]
  var openDefinitions: [String] = []
  /// The mapping's look-up tables.
  var tables: [String: Table] = [:]
  /// How the documents of each rule are told apart, for references to them by rule.
  var facets: [String: FacetRule] = [:]
  /// What expressions need to be read, besides what the rules are for.
  private(set) var kinds: Set<EntityKind> = []
  private(set) var needsCasting = false
  private(set) var metadataUses: [MetadataUse] = []
  /// What expressions read of entities and of tasks, besides what every mapping needs.
  private(set) var fields = SourceFields(
    entity: [
      "id", "name", "canceled", "parent_id", "episode_id", "asset_type_id", "entity_type_id",
      "tasks",
    ], task: ["id", "task_type_id", "task_status_id", "assignees"])
  /// Every use compiles the field anew, and fields that use each other double at each step.
  private static let maximumSelfUses = 1000
  /// More are no help, and take long to tell.
  private static let maximumMistakes = 100
  private var selfUses = 0
  private(set) var slotCount = 0
  private(set) var memoCount = 0
  private(set) var letCount = 0
  private var memoIndices: [String: Int] = [:]

  struct Compiled {
    let evaluator: Evaluator
    let type: StaticType
    /// Whose metadata it is, if it is the whole of that.
    var metadataOf: RecordType?
  }

  struct DefinedFilter {
    let body: Evaluator
    let type: StaticType
    let slot: Int
    let memo: Int
  }

  /// A mistake in a field that others use by `self` is met several times and told once.
  func report(
    _ message: String, at position: Position, hint: @autoclosure () -> String? = nil
  ) {
    guard diagnostics.count < ExpressionCompiler.maximumMistakes else { return }
    let isKnown = diagnostics.contains {
      $0.message == message && $0.position.description == position.description
    }
    guard !isKnown else { return }
    diagnostics.append(Diagnostic(message, at: position, hint: hint()))
  }

  func newSlot() -> Int {
    defer { slotCount += 1 }
    return slotCount
  }

  func newLetSlot() -> Int {
    defer { letCount += 1 }
    return letCount
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

  func mistake(
    _ message: String, _ position: Position, hint: @autoclosure () -> String? = nil
  ) -> Compiled {
    report(message, at: position, hint: hint())
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
      if let type = list.metadataOf, case .text(let name) = index.form {
        metadataUses.append(MetadataUse(type: type, name: name, position: position))
      }
      checkHasItems(list, position)
      return Compiled(
        evaluator: IndexEvaluator(
          list.evaluator, compile(index, scope, node).evaluator, position), type: list.type.item)
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

  private func template(
    _ parts: [Expression.Part], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    let evaluators = parts.map { part -> Evaluator in
      switch part {
      case .text(let text): ConstantEvaluator(.text(text), position)
      case .expression(let inner): piece(compile(inner, scope, node)).evaluator
      }
    }
    return Compiled(evaluator: TemplateEvaluator(evaluators, position), type: .text)
  }

  // MARK: Names and fields

  func root(_ name: String, _ scope: Scope, _ position: Position) -> Compiled {
    if let local = scope.locals[name] {
      // The `value` of a filter that the mapping defines is what stands before the filter.
      let isSource = scope.current != nil
      return Compiled(
        evaluator: LocalEvaluator(slot: local.slot, name: isSource ? name : nil, position),
        type: local.type)
    }
    if let node = scope.lets?.nodes[name] { return named(name, node, scope, position) }
    if name == "project" {
      return Compiled(evaluator: ProjectEvaluator(position), type: .record(.project))
    }
    if name == "studio" {
      return Compiled(evaluator: StudioEvaluator(position), type: .record(.studio))
    }
    if let current = scope.current {
      if name == current.rawValue || name == "entity" {
        return Compiled(evaluator: CurrentEvaluator(position), type: .record(current))
      }
      if Scope.ancestors[current]?.contains(name) == true,
        let definition = current.fields[name]
      {
        note(definition.access, of: current)
        return Compiled(
          evaluator: FieldEvaluator(
            CurrentEvaluator(position), definition.access, name: name, position),
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
    if case .name("tables") = base.form, scope.locals["tables"] == nil {
      return table(name, position)
    }
    let record = compile(base, scope, node)
    if let type = record.metadataOf {
      metadataUses.append(MetadataUse(type: type, name: name, position: position))
    }
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
      note(definition.access, of: type)
      var result = Compiled(
        evaluator: FieldEvaluator(record.evaluator, definition.access, name: name, position),
        type: definition.type)
      if case .metadata = definition.access { result.metadataOf = type }
      return result
    case .map, .unknown, .null:
      return Compiled(
        evaluator: KeyEvaluator(record.evaluator, FieldName(name), position), type: .unknown)
    default:
      return mistake("\(record.type) has no fields such as '\(name)'", position)
    }
  }

  /// Remembers what has to be read for a field.
  private func note(_ access: FieldAccess, of type: RecordType) {
    if let name = access.column {
      if type == .task { fields.task.insert(name) } else { fields.entity.insert(name) }
    }
    kinds.formUnion(access.kinds)
    if access.needsCasting { needsCasting = true }
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
    if name == "name_of" { return nameOf(arguments, scope, node, position) }
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
