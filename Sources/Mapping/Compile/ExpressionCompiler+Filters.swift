internal import BSON
internal import YAML

/// Built-in filters, a mapping's own name filters, and those that it defines as expressions.
extension ExpressionCompiler {
  func filter(
    _ input: Compiled, _ name: String, _ arguments: [Expression], _ scope: Scope, _ node: Node,
    _ position: Position
  ) -> Compiled {
    if nameFilters[name] != nil || definitions[name] != nil {
      guard arguments.isEmpty else {
        return mistake("'\(name)' takes no argument, not \(arguments.count)", position)
      }
      return ownFilter(input, name, position)
    }
    guard let filter = Filter.all[name] else {
      let known = Array(Filter.all.keys) + nameFilters.keys + definitions.keys
      return mistake(
        "there is no filter '\(name)'", position, hint: Suggestion.hint(for: name, in: known))
    }
    check(input, fits: filter, position)
    switch filter.work {
    case .function(let function):
      return call(filter, function, input, arguments, scope, node, position)
    case .items(let function, let plain):
      if let plain, arguments.isEmpty {
        return call(filter, plain, input, arguments, scope, node, position)
      }
      return itemFilter(filter, function, input, arguments, scope, node, position)
    case .fallback: return fallback(filter, input, arguments, scope, node, position)
    case .lookup: return lookup(filter, input, arguments, scope, node, position)
    }
  }

  private func check(_ input: Compiled, fits filter: Filter, _ position: Position) {
    guard !filter.inputs.isEmpty, !filter.inputs.contains(where: input.type.canBe) else { return }
    let wanted = filter.inputs.map(\.listDescription).joined(separator: " or ")
    report("'\(filter.name)' needs \(wanted), not \(input.type.listDescription)", at: position)
  }

  private func checkCount(
    _ filter: Filter, _ arguments: [Expression], _ position: Position
  ) -> Bool {
    if filter.argumentCount.contains(arguments.count) { return true }
    report(
      "'\(filter.name)' takes \(filter.argumentCount.shown), not \(arguments.count)", at: position)
    return false
  }

  // MARK: Functions

  private func call(
    _ filter: Filter, _ function: @escaping Filter.Function, _ input: Compiled,
    _ arguments: [Expression], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    let result = filter.result.type(of: input.type)
    guard checkCount(filter, arguments, position) else { return unusable(input, result) }
    var sources: [FilterEvaluator.Source] = []
    for (parameter, argument) in zip(filter.parameters, arguments) {
      guard let source = source(filter, parameter, argument, scope, node) else {
        return unusable(input, result)
      }
      sources.append(source)
    }
    return Compiled(
      evaluator: FilterEvaluator(input.evaluator, filter, function, sources, position),
      type: result)
  }

  /// What stands for a filter after a mistake was told: its type still serves to find others.
  private func unusable(_ input: Compiled, _ type: StaticType) -> Compiled {
    Compiled(evaluator: input.evaluator, type: type)
  }

  /// An argument; nil where a mistake was told.
  private func source(
    _ filter: Filter, _ parameter: Parameter, _ argument: Expression, _ scope: Scope, _ node: Node
  ) -> FilterEvaluator.Source? {
    let position = node.position(ofTextByte: argument.offset)
    if case .pattern = parameter.kind { return pattern(filter, argument, node) }
    let value = compile(argument, scope, node)
    guard let constant = value.evaluator as? ConstantEvaluator else {
      check(value, parameter.type, "'\(filter.name)'", position)
      return .computed(value.evaluator, parameter)
    }
    do {
      return .constant(try parameter.read(constant.datum, of: filter.name))
    } catch {
      report(error.message, at: position)
      return nil
    }
  }

  private func pattern(
    _ filter: Filter, _ argument: Expression, _ node: Node
  ) -> FilterEvaluator.Source? {
    guard case .text(let text) = argument.form else {
      report(
        "'\(filter.name)' needs a pattern in quotes, known before any data",
        at: node.position(ofTextByte: argument.offset))
      return nil
    }
    do {
      return .constant(.pattern(try Pattern(text)))
    } catch {
      let offset = argument.offset + node.quotedOffset(error.offset, in: text, at: argument.offset)
      report(error.message, at: node.position(ofTextByte: offset), hint: error.hint)
      return nil
    }
  }

  // MARK: Items

  private func itemFilter(
    _ filter: Filter, _ function: @escaping Filter.ItemFunction, _ input: Compiled,
    _ arguments: [Expression], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    let slot = newSlot()
    let item = Compiled(
      evaluator: LocalEvaluator(slot: slot, name: nil, position), type: input.type.item)
    let body: Compiled
    switch (arguments.count, arguments.first?.form) {
    case (1, .name(let name)?) where filter.takesName:
      body = self.filter(item, name, [], scope, node, position)
    case (2, .name(let name)?):
      var inner = scope
      inner.locals[name] = Scope.Local(slot: slot, type: item.type)
      body = compile(arguments[1], inner, node)
    default:
      report(
        "'\(filter.name)' takes \(filter.takesName ? "a filter's name, or " : "")a name for the item "
          + "and an expression", at: position, hint: filter.itemHint)
      return unusable(input, filter.result.type(of: input.type))
    }
    if filter.name == "filter" { check(body, .bool, "'filter'", position) }
    return Compiled(
      evaluator: ItemFilterEvaluator(
        input.evaluator, filter.name, function, slot: slot, body: body.evaluator, position),
      type: filter.result.type(of: input.type, body: body.type))
  }

  // MARK: Values from elsewhere

