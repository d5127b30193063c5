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
/// changes; ``hold(_:)`` and ``select(_:instead:)`` are called between such passes, by one thread.
final class NameResolver: NameSource, @unchecked Sendable {
  enum State {
    case pending, computing
    case named(String, NameHold?)
    case held(FixedName)
  }

  let world: World
  let context: Context
  var candidates: [Candidate] = []
  var states: [State] = []
  private(set) var skipped: [Identity] = []
  private(set) var refused: [HeldEntity] = []
  var refusedIdentities: Set<Identity> = []
  /// Of what has any.
  var refusedByEntity: [EntityID: [Identity]] = [:]
  var hasRefusedFolders = false
  let mapping: CompiledMapping
  var facts: AvalonFacts
  /// Of main documents by entity, as there are many of them; of others by identity.
  var indices: [EntityID: Int] = [:]
  var facetIndices: [Identity: Int] = [:]
  private(set) var collisions: NameCollisions
  /// Names that are not valid where the rule says `fail`, by candidate.
  private var invalid: [Int: String] = [:]
  /// Candidates without a document whose document cannot be made.
  private(set) var unmakable: [Int: String] = [:]
  /// The names of task types that stay.
  private var taskNames: [EntityID: String] = [:]
  /// Whether rules are being chosen: no names are known then.
  var isSelecting = true
  /// Candidates whose names stand on one that is in a dispute, or did while names were settled.
  private(set) var tainted: Set<Int> = []
  private var standsOnDispute = false
  /// Names that stand on each other in a circle, which come out as the order of lists has it.
  private(set) var hasCircle = false

  /// - Parameter reads: notes what names are made of.
  init(
    _ mapping: CompiledMapping, _ world: World, _ facts: AvalonFacts, reads: ReadLog? = nil
  ) {
    self.mapping = mapping
    self.world = world
    self.facts = facts
    collisions = NameCollisions(isCaseSensitive: mapping.isCaseSensitive)
    let names = Placeholder()
    context = Context(world: world, names: names, sizes: mapping.sizes)
    context.reads = reads
    names.resolver = self
  }

  func resolve() {
    select()
    computeAll()
    settleNames()
  }

  /// Holds candidates whose documents cannot be made, and with them what stands on them.
  func hold(_ reasons: [Int: String]) {
    unmakable.merge(reasons) { first, _ in first }
    computeAgain()
    settleNames()
  }

  private func settleNames() { while findCollisions() { computeAgain() } }

  /// Names that were given up had their part in what collides.
  private func computeAgain() {
    let before = states.indices.map(bears)
    computeAll()
    for (index, name) in before.enumerated() where name != bears(index) {
      if let name { collisions.give(up: name) }
    }
  }

  func state(of index: Int) -> State { states[index] }

  /// A context for one thread, to evaluate what stands on the names.
  func newContext() -> Context {
    let context = Context(world: world, names: self, sizes: mapping.sizes)
    context.taskNames = taskNames
    context.reads = self.context.reads.map { _ in ReadLog() }
    return context
  }

  private func select() {
    var selection = CandidateSelection(mapping, world, facts, context)
    selection.run()
    candidates = selection.candidates
    skipped = selection.skipped
    refused = selection.refused.values.sorted { $0.identity < $1.identity }
    refusedIdentities = Set(selection.refused.keys)
    refusedByEntity = Dictionary(grouping: refusedIdentities, by: \.entity)
    hasRefusedFolders = selection.hasRefusedFolders
    indices = selection.indices
    facetIndices = selection.facetIndices
    states = Array(repeating: .pending, count: candidates.count)
    isSelecting = false
    holdTaskNames()
  }

  // MARK: Names

  private func computeAll() {
    for index in states.indices { states[index] = .pending }
    for index in states.indices { compute(index) }
  }

  func compute(_ index: Int) {
    guard case .pending = states[index] else { return }
    if let reason = unmakable[index] {
      states[index] = .held(FixedName(reason))
      return
    }
    states[index] = .computing
    let outer = context.current
    let outerLocals = context.locals
    let outerStands = standsOnDispute
    standsOnDispute = false
    defer {
      context.current = outer
      context.locals = outerLocals
      if standsOnDispute { tainted.insert(index) }
      standsOnDispute = outerStands
    }
    let candidate = candidates[index]
    candidate.enter(context)
    do {
      let wanted = try evaluateName(candidate)
      let name = collisions.names[index].flatMap { $0.wanted == wanted ? $0.chosen : nil } ?? wanted
      let why = collisions.reasons[index] ?? fixedName(of: candidate)
      if let why, name != candidate.known?.name || candidate.known?.isArchived == true {
        states[index] = kept(candidate, wanted: name, why)
      } else {
        states[index] = .named(name, nil)
      }
    } catch {
      note(error, of: candidate, index)
      states[index] = kept(candidate, wanted: nil, FixedName(error.told))
    }
  }

