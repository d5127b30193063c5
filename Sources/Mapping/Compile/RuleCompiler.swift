internal import YAML

/// Compiles `rules:`.
struct RuleCompiler {
  static let sources = [RecordType.project] + EntityKind.allCases.map { RecordType($0) }

  /// What a facet's name is, for the schema; ``isFacetName(_:)`` is the same.
  static let facetPattern = "[A-Za-z0-9_-]{1,64}"

  private let mapping: MappingCompiler
  private let names: NameRules
  private var expressions: ExpressionCompiler { mapping.expressions }

  init(_ mapping: MappingCompiler, names: NameRules) {
    self.mapping = mapping
    self.names = names
  }

  func compile(_ node: Node?) -> [CompiledRule] {
    let rules = mapping.entries(of: node, "'rules'")
    guard !rules.isEmpty else {
      if node?.entries != nil || node == nil {
        expressions.report("a mapping needs 'rules'", at: (node ?? mapping.root).position)
      }
      return []
    }
    // References name rules in any order, so their facets are known before any is compiled.
    let facets = rules.map { ($0, facet($0)) }
    for case (let entry, let facet?) in facets { expressions.facets[entry.name] = facet }
    return facets.compactMap { entry, facet in facet.flatMap { rule(entry, $0) } }
  }

  private func facet(_ entry: Node.Entry) -> FacetRule? {
    let node = entry.value
    mapping.checkKeys(node, Key.rule.map(\.name), in: "a rule")
    guard node.entries != nil else { return nil }
    guard let from = node["from"]?.text.flatMap({ RecordType(rawValue: $0) }),
      RuleCompiler.sources.contains(from)
    else {
      let written = node["from"]
      expressions.report(
        written?.text.map { "rules cannot be from '\($0)'" } ?? "a rule needs 'from'",
        at: written?.position ?? entry.key.position,
        hint: Suggestion.hint(
          for: written?.text ?? "", in: RuleCompiler.sources.map(\.rawValue)))
      return nil
    }
    return FacetRule(from: from, name: facetName(node), isFolder: node["for_each"] != nil)
  }

  private func facetName(_ node: Node) -> String {
    guard let name = node["as"] else { return "" }
    guard let text = name.text, RuleCompiler.isFacetName(text) else {
      expressions.report(
        "'as' names what this document of the entity is, in up to 64 letters, digits, '_' and '-'",
        at: name.position)
      return ""
    }
    return text
  }

  static func isFacetName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private func rule(_ entry: Node.Entry, _ facet: FacetRule) -> CompiledRule? {
    let node = entry.value
    guard let name = node["name"], let document = node["document"] else {
      let missing = ["name", "document"].filter { node[$0] == nil }.map { "'\($0)'" }
      expressions.report(
        "a rule needs \(missing.joined(separator: " and "))", at: entry.key.position)
      return nil
    }
    var scope = Scope(current: facet.from)
    scope.lets = lets(node["let"], facet.from)
    let folder = folder(node, &scope, entry.key.position)
    let conditions = conditions(node["when"], scope)
    let compiledName = expressions.template(name, scope)
    expressions.check(compiledName, .text, "'name'", compiledName.evaluator.position)
    checkType(document, facet)
    scope.document = document
    expressions.compileLets(scope)
    return CompiledRule(
      name: entry.name, facet: facet, folder: folder, conditions: conditions,
      nameRules: NamesCompiler(mapping).compile(node["names"], of: entry.name, over: names),
      nameEvaluator: compiledName.evaluator,
      document: DocumentCompiler.compile(document, expressions, scope),
      safety: SafetyCompiler(expressions).compile(node),
      position: entry.key.position)
  }

  private func lets(_ node: Node?, _ from: RecordType) -> LetScope? {
    guard let node else { return nil }
    var nodes: [String: Node] = [:]
    let known = Scope(current: from).names + ["self", "tables"]
    for entry in mapping.entries(of: node, "'let'") {
      if known.contains(entry.name) {
        expressions.report("'\(entry.name)' has a meaning already", at: entry.key.position)
      } else {
        nodes[entry.name] = entry.value
      }
    }
    return LetScope(nodes)
  }

  /// `for_each` and `key`: a document for each item of a list.
  private func folder(
    _ node: Node, _ scope: inout Scope, _ position: Position
  ) -> CompiledFolder? {
    guard let source = node["for_each"] else {
      if let key = node["key"] {
        expressions.report("'key' needs 'for_each'", at: key.position)
      }
      return nil
    }
    let list = expressions.bare(source, scope)
    expressions.check(list, .list(.unknown), "'for_each'", source.position)
    let slot = expressions.newSlot()
    scope.ruleLocals = ["item": Scope.Local(slot: slot, type: list.type.item)]
    scope.locals = scope.ruleLocals
    guard let key = node["key"] else {
      expressions.report(
        "'for_each' needs 'key', by which its documents are known for ever", at: position,
        hint: "key: ${item}, or ${item.id} of an entity")
      return nil
    }
    return CompiledFolder(
      source: list.evaluator, slot: slot, key: expressions.key(key, scope).evaluator)
  }

  /// Avalon's readers find documents by `type`; a rule that writes another one would make
  /// documents that nobody sees and that a later plan cannot find.
  private func checkType(_ document: Node, _ facet: FacetRule) {
    let isProject = facet.from == .project && !facet.isFolder && facet.name.isEmpty
    let wanted = isProject ? "project" : "asset"
    guard document.entries != nil, document["type"]?.text != wanted else { return }
    let what =
      facet.from == .project && !isProject
      ? "folders of a project" : "documents from \(facet.from.rawValue)"
    expressions.report(
      "'type' must be '\(wanted)' for \(what)",
      at: document["type"]?.position ?? document.position)
  }

  private func conditions(
    _ node: Node?, _ scope: Scope
  ) -> [(name: String, evaluator: Evaluator)] {
    guard let node else { return [] }
    var scope = scope
    scope.isCondition = true
    if node.text != nil { return [("when", condition(node, scope))] }
    guard let entries = node.entries else {
      expressions.report(
        "'when' is an expression or a map of named ones", at: node.position)
      return []
    }
    return entries.map { ($0.name, condition($0.value, scope)) }
  }

  private func condition(_ node: Node, _ scope: Scope) -> Evaluator {
    let value = expressions.bare(node, scope)
    expressions.check(value, .bool, "a condition", value.evaluator.position)
    return value.evaluator
  }
}
