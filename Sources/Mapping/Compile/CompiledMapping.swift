internal import BSON
package import YAML

/// A mapping that was checked and is ready to be evaluated.
///
/// `@unchecked Sendable`: nothing in it changes after compilation; all that changes while it is
/// evaluated is in a ``Context`` of its own.
package final class CompiledMapping: @unchecked Sendable {
  /// The file, as the user named it.
  package let name: String
  let rules: [CompiledRule]
  let isCaseSensitive: Bool
  let metadataUses: [MetadataUse]
  let sizes: ContextSizes
  private let fields: SourceFields
  private let kinds: Set<EntityKind>
  private let needsCasting: Bool

  init(
    name: String, rules: [CompiledRule], isCaseSensitive: Bool, expressions: ExpressionCompiler
  ) {
    self.name = name
    self.rules = rules
    self.isCaseSensitive = isCaseSensitive
    metadataUses = expressions.metadataUses
    sizes = ContextSizes(
      locals: expressions.slotCount, lets: expressions.letCount, memos: expressions.memoCount)
    fields = expressions.fields
    kinds = expressions.kinds
    needsCasting = expressions.needsCasting
  }

  /// Reads and checks a mapping file.
  /// - Throws: every mistake in it, with its place.
  package static func compile(_ source: SourceText) throws(Diagnostics) -> CompiledMapping {
    try compile(try MergedMapping.merge(source, library: MappingLibrary { _, _ in nil }))
  }

  /// The fields that each rule writes, by the rule's name.
  package var ownedFields: [String: [OwnedField]] {
    Dictionary(uniqueKeysWithValues: rules.map { ($0.name, $0.document.fields.map(\.owned)) })
  }

  /// What becomes of a document that no rule makes any more.
  ///
  /// Which rule made it nobody knows for sure once its entity is gone, so it is the mildest of the
  /// rules that may have.
  ///
  /// - Parameters:
  ///   - kind: the kind of entity in the document's link; `folder` for those of `for_each`.
  ///   - facet: as in its identity.
  package func removal(kind: String, facet: String) -> Removal {
    let name = facet.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
    let rules = rules.filter {
      $0.kind == kind && !$0.isProject && $0.facet.name == ($0.folder == nil ? facet : name)
    }
    return rules.map(\.safety.removed).min() ?? .keep
  }

  /// Whether a rule keeps the name and place of what a task was begun of.
  package var protectsStarted: Bool { rules.contains { $0.safety.protect.contains(.started) } }

  /// What has to be read for it. Ancestors are needed for names and references even where no rule
  /// makes documents of them.
  package var needs: SourceNeeds {
    var kinds = kinds
    for rule in rules {
      guard let kind = rule.from.kind else { continue }
      kinds.insert(kind)
      for ancestor in Scope.ancestors[rule.from] ?? [] {
        if let kind = EntityKind(rawValue: ancestor) { kinds.insert(kind) }
      }
    }
    var fields = fields
    if protectsStarted {
      fields.task.insert(Production.startField)
    }
    return SourceNeeds(kinds: kinds, casting: needsCasting, fields: fields)
  }
}

/// What a mapping makes of one kind of entity. A class, as every candidate has one.
final class CompiledRule {
  let name: String
  let facet: FacetRule
  /// Of a rule with `for_each`.
  let folder: CompiledFolder?
  let conditions: [(name: String, evaluator: Evaluator)]
  let nameRules: NameRules
  let nameEvaluator: Evaluator
  let document: CompiledDocument
  let safety: Safety
  let position: Position

  init(
    name: String, facet: FacetRule, folder: CompiledFolder?,
    conditions: [(name: String, evaluator: Evaluator)], nameRules: NameRules,
    nameEvaluator: Evaluator, document: CompiledDocument, safety: Safety, position: Position
  ) {
    self.name = name
    self.facet = facet
    self.folder = folder
    self.conditions = conditions
    self.nameRules = nameRules
    self.nameEvaluator = nameEvaluator
    self.document = document
    self.safety = safety
    self.position = position
  }

  var from: RecordType { facet.from }

  /// What its documents stand for, in words.
  var kind: String { folder == nil ? from.rawValue : "folder" }

  /// Makes the one document of type `project`.
  var isProject: Bool { from == .project && folder == nil && facet.name.isEmpty }
}

/// A rule that makes a document for each item of a list.
struct CompiledFolder {
  let source: Evaluator
  /// Where the item stands for the rule's expressions.
  let slot: Int
  let key: Evaluator
}