  private func fixedName(of candidate: Candidate) -> FixedName? {
    if let fixed = facts.fixedNames[candidate.identity] ?? protection(of: candidate) {
      return fixed
    }
    return candidate.known?.isAdopted == true ? facts.adoptedNames : nil
  }

  /// Why a document's name and place stay, by what stands on it and what its rule protects.
  func protection(of candidate: Candidate) -> FixedName? {
    guard !facts.standing.isEmpty, let standing = facts.standing[candidate.id] else { return nil }
    let protect = candidate.rule.safety.protect
    let published = protect.contains(.published) ? standing.published : nil
    guard let reason = published ?? (protect.contains(.started) ? standing.started : nil) else {
      return nil
    }
    return FixedName(
      reason,
      remedy: "let the rule '\(candidate.rule.name)' say 'protect: follow'; files and scenes that "
        + "were made under the old name then stay behind",
      cause: .protection)
  }

  /// Names of tasks are folders, too: those that a protected document's tasks have stay, in the whole
  /// project, as documents find their tasks by these names in the project's own.
  private func holdTaskNames() {
    guard !facts.taskTypes.isEmpty, !facts.standing.isEmpty else { return }
    var used: Set<String> = []
    for candidate in candidates where protection(of: candidate) != nil {
      used.formUnion(facts.standing[candidate.id]?.taskNames ?? [])
    }
    taskNames = facts.taskTypes.filter { used.contains($0.value) }
  }

  /// `on_invalid: fail` fails the project; a name that only stands on a held one is not invalid.
  private func note(_ error: EvaluationError, of candidate: Candidate, _ index: Int) {
    if candidate.rule.nameRules.onInvalid == .fail, case .unfit = error.cause {
      invalid[index] = "\(describe(index)): \(error.told)"
    }
  }

  /// Why nothing of the project may be written, where a rule says `fail`.
  var failure: String? {
    let reasons = (Array(invalid.values) + collisions.failures).sorted()
    guard let first = reasons.first else { return nil }
    return reasons.count == 1 ? first : "\(first), and \(reasons.count - 1) more"
  }

  /// An archived document comes back under a name that is free, or not at all.
  private func kept(_ candidate: Candidate, wanted: String?, _ why: FixedName) -> State {
    guard let known = candidate.known, !known.isArchived else { return .held(why) }
    return .named(known.name, NameHold(wanted: wanted, why: why))
  }

  private func evaluateName(_ candidate: Candidate) throws(EvaluationError) -> String {
    let evaluator = candidate.rule.nameEvaluator
    let datum = try evaluator.evaluate(context)
    guard case .text(let name) = datum, !name.isEmpty else {
      throw evaluator.fail("the name is \(datum.isNull ? "empty" : datum.shown)")
    }
    guard name.utf8.count <= NameRules.longestName else {
      throw evaluator.fail(
        "the name '\(name.prefix(40))…' has \(name.utf8.count) bytes; as names become folders, "
          + "\(NameRules.longestName) are the most")
    }
    if let problem = NameRules.problem(asFolder: name) { throw evaluator.fail(problem) }
    if let pattern = candidate.rule.nameRules.mustMatch, !pattern.matchesWhole(name) {
      let shown = name.count > 80 ? "\(name.prefix(80))…" : name
      throw evaluator.fail("the name '\(shown)' does not match '\(pattern.source)'")
    }
    return name
  }

  /// - Returns: whether a hold was found that was not known before.
  private func findCollisions() -> Bool {
    adoptByName()
    var bearers: [NameCollisions.Bearer] = []
    bearers.reserveCapacity(candidates.count)
    for (index, state) in states.enumerated() where !candidates[index].rule.isProject {
      guard case .named(let name, _) = state else { continue }
      let candidate = candidates[index]
      bearers.append(
        NameCollisions.Bearer(
          index: index, identity: candidate.identity, name: name,
          known: candidate.known.flatMap { $0.isArchived ? nil : $0.name },
          rules: candidate.rule.nameRules))
    }
    return collisions.find(among: bearers, taken: takenNames(), describe: describe)
  }

