internal import YAML

/// How the documents that a rule makes of one entity are told apart.
struct FacetRule: Sendable {
  let from: RecordType
  /// `as:`, empty for main documents.
  let name: String
  /// A rule with `for_each`: one document for each key.
  let isFolder: Bool

  /// The facet of a document's identity.
  func facet(key: String?) -> String {
    guard let key else { return name }
    return name.isEmpty ? key : "\(name)/\(key)"
  }
}

/// A document that an expression names: an entity's main one, or one of a rule.
struct DocumentTarget {
  let record: Evaluator
  let rule: FacetRule?
  let key: Evaluator?

  init(main record: Evaluator) {
    self.record = record
    rule = nil
    key = nil
  }

  init(_ record: Evaluator, _ rule: FacetRule, key: Evaluator?) {
    self.record = record
    self.rule = rule
    self.key = key
  }

  /// The entity and facet; nil where one of them is null.
  func find(_ context: Context) throws(EvaluationError) -> (record: Record, facet: String)? {
    switch try record.evaluate(context) {
    case .null: return nil
    case .record(let record):
      guard let rule else { return (record, "") }
      guard let key else { return (record, rule.facet(key: nil)) }
      return try key.key(context).map { (record, rule.facet(key: $0)) }
    case let other: throw record.fail("'$ref' needs an entity, not \(other.shown)")
    }
  }
}

extension Evaluator {
  /// The value as a folder's key; nil for null.
  func key(_ context: Context) throws(EvaluationError) -> String? {
    let value = try evaluate(context)
    guard let text = value.asText else { throw fail("\(value.shown) cannot be a key") }
    return text.isEmpty ? nil : text
  }
}

/// `name_of('rule', key)`: the effective name of a document of that rule.
final class NameOfEvaluator: Evaluator {
  private let target: DocumentTarget

  init(_ target: DocumentTarget, _ position: Position) {
    self.target = target
    super.init(position)
  }

  override func evaluate(_ context: Context) throws(EvaluationError) -> Datum {
    guard let (record, facet) = try target.find(context) else { return .null }
    return try context.names.name(of: record, facet: facet, context, at: position)
  }
}

extension ExpressionCompiler {
  /// A document of a rule.
  ///
  /// - Parameters:
  ///   - key: which of a folder rule's documents.
  ///   - entity: whose; the entity of the rule's kind that is known where the expression stands.
  func target(
    rule name: String, key: Compiled?, of entity: Compiled?, _ scope: Scope, _ position: Position
  ) -> DocumentTarget? {
    guard let rule = facets[name] else {
      report(
        "there is no rule '\(name)'", at: position,
        hint: facets.isEmpty
          ? "filters under 'define' do not know rules: use 'let' of a rule"
          : Suggestion.hint(for: name, in: Array(facets.keys)))
      return nil
    }
    guard rule.isFolder == (key != nil) else {
      let message =
        rule.isFolder
        ? "the rule '\(name)' makes a document for each key: say which"
        : "the rule '\(name)' has no 'for_each', so its documents have no key"
      report(message, at: position)
      return nil
    }
    guard !scope.isCondition else {
      report("documents are not known in a condition", at: position)
      return nil
    }
    var plain = scope
    plain.locals = [:]
    let record = entity ?? root(rule.from.rawValue, plain, position)
    return DocumentTarget(record.evaluator, rule, key: key?.evaluator)
  }

  func nameOf(
    _ arguments: [Expression], _ scope: Scope, _ node: Node, _ position: Position
  ) -> Compiled {
    guard (1...2).contains(arguments.count), case .text(let rule) = arguments[0].form else {
      return mistake(
        "'name_of' takes a rule's name and, of folders, the key", position,
        hint: "name_of('season', episode.data.season)")
    }
    let key = arguments.count == 2 ? compile(arguments[1], scope, node) : nil
    guard let target = target(rule: rule, key: key, of: nil, scope, position) else {
      return Compiled(evaluator: ConstantEvaluator(.null, position), type: .text)
    }
    return Compiled(evaluator: NameOfEvaluator(target, position), type: .text)
  }
}