  private func fallback(
    _ filter: Filter, _ input: Compiled, _ arguments: [Expression], _ scope: Scope, _ node: Node,
    _ position: Position
  ) -> Compiled {
    guard checkCount(filter, arguments, position) else { return input }
    let other = compile(arguments[0], scope, node)
    return Compiled(
      evaluator: CoalesceEvaluator(input.evaluator, other.evaluator, position),
      type: input.type.or(other.type))
  }

  private func lookup(
    _ filter: Filter, _ input: Compiled, _ arguments: [Expression], _ scope: Scope, _ node: Node,
    _ position: Position
  ) -> Compiled {
    guard checkCount(filter, arguments, position) else { return unusable(input, .unknown) }
    let place = node.position(ofTextByte: arguments[0].offset)
    guard case .text(let name) = arguments[0].form else {
      return mistake("'lookup' needs the name of a table in quotes", place)
    }
    let fallback = arguments.count > 1 ? compile(arguments[1], scope, node) : nil
    guard let table = tables[name] else {
      return mistake(
        "there is no table '\(name)'", place,
        hint: tables.isEmpty
          ? "tables stand under 'tables:'" : Suggestion.hint(for: name, in: Array(tables.keys)))
    }
    return Compiled(
      evaluator: LookupEvaluator(input.evaluator, table, fallback: fallback?.evaluator, position),
      type: .unknown)
  }

  // MARK: Own filters

  private func ownFilter(_ input: Compiled, _ name: String, _ position: Position) -> Compiled {
    if let own = nameFilters[name] {
      return Compiled(
        evaluator: NameFilterEvaluator(
          input.evaluator, own, memo: memoIndex(name), position), type: .text)
    }
    guard let node = definitions[name], let defined = defined(name, node, position) else {
      return unusable(input, .unknown)
    }
    return Compiled(
      evaluator: DefinedFilterEvaluator(
        input.evaluator, body: defined.body, slot: defined.slot, memo: defined.memo, position),
      type: defined.type)
  }

  private func defined(_ name: String, _ node: Node, _ position: Position) -> DefinedFilter? {
    if let known = compiledDefinitions[name] { return known }
    guard !openDefinitions.contains(name) else {
      report(
        "the filter '\(name)' stands on itself", at: position,
        hint: (openDefinitions + [name]).joined(separator: " -> "))
      return nil
    }
    openDefinitions.append(name)
    defer { openDefinitions.removeLast() }
    let slot = newSlot()
    let scope = Scope(current: nil, locals: ["value": Scope.Local(slot: slot, type: .unknown)])
    let body = template(node, scope)
    let filter = DefinedFilter(
      body: body.evaluator, type: body.type, slot: slot, memo: memoIndex(name))
    compiledDefinitions[name] = filter
    return filter
  }

  /// Compiles every definition, used or not, so that mistakes in them are told.
  func compileDefinitions() {
    do {
      // What cannot be parsed is told where it is compiled.
      let expressions = definitions.compactMapValues { node in
        node.text.flatMap { try? TemplateParser.parse($0) }
      }
      try DefinitionWeights.check(expressions)
    } catch {
      return refuseDefinitions(error)
    }
    for (name, node) in definitions.sorted(by: { $0.key < $1.key }) {
      _ = defined(name, node, node.position)
    }
  }

  /// Uses of filters that cannot be compiled are no further mistakes.
  private func refuseDefinitions(_ excess: DefinitionWeights.Excess) {
    guard let place = definitions[excess.name]?.position else { return }
    report(excess.message, at: place)
    for (name, node) in definitions {
      compiledDefinitions[name] = DefinedFilter(
        body: ConstantEvaluator(.null, node.position), type: .unknown, slot: newSlot(),
        memo: memoIndex(name))
    }
  }
}

extension Filter {
  /// Whether a filter's name may stand for the item expression.
  fileprivate var takesName: Bool {
    if case .items(_, nil) = work { true } else { false }
  }

  fileprivate var itemHint: String {
    let example = examples.first { $0.expression.contains(",") && $0.expression.contains("(") }
    return example.map { "such as \($0.expression)" } ?? ""
  }
}

extension StaticType {
  /// Whether a value of this type may be of the other as well, as far as that is known.
  fileprivate func canBe(_ other: StaticType) -> Bool {
    switch (self, other) {
    case (.unknown, _), (.null, _), (_, .unknown): true
    case (.list(let mine), .list(let theirs)): mine.canBe(theirs)
    default: self == other
    }
  }

  /// The type of a value that is one or the other.
  fileprivate func or(_ other: StaticType) -> StaticType {
    switch (self, other) {
    case (_, .null): self
    case (.null, _): other
    default: self == other ? self : .unknown
    }
  }

  /// With what a list holds, where that tells more.
  fileprivate var listDescription: String {
    switch self {
    case .list(.number): "a list of numbers"
    case .list(.text): "a list of texts"
    default: description
    }
  }
}

extension Node {
  /// Where a byte of a quoted text stands in the scalar, counted from the opening quote: a quote
  /// that is doubled there is one in the text.
  fileprivate func quotedOffset(_ offset: Int, in content: String, at start: Int) -> Int {
    let quote = text?.utf8.dropFirst(start).first
    return 1 + offset + content.utf8.prefix(offset).count { $0 == quote }
  }
}

extension ClosedRange<Int> {
  /// "no argument", "1 argument", "0 to 1 arguments".
  fileprivate var shown: String {
    if lowerBound == upperBound {
      return lowerBound == 0 ? "no argument" : "\(lowerBound) argument\(lowerBound == 1 ? "" : "s")"
    }
    return "\(lowerBound) to \(upperBound) arguments"
  }
}
