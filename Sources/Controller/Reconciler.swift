package import Avalon
internal import BSON
internal import Identity
package import Kitsu
package import Mapping
package import Planning

/// Takes one project from Kitsu to Avalon: observe, evaluate, plan, apply. Nothing is remembered
/// between calls but what a ``ProjectCache`` keeps for the next.
package struct Reconciler: Sendable {
  /// How a mapping, a policy and an owner are put to use.
  package struct Settings: Sendable {
    package let mapping: CompiledMapping
    package let policy: Policy
    /// Who we are in the links of documents: installations with different owners leave each
    /// other's documents alone.
    package let owner: String
    package let adoption: AdoptionSettings
    /// The guards that a person lifted for this once.
    package let allowed: Set<Guard>
    /// A digest of the mapping's text, by which the journal tells that it changed.
    package let mappingDigest: String
    /// The folders that follow their documents; nil where they stay.
    package let directories: DirectoryTree?

    package init(
      mapping: CompiledMapping, policy: Policy = .upsertOnly, owner: String,
      adoption: AdoptionSettings = AdoptionSettings(), allowed: Set<Guard> = [],
      mappingDigest: String = "", directories: DirectoryTree? = nil
    ) {
      self.directories = directories
      self.mapping = mapping
      self.policy = policy
      self.owner = owner
      self.adoption = adoption
      self.allowed = allowed
      self.mappingDigest = mappingDigest
    }
  }

  /// Why names and places stay when the project changed while it was read.
  static let torn = Hold("Kitsu changed while it was read", remedy: "plan again")
  /// Why names stay under the policy `create-only`.
  private static let untouched = FixedName("the policy leaves the document as it is")

  let source: any KitsuSource
  let store: any AvalonStore
  let settings: Settings
  private let shapes: [String: Shape]
  let journal: TargetJournal?

  /// - Parameter journal: nil where there is none: then nothing can be undone.
  package init(
    source: any KitsuSource, store: any AvalonStore, settings: Settings,
    journal: TargetJournal? = nil
  ) {
    self.source = source
    self.store = store
    self.settings = settings
    self.journal = journal
    shapes = settings.mapping.ownedFields.mapValues { fields in
      Shape(fields.map { ($0.path, Shape.Policy($0.ownership)) })
    }
  }

  /// What is done has this name in the journal; nothing without one.
  var run: String { journal.map { "\($0.journal.run.id)" } ?? "none" }

  /// Plans one project. Writes nothing.
  ///
  /// - Parameters:
  ///   - directory: the collections of all projects.
  package func plan(
    _ project: ProjectSummary, in directory: ProjectDirectory,
    progress: (@Sendable (ReadProgress) -> Void)? = nil
  ) async throws -> ProjectPlan {
    switch directory.place(of: project) {
    case .held(let plan): return ProjectPlan(plan: plan)
    case .place(let place):
      return try await explained(try await look(at: project, in: place, progress))
    }
  }

  /// Plans what was seen, with what the journal knows of it.
  private func explained(_ sight: Sight) async throws -> ProjectPlan {
    var sight = sight
    var memory = try await memory(of: sight.project.id)
    sight.lastApplied = await memory.lastApplied(in: store)
    sight.foldersBehind = memory.foldersBehind
    let planned = try await plan(sight, wanted(sight), standing: wanted)
    return try await memory.explain(planned, in: sight.place, in: store)
  }

  /// Plans one project, and keeps what explains its documents. Writes nothing.
  package func study(
    _ project: ProjectSummary, in directory: ProjectDirectory,
    progress: (@Sendable (ReadProgress) -> Void)? = nil
  ) async throws -> ProjectStudy {
    switch directory.place(of: project) {
    case .held(let plan): return ProjectStudy(project: project, plan: ProjectPlan(plan: plan))
    case .place(let place):
      let sight = try await look(at: project, in: place, progress)
      return ProjectStudy(
        project: project, plan: try await plan(sight, wanted(sight), standing: wanted),
        observed: sight.observed,
        explainer: Explainer(
          settings.mapping, over: sight.reading.production, facts: sight.facts,
          owner: settings.owner))
    }
  }

  func look(
    at project: ProjectSummary, in place: ProjectPlace,
    _ progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws -> Sight {
    let reading = try await source.read(
      project: project.id, needs: settings.mapping.needs, progress: progress)
    let documents = try await store.read(collection: place.collection)
    let observed = ObservedState(
      documents, project: project.id, owner: settings.owner,
      sources: settings.adoption.sources(of: project.id))
    return Sight(project, in: place, reading, observed, settings)
  }

  func memory(of project: EntityID) async throws(AvalonError) -> ProjectMemory {
    try await ProjectMemory(
      journal?.journal, journal?.scope(project, owner: settings.owner),
      mapping: settings.mappingDigest)
  }

  /// What stands on documents is only asked for where a plan touches names or places, or deletes:
  /// most never do.
  ///
  /// - Parameters:
  ///   - wanted: what is wanted of what was seen.
  ///   - standing: gives what is wanted once it is seen what stands on documents.
  func plan(
    _ sight: Sight, _ wanted: WantedPlan?, isolation: isolated (any Actor)? = #isolation,
    standing: (Sight) -> WantedPlan?
  ) async throws -> ProjectPlan {
    if let hold = CollectionGuard.check(sight, settings) {
      return ProjectPlan(plan: hold, reading: sight.reading)
    }
    var sight = sight
    guard let wanted, var limited = limitedPlan(sight, wanted) else {
      return ProjectPlan(
        plan: .held(
          sight.project, "Kitsu gave a project without an id", remedy: "check Kitsu's address"),
        reading: sight.reading)
    }
    if limited.plan.isEndangering {
      sight.lookAtStanding(
        published: try await store.publishedParents(collection: sight.place.collection), settings)
      if let safe = standing(sight).flatMap({ limitedPlan(sight, $0) }) { limited = safe }
    }
    var warnings = wanted.warnings
    if let tree = settings.directories, settings.policy.allows(.rename) {
      (limited, warnings) = await following(limited, warnings, sight, FolderKeeper(tree: tree))
    }
    return guarded(limited, warnings, sight)
  }

  /// The plan with the folders that follow; what a folder cannot follow keeps its name and place.
  /// Each round holds more, so that this ends.
  private func following(
    _ limited: LimitedPlan, _ warnings: [String], _ sight: Sight, _ keeper: FolderKeeper
  ) async -> (LimitedPlan, warnings: [String]) {
    var (current, warnings, sight) = (limited, warnings, sight)
    while true {
      let verdict = await keeper.judge(
        current.plan, sight.observed, behind: sight.foldersBehind,
        held: Set(sight.folderHolds.keys))
      switch verdict {
      case .follows(let plan, let told):
        return (LimitedPlan(plan: plan, leftOut: current.leftOut), warnings + told)
      case .holds(let holds):
        sight.hold(holds)
        if let next = wanted(sight).flatMap({ limitedPlan(sight, $0) }) { current = next }
      }
    }
  }

  /// Over a guard nothing of the project is written, and what would change is shown.
  private func guarded(
    _ limited: LimitedPlan, _ warnings: [String], _ sight: Sight
  ) -> ProjectPlan {
    let plan = limited.plan
    let holds = GuardCheck(plan, sight.observed).holds(
      entityCount: sight.entityCount, allowed: settings.allowed)
    guard !holds.isEmpty || plan.held.contains(where: { $0.scope == .project }) else {
      return ProjectPlan(
        plan: plan, leftOut: limited.leftOut, warnings: warnings, reading: sight.reading)
    }
    return ProjectPlan(
      plan: Plan(
        project: plan.project, changes: [], held: holds + plan.held, unchanged: plan.unchanged,
        kept: plan.kept),
      leftOut: plan.changes + limited.leftOut, warnings: warnings, reading: sight.reading)
  }

  /// Evaluates, compares, and takes out what the policy does not allow.
  ///
  /// Under `create-only` documents keep their names in Avalon, so new ones are named after those and
  /// not after names that nobody gets: where names would change, what is new is planned once more.
  private func limitedPlan(_ sight: Sight, _ wanted: WantedPlan) -> LimitedPlan? {
    guard let wanted = freeing(sight, wanted.plan) else { return nil }
    let limited = settings.policy.limit(wanted)
    let renamed = wanted.changes.filter { $0.action != .create && $0.takesName }
    guard settings.policy == .createOnly, !renamed.isEmpty else { return limited }
    var fixed = sight
    for identity in Array(sight.observed.linked.keys) + renamed.map(\.identity) {
      fixed.facts.fixedNames[identity] = Reconciler.untouched
    }
    guard let kept = self.wanted(fixed)?.plan else { return nil }
    let new = settings.policy.limit(kept)
    return LimitedPlan(
      plan: Plan(
        project: sight.project, changes: new.plan.changes, held: new.plan.held,
        unchanged: wanted.unchanged, kept: wanted.kept),
      leftOut: wanted.changes.filter { $0.action != .create }
        + new.leftOut.filter { $0.action == .create })
  }

  /// A document that this very plan takes away leaves its name to others: names are given once more
  /// without those of such documents, until no more of them go.
  ///
  /// - Returns: nil where the reading is of no project.
  private func freeing(_ sight: Sight, _ first: Plan) -> Plan? {
    var (current, sight) = (first, sight)
    var freed: Set<Identity> = []
    while true {
      let leaving = Set(
        current.changes.lazy.filter { $0.action == .archive || $0.action == .delete }
          .filter { settings.policy.allows($0.action) }.map(\.identity))
      // What stays because names were given anew keeps its own.
      guard leaving.isSuperset(of: freed) else { return first }
      guard leaving != freed else { return current }
      freed = leaving
      for identity in leaving { sight.facts.documents[identity]?.free() }
      guard let next = wanted(sight) else { return nil }
      current = next.plan
    }
  }

  /// Evaluates and compares, whatever the policy.
  /// - Returns: nil where the reading is of no project.
  func wanted(_ sight: Sight) -> WantedPlan? {
    Evaluation.evaluate(
      settings.mapping, over: sight.reading.production, facts: sight.facts, owner: settings.owner
    ).map { wanted($0, sight).plan }
  }

  /// - Returns: the plan, with what it is made of where it has parts.
  func wanted(
    _ evaluation: Evaluation, _ sight: Sight
  ) -> (plan: WantedPlan, ledger: PlanLedger?) {
    if let failure = evaluation.failure {
      let remedy = "correct the names in Kitsu, or let the mapping say 'hold' instead of 'fail'"
      let plan = Plan.held(sight.project, failure, remedy: remedy)
      return (WantedPlan(plan: plan, warnings: evaluation.warnings), nil)
    }
    // From here on only what the plan needs of it stays in memory.
    let project = evaluation.documents.first { $0.identity.isProject }?.name
    let ledger = PlanLedger(
      desired(evaluation.documents, sight), held: evaluation.held.map(HeldItem.init),
      observed: sight.observed, sight.circumstances(settings))
    return (wanted(ledger, sight, project: project, warnings: evaluation.warnings), ledger)
  }

  /// - Parameter project: the name that the project's document has or gets.
  func wanted(
    _ ledger: PlanLedger, _ sight: Sight, project: String?, warnings: [String]
  ) -> WantedPlan {
    WantedPlan(
      plan: ledger.plan(sight.project, sight.observed, sight.circumstances(settings))
        .moving(to: project),
      warnings: warnings + sight.warnings(settings, gone: ledger.goneCounts))
  }

  /// Applies a plan that ``plan(_:in:progress:)`` made. What the policy does not allow is not
  /// written, whatever the plan says.
  ///
  /// - Parameter gate: where several replicas share the projects; what it refuses is skipped.
  package func apply(
    _ plan: Plan, gate: WriteGate? = nil, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async -> AppliedPlan {
    let plan = settings.policy.limit(plan).plan
    let isHeld = plan.held.contains { $0.scope == .project }
    guard let collection = plan.project.collection, !plan.isEmpty, !isHeld else {
      await journal?.finishIdle(
        plan.project, settings, isComplete: plan.project.collection != nil && !isHeld,
        in: store)
      return AppliedPlan(plan: plan, outcomes: [], doubledNames: [])
    }
    guard let journal else {
      return await write(plan, collection, nil, gate, progress).0
    }
    return await journal.write(
      plan, settings, collection: collection, seeds: shapes.mapValues(\.seeds), in: store
    ) { await write(plan, collection, $0, gate, progress) }
  }

  /// What a journal that is kept later takes from time to time, while other work goes on.
  func keepJournal(of project: EntityID) async {
    await journal?.keep(project, owner: settings.owner)
  }

  private func write(
    _ plan: Plan, _ collection: String, _ journal: (any ChangeJournal)?, _ gate: WriteGate?,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) async -> (AppliedPlan, behind: [Identity: FolderValues]) {
    let applied = await Applier(
      store: store, plan: plan, collection: collection, journal: journal, gate: gate
    ).apply(progress: progress)
    guard let tree = settings.directories else { return (applied, [:]) }
    return await FolderKeeper(tree: tree).follow(applied, in: store, journal, gate: gate)
  }

  func desired(_ documents: [EvaluatedDocument], _ sight: Sight) -> [DesiredDocument] {
    let isTorn = sight.reading.isTorn
    let pathFields: PathFields = isTorn ? .all : sight.pathFields
    return documents.map { document in
      let hold = nameHold(document)
      return DesiredDocument(
        identity: document.identity, rule: document.rule,
        shape: shapes[document.rule] ?? Shape([]), document: document.document, id: document.id,
        name: document.name,
        heldFields: document.heldFields.map { HeldField(path: $0.path, reason: $0.reason) },
        nameHold: hold,
        placeHold: isTorn
          ? Reconciler.torn
          : document.protection.map(Hold.init) ?? sight.folderHolds[document.identity],
        pathFields: pathFields,
        adoptionHold: document.nameHold?.why.cause == .adoption ? hold : nil,
        heldTasks: document.heldTasks.map { HeldField($0) }, notes: document.notes,
        references: document.references, title: document.title)
    }
  }

  /// What the policy leaves out is told as such, and is nothing that somebody has to correct.
  private func nameHold(_ document: EvaluatedDocument) -> Hold? {
    guard let hold = document.nameHold, hold.why != Reconciler.untouched else { return nil }
    return Hold(hold)
  }
}

/// What would be done if the policy allowed everything, and nothing stood on documents.
struct WantedPlan: Sendable {
  let plan: Plan
  /// What of the mapping is probably not meant.
  let warnings: [String]
}
