internal import BSON
internal import Identity
internal import YAML

/// A document that a rule wants for an entity, before it has a name.
struct Candidate {
  let identity: Identity
  let rule: CompiledRule
  let record: Record
  /// Of a rule with `for_each`.
  let item: Datum?
  private(set) var known: AvalonFacts.Known?
  private(set) var id: ObjectID

  /// Takes over a document that is there.
  mutating func adopt(_ document: AvalonFacts.Known) {
    known = document
    id = document.id
  }

  /// Makes the entity and item at hand what expressions see.
  func enter(_ context: Context) {
    if let folder = rule.folder, let item { context.locals[folder.slot] = item }
    context.current = record
  }

  var kind: String { rule.kind }

  func title(in world: World) -> String { identity.title(of: record, in: world) }
}

extension Identity {
  /// Where people find what a document stands for: an entity's path in Kitsu, with its facet; a
  /// project's folder by its key alone.
  func title(of record: Record, in world: World) -> String {
    if !facet.isEmpty, record.type == .project { return facet }
    let title = world.title(of: record)
    return facet.isEmpty ? title : "\(title) (\(facet))"
  }
}

/// Finds the rule of each document: of each facet of an entity the first whose `when` holds.
struct CandidateSelection {
  private(set) var candidates: [Candidate] = []
  private(set) var skipped: [Identity] = []
  /// What has no candidate because something failed before.
  private(set) var refused: [Identity: HeldEntity] = [:]
  /// A list of folders failed, so that it is not known which there are.
  private(set) var hasRefusedFolders = false
  private(set) var indices: [EntityID: Int] = [:]
  private(set) var facetIndices: [Identity: Int] = [:]
  private let world: World
  private let facts: AvalonFacts
  private let context: Context
  private let rules: [RecordType: [FacetRules]]

  /// The rules of one facet in their order.
  private struct FacetRules {
    let facet: String
    var rules: [CompiledRule]
  }

  init(_ mapping: CompiledMapping, _ world: World, _ facts: AvalonFacts, _ context: Context) {
    self.world = world
    self.facts = facts
    self.context = context
    rules = Dictionary(grouping: mapping.rules, by: \.from).mapValues { rules in
      rules.reduce(into: []) { groups, rule in
        let group = groups.firstIndex { $0.facet == rule.facet.name && rule.folder == nil }
        if let group, groups[group].rules[0].folder == nil {
          groups[group].rules.append(rule)
        } else {
          groups.append(FacetRules(facet: rule.facet.name, rules: [rule]))
        }
      }
    }
  }

  mutating func run() {
    select(world.project)
    for kind in EntityKind.allCases {
      let type = RecordType(kind)
      for document in world.production.entities[kind] ?? [] {
        select(Record(type: type, document: document))
      }
    }
  }

  mutating func select(_ record: Record) {
    guard let groups = rules[record.type], let id = record.id else { return }
    for group in groups {
      if group.rules[0].folder != nil {
        selectFolders(record, id, group.rules[0])
      } else {
        select(record, id, group)
      }
    }
  }

  private mutating func select(_ record: Record, _ id: EntityID, _ group: FacetRules) {
    let identity = Identity(project: world.projectID, entity: id, facet: group.facet)
    guard !isKnown(identity) else { return }
    context.current = record
    do {
      for rule in group.rules where try holds(rule) {
        return add(identity, rule, record, item: nil)
      }
      skipped.append(identity)
    } catch {
      refuse(group.rules[0], record, identity, FixedName(error.told))
    }
  }

  private mutating func selectFolders(_ record: Record, _ id: EntityID, _ rule: CompiledRule) {
    guard let folder = rule.folder else { return }
    context.current = record
    do throws(EvaluationError) {
      let list = try folder.source.evaluate(context)
      if list.isNull { return }
      guard let items = list.items else {
        throw folder.source.fail("'for_each' needs a list, not \(list.shown)")
      }
      for item in items where !item.isNull { try select(record, id, rule, folder, item) }
    } catch {
      hasRefusedFolders = true
      let identity = Identity(
        project: world.projectID, entity: id, facet: rule.facet.facet(key: "*"))
      refuse(rule, record, identity, FixedName(error.told))
    }
  }

  /// - Throws: where the key fails, as it is then not known which documents there are.
  private mutating func select(
    _ record: Record, _ id: EntityID, _ rule: CompiledRule, _ folder: CompiledFolder,
    _ item: Datum
  ) throws(EvaluationError) {
    context.locals[folder.slot] = item
    context.current = record
    guard let key = try folder.key.key(context) else { return }
    let identity = Identity(
      project: world.projectID, entity: id, facet: rule.facet.facet(key: key))
    guard !isKnown(identity) else { return }
    do {
      if try holds(rule) {
        add(identity, rule, record, item: item)
      } else {
        skipped.append(identity)
      }
    } catch {
      refuse(rule, record, identity, FixedName(error.told))
    }
  }

  private func holds(_ rule: CompiledRule) throws(EvaluationError) -> Bool {
    for condition in rule.conditions where try !condition.evaluator.condition(context) {
      return false
    }
    return true
  }

  private func isKnown(_ identity: Identity) -> Bool {
    identity.facet.isEmpty
      ? indices[identity.entity] != nil : facetIndices[identity] != nil
  }

  private mutating func add(
    _ identity: Identity, _ rule: CompiledRule, _ record: Record, item: Datum?
  ) {
    if let why = facts.blocked[identity] { return refuse(rule, record, identity, why) }
    if identity.facet.isEmpty {
      indices[identity.entity] = candidates.count
    } else {
      facetIndices[identity] = candidates.count
    }
    let known = known(identity)
    candidates.append(
      Candidate(
        identity: identity, rule: rule, record: record, item: item, known: known,
        id: known?.id ?? newID(identity)))
  }

  /// The first derived one that no document of another identity has.
  private func newID(_ identity: Identity) -> ObjectID {
    for number in 0..<Identity.derivedIDs {
      let id = identity.derivedID(number)
      if isFree(id, for: identity) { return id }
    }
    return identity.derivedID
  }

  private func isFree(_ id: ObjectID, for identity: Identity) -> Bool {
    if let entity = facts.given[id] {
      return entity == identity.entity || entity == identity.kitsuID
    }
    return facts.standsFor[id].map { $0 == identity } ?? true
  }

  /// The document of an identity: by its link, by the id that it was made with, else by an id of
  /// Kitsu's that it holds.
  private func known(_ identity: Identity) -> AvalonFacts.Known? {
    if let known = facts.documents[identity] { return known }
    guard !facts.unlinked.isEmpty else { return nil }
    let id = newID(identity)
    if let name = facts.unlinked[id] { return AvalonFacts.Known(id: id, name: name) }
    return facts.claimedFacets[identity] ?? identity.kitsuID.flatMap { facts.claimed[$0] }
  }

  private mutating func refuse(
    _ rule: CompiledRule, _ record: Record, _ identity: Identity, _ why: FixedName
  ) {
    refused[identity] = HeldEntity(
      identity: identity, kind: rule.kind, title: identity.title(of: record, in: world),
      name: facts.documents[identity]?.name, reason: why.reason, remedy: why.remedy)
  }
}
