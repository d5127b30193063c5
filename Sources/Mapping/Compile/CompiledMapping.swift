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
  let mustMatch: Pattern?
  let fields: SourceFields
  let slotCount: Int
  let memoCount: Int

  init(
    name: String, rules: [CompiledRule], mustMatch: Pattern?, fields: SourceFields,
    slotCount: Int, memoCount: Int
  ) {
    self.name = name
    self.rules = rules
    self.mustMatch = mustMatch
    self.fields = fields
    self.slotCount = slotCount
    self.memoCount = memoCount
  }

  /// Reads and checks a mapping file.
  /// - Throws: every mistake in it, with its place.
  package static func compile(_ source: SourceText) throws(Diagnostics) -> CompiledMapping {
    let root: Node
    do {
      root = try YAML.parse(source)
    } catch {
      throw Diagnostics([error])
    }
    return try MappingCompiler.compile(root)
  }

  /// The fields that each rule writes, by the rule's name.
  package var ownedFields: [String: [OwnedField]] {
    Dictionary(uniqueKeysWithValues: rules.map { ($0.name, $0.document.fields.map(\.owned)) })
  }

  /// What has to be read for it. Ancestors are needed for names and references even where no rule
  /// makes documents of them.
  package var needs: SourceNeeds {
    var kinds: Set<EntityKind> = []
    for rule in rules {
      guard let kind = rule.from.kind else { continue }
      kinds.insert(kind)
      for ancestor in Scope.ancestors[rule.from] ?? [] {
        if let kind = EntityKind(rawValue: ancestor) { kinds.insert(kind) }
      }
    }
    return SourceNeeds(kinds: kinds, casting: false, fields: fields)
  }
}

/// What a mapping makes of one kind of entity.
struct CompiledRule {
  let name: String
  let from: RecordType
  /// Empty for the main document.
  let facet: String
  let conditions: [(name: String, evaluator: Evaluator)]
  let nameEvaluator: Evaluator
  let document: CompiledDocument
  let position: Position
}
