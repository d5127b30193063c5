internal import BSON
internal import Identity
internal import YAML

/// Gives every document its effective name: the one that the mapping wants, or the one that it has
/// where that must stay.
///
/// Names can stand on other names, so a hold can cause others: names are computed again until no
/// new hold appears. Holds only ever grow, so this ends.
///
/// `@unchecked Sendable`: threads share it only while documents are written, and then nothing in it
/// changes; ``hold(_:)`` is called between such passes, by one thread.
final class NameResolver: NameSource, @unchecked Sendable {
  struct Candidate {
    let identity: Identity
    let rule: CompiledRule
    let record: Record
    let known: AvalonFacts.Known?
    let id: ObjectID
  }

  enum State {
    case pending, computing
    case named(String, NameHold?)
    case held(String)
  }

  let world: World
  private let context: Context
  private(set) var candidates: [Candidate] = []
  private(set) var states: [State] = []
  private(set) var skipped: [Identity] = []
  private(set) var refused: [HeldEntity] = []
  private let mapping: CompiledMapping
  private let facts: AvalonFacts
  private let rules: [RecordType: [CompiledRule]]
  private var indices: [EntityID: Int] = [:]
  /// Entities that have no candidate because their `when` failed.
  private var refusedEntities: Set<EntityID> = []
  /// Collisions that were found, by candidate.
  private var collisions: [Int: String] = [:]
  /// Candidates without a document whose document cannot be made.
  private var unmakable: [Int: String] = [:]

  init(_ mapping: CompiledMapping, _ world: World, _ facts: AvalonFacts) {
    self.mapping = mapping
    self.world = world
    self.facts = facts
    rules = Dictionary(grouping: mapping.rules, by: \.from)
    let names = Placeholder()
    context = Context(
      world: world, names: names, slots: mapping.slotCount, memos: mapping.memoCount)
    names.resolver = self
  }

  func resolve() {
    select()
    repeat { computeAll() } while findCollisions()
  }

  /// Holds candidates whose documents cannot be made, and with them what stands on them.
  func hold(_ reasons: [Int: String]) {
    unmakable.merge(reasons) { first, _ in first }
    repeat { computeAll() } while findCollisions()
  }

  func state(of index: Int) -> State { states[index] }

  /// A context for one thread, to evaluate what stands on the names.
  func newContext() -> Context {
    Context(world: world, names: self, slots: mapping.slotCount, memos: mapping.memoCount)
  }

  // MARK: Selection

  /// Finds the rule of each entity: the first whose `when` holds.
  private func select() {
    select(world.project, kind: .project)
    for kind in EntityKind.allCases {
      let type = RecordType(kind)
      for document in world.production.entities[kind] ?? [] {
        select(Record(type: type, document: document), kind: type)
      }
    }
    states = Array(repeating: .pending, count: candidates.count)
  }

  private func select(_ record: Record, kind: RecordType) {
    guard let rules = rules[kind], let id = record.id, indices[id] == nil else { return }
    let identity = Identity(project: world.projectID, entity: id)
    if let reason = facts.blocked[identity] { return refuse(record, identity, reason) }
    do {
      guard let rule = try firstRule(rules, for: record) else {
        skipped.append(identity)
        return
      }
      let known = known(identity)
      indices[id] = candidates.count
      candidates.append(
        Candidate(
          identity: identity, rule: rule, record: record, known: known,
          id: known?.id ?? identity.derivedID))
    } catch {
      refuse(record, identity, error.told)
    }
  }

  /// The document of an identity: by its link, else by the id that it was made with.
  private func known(_ identity: Identity) -> AvalonFacts.Known? {
    if let known = facts.documents[identity] { return known }
    guard !facts.unlinked.isEmpty else { return nil }
    let id = identity.derivedID
    return facts.unlinked[id].map { AvalonFacts.Known(id: id, name: $0) }
  }

  private func firstRule(
    _ rules: [CompiledRule], for record: Record
  ) throws(EvaluationError) -> CompiledRule? {
    context.current = record
    for rule in rules {
      var holds = true
      for condition in rule.conditions where try !condition.evaluator.condition(context) {
        holds = false
        break
      }
      if holds { return rule }
    }
    return nil
  }

  private func refuse(_ record: Record, _ identity: Identity, _ reason: String) {
    refusedEntities.insert(identity.entity)
    refused.append(
      HeldEntity(
        identity: identity, kind: record.type.rawValue, title: world.title(of: record),
        name: facts.documents[identity]?.name, reason: reason))
  }

  // MARK: Names

  private func computeAll() {
    for index in states.indices { states[index] = .pending }
    for index in states.indices { compute(index) }
  }

  private func compute(_ index: Int) {
    guard case .pending = states[index] else { return }
    if let reason = unmakable[index] {
      states[index] = .held(reason)
      return
    }
    states[index] = .computing
    let outer = context.current
    let outerLocals = context.locals
    defer {
      context.current = outer
      context.locals = outerLocals
    }
    let candidate = candidates[index]
    context.current = candidate.record
    do {
      let name = try evaluateName(candidate)
      let fixed = facts.fixedNames[candidate.identity]
      if let reason = collisions[index] ?? fixed, name != candidate.known?.name {
        states[index] = kept(candidate, wanted: name, reason)
      } else {
        states[index] = .named(name, nil)
      }
    } catch {
      states[index] = kept(candidate, wanted: nil, error.told)
    }
  }

