internal import BSON
internal import YAML

/// Compiles a mapping file; collects every mistake before it gives up.
struct MappingCompiler {
  static let apiVersion = "avalon-sync/v1"

  private let root: Node
  private let expressions = ExpressionCompiler()

  static func compile(_ root: Node) throws(Diagnostics) -> CompiledMapping {
    let compiler = MappingCompiler(root: root)
    let mapping = compiler.compile()
    let mistakes = compiler.expressions.diagnostics
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return mapping
  }

  private func compile() -> CompiledMapping {
    checkKeys(root, ["apiVersion", "kind", "names", "define", "rules"], in: "a mapping")
    checkText(root["apiVersion"], is: MappingCompiler.apiVersion, "apiVersion")
    checkText(root["kind"], is: "Mapping", "kind")
    let mustMatch = names()
    for entry in entries(of: root["define"], "'define'") { define(entry) }
    expressions.compileDefinitions()
    let rules = self.rules()
    return CompiledMapping(
      name: root.position.file.name, rules: rules, mustMatch: mustMatch,
      fields: expressions.fields, slotCount: expressions.slotCount, memoCount: expressions.memoCount
    )
  }

  // MARK: Checks

  private func checkKeys(_ node: Node, _ known: [String], in what: String) {
    guard let entries = node.entries else {
      return expressions.report("\(what) is a map, not \(node.kind)", at: node.position)
    }
    for entry in entries where !known.contains(entry.name) {
      expressions.report(
        "\(what) has no key '\(entry.name)'", at: entry.key.position,
        hint: Suggestion.hint(for: entry.name, in: known))
    }
  }

  /// The entries of a map that may be missing.
  private func entries(of node: Node?, _ what: String) -> [Node.Entry] {
    guard let node else { return [] }
    if let entries = node.entries { return entries }
    expressions.report("\(what) is a map, not \(node.kind)", at: node.position)
    return []
  }

  private func checkText(_ node: Node?, is wanted: String, _ key: String) {
    if node?.text != wanted {
      expressions.report(
        "'\(key)' must be '\(wanted)'", at: node?.position ?? root.position,
        hint: "write: \(key): \(wanted)")
    }
  }

  // MARK: Names

  private func names() -> Pattern? {
    guard let names = root["names"] else { return nil }
    checkKeys(names, ["filters", "must_match", "on_invalid", "on_collision"], in: "'names'")
    for entry in entries(of: names["filters"], "'filters'") {
      let steps = (entry.value.items ?? []).compactMap(step)
      if entry.value.items == nil {
        expressions.report("a name filter is a list of steps", at: entry.value.position)
      }
      checkNewFilter(entry)
      expressions.nameFilters[entry.name] = NameFilter(name: entry.name, steps: steps)
    }
    for key in ["on_invalid", "on_collision"] {
      if let node = names[key], node.text != "hold" {
        expressions.report("'\(key)' can be 'hold'", at: node.position)
      }
    }
    return names["must_match"].flatMap { pattern($0) }
  }

  private func checkNewFilter(_ entry: Node.Entry) {
    let isKnown =
      Filter.all[entry.name] != nil || entry.name == "map"
      || expressions.nameFilters[entry.name] != nil
    if isKnown {
      expressions.report("there is already a filter '\(entry.name)'", at: entry.key.position)
    }
  }

  private func define(_ entry: Node.Entry) {
    checkNewFilter(entry)
    guard entry.value.text != nil else {
      return expressions.report(
        "a filter is one expression over 'value'", at: entry.value.position,
        hint: "\(entry.name): ${value | lowercase}")
    }
    expressions.definitions[entry.name] = entry.value
  }

  private func pattern(_ node: Node) -> Pattern? {
    guard let text = node.text else {
      expressions.report("a pattern is a text", at: node.position)
      return nil
    }
    do {
      return try Pattern(text)
    } catch {
      expressions.report(error.message, at: node.position(ofTextByte: error.offset))
      return nil
    }
  }