  /// Newcomers take over the documents of their names. Two that want one both go without.
  private func adoptByName() {
    guard !facts.adoptable.isEmpty else { return }
    var takers: [String: [Int]] = [:]
    for (index, state) in states.enumerated()
    where candidates[index].known == nil && !candidates[index].rule.isProject {
      guard case .named(let name, _) = state, facts.adoptable[name] != nil else { continue }
      takers[name, default: []].append(index)
    }
    for (name, indices) in takers where indices.count == 1 {
      if let known = facts.adoptable[name] { candidates[indices[0]].adopt(known) }
    }
  }

  private func describe(_ index: Int) -> String {
    "\(candidates[index].kind) '\(candidates[index].title(in: world))'"
  }

  /// Names that no candidate may take: documents of others, and our own whose entity is gone, left
  /// out, or refused.
  private func takenNames() -> [String: NameCollisions.Holder] {
    var taken = Dictionary(
      uniqueKeysWithValues: facts.taken.map { name, shown in
        let linkable = facts.linkable[name]
        return (
          name,
          NameCollisions.Holder(shown: shown, linkable: linkable, isForeign: linkable != nil)
        )
      })
    for candidate in candidates {
      if let name = facts.unlinked[candidate.id] { taken[name] = nil }
    }
    for (identity, known) in facts.documents {
      if leftBehind(identity) != nil {
        taken[known.name] = NameCollisions.Holder(
          shown: "the document \(known.id), whose entity is no longer in Kitsu or no longer mapped",
          linkable: known.id)
      }
    }
    return taken
  }

  // MARK: NameSource

  func name(
    of record: Record, facet: String, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Datum {
    guard !isSelecting else {
      throw EvaluationError("names in Avalon are not known in a condition", position)
    }
    guard let index = try index(of: record, facet, context, at: position) else { return .null }
    if case .computing = states[index] {
      hasCircle = true
      throw EvaluationError("names stand on each other in a circle", position)
    }
    compute(index)
    if context === self.context, isDisputed(index) { standsOnDispute = true }
    guard case .named(let name, _) = states[index] else { throw heldError(record, facet, position) }
    return .text(name)
  }

  func documentID(
    of record: Record, facet: String, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Datum {
    guard let index = try index(of: record, facet, context, at: position) else { return .null }
    guard case .held = states[index] else {
      return .id(candidates[index].id)
    }
    throw heldError(record, facet, position)
  }

  /// Whether its name is, or was, that of another document too, or it cannot be made.
  func isDisputed(_ index: Int) -> Bool {
    collisions.reasons[index] != nil || collisions.names[index] != nil || unmakable[index] != nil
      || tainted.contains(index)
  }

  private func index(
    of record: Record, _ facet: String, _ context: Context, at position: Position
  ) throws(EvaluationError) -> Int? {
    guard let id = record.id else { return nil }
    if context.reads != nil { context.note(.documents(id)) }
    let identity = Identity(project: world.projectID, entity: id, facet: facet)
    if let index = index(of: identity) { return index }
    let isRefused = !refusedIdentities.isEmpty && refusedIdentities.contains(identity)
    if isRefused || (!facet.isEmpty && hasRefusedFolders) {
      throw heldError(record, facet, position)
    }
    return nil
  }

  func index(of identity: Identity) -> Int? {
    identity.facet.isEmpty ? indices[identity.entity] : facetIndices[identity]
  }

  private func heldError(
    _ record: Record, _ facet: String, _ position: Position
  ) -> EvaluationError {
    let id = record.id ?? world.projectID
    let shown =
      facet.isEmpty ? "\(record.type.rawValue) '\(record.name ?? "?")'" : "document '\(facet)'"
    return EvaluationError(
      "the \(shown) that it stands on is held", position, cause: .held(id))
  }

  /// Breaks the circle between the context and the resolver that it asks.
  private final class Placeholder: NameSource {
    weak var resolver: NameResolver?

    func name(
      of record: Record, facet: String, _ context: Context, at position: Position
    ) throws(EvaluationError) -> Datum {
      try resolver?.name(of: record, facet: facet, context, at: position) ?? .null
    }

    func documentID(
      of record: Record, facet: String, _ context: Context, at position: Position
    ) throws(EvaluationError) -> Datum {
      try resolver?.documentID(of: record, facet: facet, context, at: position) ?? .null
    }
  }
}
