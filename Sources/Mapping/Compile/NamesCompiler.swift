internal import YAML

/// What names of documents have to be, and what becomes of those that are not.
struct NameRules {
  enum Resort: String, CaseIterable {
    /// The entity or its name waits; all else goes on.
    case hold
    /// A newcomer gets a number behind its name.
    case suffix
    /// Nothing of the project is written.
    case fail
  }

  /// A name that is not valid is not made valid by a number.
  static let invalidResorts: [Resort] = [.hold, .fail]
  static let cases = ["sensitive", "insensitive"]

  /// What file systems take as a folder's name, in bytes: Avalon's work templates make one of it.
  static let longestName = 255

  /// Why a name cannot be a folder's: a hostile one would lead work out of its project.
  static func problem(asFolder name: String) -> String? {
    if name == "." || name == ".." { return "the name is '\(name)', which is no folder's own" }
    let forbidden = name.unicodeScalars.first {
      $0 == "/" || $0 == "\\" || $0.value < 0x20 || $0.value == 0x7F
    }
    guard let forbidden else { return nil }
    let shown =
      forbidden.value < 0x20 || forbidden.value == 0x7F ? "a control character" : "'\(forbidden)'"
    return "the name '\(name.prefix(80))' holds \(shown), which no folder's name can"
  }

  var mustMatch: Pattern?
  var onInvalid = Resort.hold
  var onCollision = Resort.hold
  /// Whether `Bob` and `bob` are two names. Of the whole mapping, as a project is one folder.
  var isCaseSensitive = true
}

/// Compiles `names:` of a mapping and of a rule.
struct NamesCompiler {
  private let mapping: MappingCompiler
  private var expressions: ExpressionCompiler { mapping.expressions }

  init(_ mapping: MappingCompiler) { self.mapping = mapping }

  /// `names:` of the mapping: its name filters and the rules for all names.
  func compile(_ node: Node?) -> NameRules {
    guard let node else { return NameRules() }
    mapping.checkKeys(node, Key.names.map(\.name), in: "'names'")
    let steps = NameStepCompiler(mapping)
    for entry in mapping.entries(of: node["filters"], "'filters'") {
      if entry.value.items == nil {
        expressions.report("a name filter is a list of steps", at: entry.value.position)
      }
      mapping.checkNewFilter(entry)
      expressions.nameFilters[entry.name] = NameFilter(
        name: entry.name, steps: (entry.value.items ?? []).compactMap(steps.step))
    }
    var rules = overriding(NameRules(), with: node)
    if let text = choice(node, "case", of: NameRules.cases) {
      rules.isCaseSensitive = text == "sensitive"
    }
    return rules
  }

  /// `names:` of a rule, over those of the mapping.
  func compile(_ node: Node?, of rule: String, over rules: NameRules) -> NameRules {
    guard let node else { return rules }
    mapping.checkKeys(node, Key.ruleNames.map(\.name), in: "'names' of a rule")
    return overriding(rules, with: node)
  }

  private func overriding(_ rules: NameRules, with node: Node) -> NameRules {
    var rules = rules
    if let pattern = node["must_match"] { rules.mustMatch = mapping.pattern(pattern) }
    let invalid = NameRules.invalidResorts
    if let text = choice(node, "on_invalid", of: invalid.map(\.rawValue)) {
      rules.onInvalid = NameRules.Resort(rawValue: text) ?? .hold
    }
    let collision = NameRules.Resort.allCases.map(\.rawValue)
    if let text = choice(node, "on_collision", of: collision) {
      rules.onCollision = NameRules.Resort(rawValue: text) ?? .hold
    }
    return rules
  }

  private func choice(_ node: Node, _ key: String, of known: [String]) -> String? {
    guard let value = node[key] else { return nil }
    guard let text = value.text, known.contains(text) else {
      let shown = known.map { "'\($0)'" }.joined(separator: ", ")
      expressions.report("'\(key)' can be \(shown)", at: value.position)
      return nil
    }
    return text
  }
}