  private func step(_ node: Node) -> TextStep? {
    switch node.text {
    case "lowercase": return .lowercase
    case "uppercase": return .uppercase
    default: break
    }
    guard let entry = node.entries?.first, node.entries?.count == 1 else {
      return unknownStep(node)
    }
    switch (entry.name, entry.value.text) {
    case ("fold", "ascii"): return .foldASCII
    case ("replace", _):
      checkKeys(entry.value, ["pattern", "with"], in: "'replace'")
      guard let pattern = entry.value["pattern"], let replacement = entry.value["with"]?.text else {
        expressions.report("'replace' needs 'pattern' and 'with'", at: node.position)
        return nil
      }
      return self.pattern(pattern).map { .replace($0, with: replacement) }
    case ("squeeze", let text?) where text.count == 1: return .squeeze(Character(text))
    case ("trim", let text?) where text.count == 1: return .trim(Character(text))
    case ("truncate", let text?):
      guard let length = Int(text), (16...255).contains(length) else {
        expressions.report("'truncate' takes a length from 16 to 255", at: entry.value.position)
        return nil
      }
      return .truncate(length)
    default: return unknownStep(node)
    }
  }

  private func unknownStep(_ node: Node) -> TextStep? {
    expressions.report(
      "no step of a name filter", at: node.position,
      hint: "steps are {fold: ascii}, lowercase, uppercase, {replace: {pattern: '…', with: _}}, "
        + "{squeeze: _}, {trim: _}, {truncate: 64}")
    return nil
  }

  // MARK: Rules

  private func rules() -> [CompiledRule] {
    guard let rules = root["rules"]?.entries, !rules.isEmpty else {
      expressions.report("a mapping needs 'rules'", at: root.position)
      return []
    }
    return rules.compactMap(rule)
  }

  private func rule(_ entry: Node.Entry) -> CompiledRule? {
    let node = entry.value
    checkKeys(node, ["from", "when", "name", "document"], in: "a rule")
    guard node.entries != nil else { return nil }
    let sources = [RecordType.project] + EntityKind.allCases.map { RecordType($0) }
    guard let from = node["from"]?.text.flatMap({ RecordType(rawValue: $0) }),
      sources.contains(from)
    else {
      expressions.report(
        "a rule needs 'from'", at: node["from"]?.position ?? entry.key.position,
        hint: Suggestion.hint(for: node["from"]?.text ?? "", in: sources.map(\.rawValue)))
      return nil
    }
    guard let name = node["name"], let document = node["document"] else {
      expressions.report("a rule needs 'name' and 'document'", at: entry.key.position)
      return nil
    }
    var scope = Scope(current: from)
    let conditions = self.conditions(node["when"], scope)
    let nameEvaluator = expressions.template(name, scope).evaluator
    checkType(document, from)
    scope.document = document
    return CompiledRule(
      name: entry.name, from: from, facet: "", conditions: conditions,
      nameEvaluator: nameEvaluator,
      document: DocumentCompiler.compile(document, expressions, scope),
      position: entry.key.position)
  }

  /// Avalon's readers find documents by `type`; a rule that writes another one would make
  /// documents that nobody sees and that a later plan cannot find.
  private func checkType(_ document: Node, _ from: RecordType) {
    let wanted = from == .project ? "project" : "asset"
    guard document.entries != nil, document["type"]?.text != wanted else { return }
    expressions.report(
      "'type' must be '\(wanted)' for documents from \(from.rawValue)",
      at: document["type"]?.position ?? document.position)
  }

  private func conditions(
    _ node: Node?, _ scope: Scope
  ) -> [(name: String, evaluator: Evaluator)] {
    guard let node else { return [] }
    var scope = scope
    scope.isCondition = true
    if node.text != nil { return [("when", expressions.bare(node, scope).evaluator)] }
    guard let entries = node.entries else {
      expressions.report(
        "'when' is an expression or a map of named ones", at: node.position)
      return []
    }
    return entries.map { ($0.name, expressions.bare($0.value, scope).evaluator) }
  }
}