  private func kept(_ candidate: Candidate, wanted: String?, _ reason: String) -> State {
    guard let known = candidate.known else { return .held(reason) }
    return .named(known.name, NameHold(wanted: wanted, reason: reason))
  }

  /// What file systems take as a folder's name, in bytes: Avalon's work templates make one of it.
  private static let longestName = 255

  private func evaluateName(_ candidate: Candidate) throws(EvaluationError) -> String {
    let evaluator = candidate.rule.nameEvaluator
    let datum = try evaluator.evaluate(context)
    guard case .text(let name) = datum, !name.isEmpty else {
      throw evaluator.fail("the name is \(datum.isNull ? "empty" : datum.shown)")
    }
    guard name.utf8.count <= NameResolver.longestName else {
      throw evaluator.fail(
        "the name '\(name.prefix(40))…' has \(name.utf8.count) bytes; as names become folders, "
          + "\(NameResolver.longestName) are the most")
    }
    if let pattern = mapping.mustMatch, !pattern.matchesWhole(name) {
      let shown = name.count > 80 ? "\(name.prefix(80))…" : name
      throw evaluator.fail("the name '\(shown)' does not match '\(pattern.source)'")
    }
    return name
  }

  /// - Returns: whether a hold was found that was not known before.
  private func findCollisions() -> Bool {
    var byName: [String: [Int]] = [:]
    byName.reserveCapacity(candidates.count)
    for (index, state) in states.enumerated() where candidates[index].rule.from != .project {
      if case .named(let name, _) = state { byName[name, default: []].append(index) }
    }
    let count = collisions.count
    let taken = takenNames()
    for (name, group) in byName where group.count > 1 || taken[name] != nil {
      judge(name, group, takenBy: taken[name])
    }
    return collisions.count > count
  }

  /// Who has the name in Avalon keeps it; newcomers are held. Where nobody has it, all are
  /// newcomers: to choose one would be arbitrary.
  private func judge(_ name: String, _ group: [Int], takenBy: String?) {
    let newcomers = group.filter { candidates[$0].known?.name != name }
    guard takenBy != nil || newcomers.count < group.count || newcomers.count > 1 else { return }
    for index in newcomers where collisions[index] == nil {
      let others = group.filter { $0 != index }.map { describe($0) }.sorted()
      let holders = (takenBy.map { [$0] } ?? []) + others
      let shown = holders.prefix(3).joined(separator: " and ")
      collisions[index] =
        "the name '\(name)' is also that of \(shown)"
        + (holders.count > 3 ? " and \(holders.count - 3) more" : "")
    }
  }

  private func describe(_ index: Int) -> String {
    let record = candidates[index].record
    return "\(record.type.rawValue) '\(world.title(of: record))'"
  }

  /// Names that no candidate may take: documents of others, and our own whose entity is gone, left
  /// out, or refused.
  private func takenNames() -> [String: String] {
    var taken = facts.taken
    for candidate in candidates {
      if let name = facts.unlinked[candidate.id] { taken[name] = nil }
    }
    for (identity, known) in facts.documents {
      let isCandidate =
        indices[identity.entity].map { candidates[$0].identity == identity } ?? false
      if !isCandidate, identity.entity != world.projectID {
        taken[known.name] =
          "the document \(known.id), whose entity is no longer in Kitsu or no longer mapped"
      }
    }
    return taken
  }

  // MARK: NameSource

  func name(
    of record: Record, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Datum {
    guard !states.isEmpty else {
      throw EvaluationError("names in Avalon are not known in a condition", position)
    }
    guard let index = try index(of: record, at: position) else { return .null }
    if case .computing = states[index] {
      throw EvaluationError("names stand on each other in a circle", position)
    }
    compute(index)
    guard case .named(let name, _) = states[index] else { throw heldError(record, position) }
    return .text(name)
  }

  func documentID(of record: Record, at position: Position) throws(EvaluationError) -> Datum {
    guard let index = try index(of: record, at: position) else { return .null }
    guard case .held = states[index] else {
      return .id(candidates[index].id)
    }
    throw heldError(record, position)
  }

  private func index(
    of record: Record, at position: Position
  ) throws(EvaluationError) -> Int? {
    guard let id = record.id else { return nil }
    if refusedEntities.contains(id) { throw heldError(record, position) }
    return indices[id]
  }

  private func heldError(_ record: Record, _ position: Position) -> EvaluationError {
    let id = record.id ?? world.projectID
    return EvaluationError(
      "the \(record.type.rawValue) '\(record.name ?? "?")' that it stands on is held", position,
      cause: .held(id))
  }

  /// Breaks the circle between the context and the resolver that it asks.
  private final class Placeholder: NameSource {
    weak var resolver: NameResolver?

    func name(
      of record: Record, _ context: Context, at position: Position
    ) throws(EvaluationError) -> Datum {
      try resolver?.name(of: record, context, at: position) ?? .null
    }

    func documentID(of record: Record, at position: Position) throws(EvaluationError) -> Datum {
      try resolver?.documentID(of: record, at: position) ?? .null
    }
  }
}
