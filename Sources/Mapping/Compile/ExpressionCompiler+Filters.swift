internal import BSON
internal import YAML

/// Built-in filters, a mapping's own name filters, and those that it defines as expressions.
extension ExpressionCompiler {
  func filter(
    _ input: Compiled, _ name: String, _ arguments: [Expression], _ scope: Scope, _ node: Node,
    _ position: Position
  ) -> Compiled {
    if name == "map" { return mapFilter(input, arguments, scope, position) }
    if let own = nameFilters[name] {
      return Compiled(
        evaluator: NameFilterEvaluator(
          input.evaluator, own, memo: memoIndex(name), position), type: .text)
    }
    if let definition = definitions[name] {
      guard let defined = defined(name, definition, position) else {
        return Compiled(evaluator: input.evaluator, type: .unknown)
      }
      return Compiled(
        evaluator: DefinedFilterEvaluator(
          input.evaluator, body: defined.body, slot: defined.slot, memo: defined.memo, position),
        type: defined.type)
    }
    guard let filter = Filter.all[name] else {
      let known = Array(Filter.all.keys) + nameFilters.keys + definitions.keys + ["map"]
      return mistake(
        "there is no filter '\(name)'", position, hint: Suggestion.hint(for: name, in: known))
    }
    guard filter.arguments.contains(arguments.count) else {
      return mistake(
        "'\(name)' takes \(filter.arguments.shown), not \(arguments.count)", position)
    }
    check(input, filter.input, "'\(name)'", position)
    let values = arguments.map { compile($0, scope, node).evaluator }
    return Compiled(
      evaluator: FilterEvaluator(input.evaluator, filter, values, position),
      type: resultType(of: filter, input.type))
  }

  /// List filters give what they got.
  private func resultType(of filter: Filter, _ input: StaticType) -> StaticType {
    guard case .list(let item) = input else { return filter.result }
    switch filter.name {
    case "compact", "unique", "sort": return input
    case "first", "last": return item
    default: return filter.result
    }
  }

  private func mapFilter(
    _ input: Compiled, _ arguments: [Expression], _ scope: Scope, _ position: Position
  ) -> Compiled {
    check(input, .list(.unknown), "'map'", position)
    guard arguments.count == 1, case .name(let name) = arguments[0].form else {
      return mistake("'map' takes the name of one filter", position)
    }
    let slot = newSlot()
    let item: StaticType = if case .list(let type) = input.type { type } else { .unknown }
    let value = Compiled(evaluator: LocalEvaluator(slot: slot, position), type: item)
    let node = Node(content: .sequence([]), position: position)
    let body = filter(value, name, [], scope, node, position)
    return Compiled(
      evaluator: MapEvaluator(input.evaluator, slot: slot, body: body.evaluator, position),
      type: .list(body.type))
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
    for (name, node) in definitions.sorted(by: { $0.key < $1.key }) {
      _ = defined(name, node, node.position)
    }
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
