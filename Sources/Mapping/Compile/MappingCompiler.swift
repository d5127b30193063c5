internal import BSON
internal import YAML

/// Compiles a mapping file; collects every mistake before it gives up.
struct MappingCompiler {
  static let apiVersion = "avalon-sync/v1"

  let root: Node
  let expressions = ExpressionCompiler()

  static func compile(_ root: Node) throws(Diagnostics) -> CompiledMapping {
    let compiler = MappingCompiler(root: root)
    let mapping = compiler.compile()
    let mistakes = compiler.expressions.diagnostics
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return mapping
  }

  private func compile() -> CompiledMapping {
    checkKeys(root, Key.root.map(\.name), in: "a mapping")
    checkText(root["apiVersion"], is: MappingCompiler.apiVersion, "apiVersion")
    checkText(root["kind"], is: "Mapping", "kind")
    let names = NamesCompiler(self).compile(root["names"])
    for entry in entries(of: root["tables"], "'tables'") { expressions.compileTable(entry) }
    for entry in entries(of: root["define"], "'define'") { define(entry) }
    expressions.compileDefinitions()
    let rules = RuleCompiler(self, names: names).compile(root["rules"])
    return CompiledMapping(
      name: root.position.file.name, rules: rules,
      isCaseSensitive: names.isCaseSensitive, expressions: expressions)
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

  // MARK: Checks

  func checkKeys(_ node: Node, _ known: [String], in what: String) {
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
  func entries(of node: Node?, _ what: String) -> [Node.Entry] {
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

  func checkNewFilter(_ entry: Node.Entry) {
    let isKnown =
      Filter.all[entry.name] != nil || expressions.nameFilters[entry.name] != nil
    if isKnown {
      expressions.report("there is already a filter '\(entry.name)'", at: entry.key.position)
    }
  }

  func pattern(_ node: Node) -> Pattern? {
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
}
