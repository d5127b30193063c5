internal import YAML

/// Resolves `extends` within `rules`: a rule that names another one is merged over it.
struct RuleInheritance {
  /// Of rules that extend each other, and so of their depth.
  private static let maximumChain = 32

  private let log: MistakeLog
  private let rules: [String: Node]
  private var resolved: [String: Node] = [:]
  /// How many more values may be taken over from other rules: many rules may extend a large one.
  private var budget = YAML.maximumNodes

  /// - Returns: the mapping without `extends` in its rules.
  static func resolve(_ root: Node, _ log: MistakeLog) -> Node {
    guard let rules = root["rules"]?.plainEntries else { return root }
    var inheritance = RuleInheritance(rules, log)
    return Node(
      content: .mapping((root.entries ?? []).map { inheritance.resolve(section: $0) }),
      position: root.position)
  }

  private init(_ rules: [Node.Entry], _ log: MistakeLog) {
    self.log = log
    self.rules = Dictionary(
      rules.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func resolve(section: Node.Entry) -> Node.Entry {
    guard section.name == "rules", let entries = section.value.entries else { return section }
    let rules = entries.map { Node.Entry(key: $0.key, value: rule($0.name, $0.value)) }
    return Node.Entry(
      key: section.key,
      value: Node(content: .mapping(rules), position: section.value.position))
  }

  private mutating func rule(_ name: String, _ node: Node) -> Node {
    if let known = resolved[name] { return known }
    var chain = self.chain(from: name, node)
    var below: Node?
    while let (name, node) = chain.popLast() {
      below = resolved[name] ?? merge(node, over: below)
      resolved[name] = below
    }
    return below ?? node
  }

  /// The rule, the one that it extends, and so on; it ends before a mistake.
  private func chain(from name: String, _ node: Node) -> [(name: String, node: Node)] {
    var chain = [(name: name, node: node)]
    while let last = chain.last, resolved[last.name] == nil, let extended = last.node["extends"] {
      guard let next = extended.text, let node = rules[next] else {
        reportUnknown(extended, chain.map(\.name))
        break
      }
      let names = chain.map(\.name) + [next]
      guard !chain.contains(where: { $0.name == next }) else {
        let circle = names.drop { $0 != next }
        report("rules extend each other in a circle: \(shown(circle))", extended)
        break
      }
      guard chain.count < RuleInheritance.maximumChain else {
        report(
          "rules extend each other more than \(RuleInheritance.maximumChain) times", extended)
        break
      }
      chain.append((next, node))
    }
    return chain
  }

  private func reportUnknown(_ extended: Node, _ names: [String]) {
    guard let name = extended.text else {
      return report("'extends' of a rule names one other rule", extended)
    }
    let way = names.count > 1 ? " (\(shown(names[...] + [name])))" : ""
    log.report(
      "there is no rule '\(name)' to extend\(way)", at: extended.position,
      hint: Suggestion.hint(for: String(name.prefix(100)), in: rules.keys.sorted().prefix(100)))
  }

  private func report(_ message: String, _ extended: Node) {
    log.report(message, at: extended.position)
  }

  private func shown(_ names: ArraySlice<String>) -> String { names.joined(separator: " -> ") }

  private mutating func merge(_ node: Node, over below: Node?) -> Node {
    guard let entries = node.plainEntries else { return node }
    if let below {
      budget -= below.valueCount
      guard budget >= 0 else {
        report(
          "rules that extend others come to more than \(YAML.maximumNodes) values",
          node["extends"] ?? node)
        return node
      }
    }
    let own = Node(
      content: .mapping(entries.filter { $0.name != "extends" }), position: node.position)
    // A rule whose `extends` is a mistake is not blamed for what it would have found there.
    if below == nil, node["extends"] != nil { return own }
    let emptiness = below == nil ? "this rule extends no other" : nil
    return TreeMerger(log).merge(own, over: below, at: MergePlace(.rule, emptiness: emptiness))
  }
}

extension Node {
  /// How many values it holds, itself among them.
  fileprivate var valueCount: Int {
    (items ?? []).reduce(1) { $0 + $1.valueCount }
      + (entries ?? []).reduce(0) { $0 + $1.value.valueCount }
  }
}
