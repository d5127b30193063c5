package import Avalon
internal import BSON
internal import Identity
package import Kitsu
package import Mapping
package import Planning

/// Takes one project from Kitsu to Avalon: observe, evaluate, plan, apply. Each call reads the
/// world anew; nothing is remembered between calls.
package struct Reconciler: Sendable {
  /// How a mapping and an owner are put to use.
  package struct Settings: Sendable {
    package let mapping: CompiledMapping
    /// Who we are in the links of documents: installations with different owners leave each
    /// other's documents alone.
    package let owner: String

    package init(mapping: CompiledMapping, owner: String) {
      self.mapping = mapping
      self.owner = owner
    }
  }

  /// Why names and places stay when the project changed while it was read.
  static let torn = "Kitsu changed while it was read"

  private let source: any KitsuSource
  private let store: any AvalonStore
  private let settings: Settings
  private let shapes: [String: Shape]

  package init(source: any KitsuSource, store: any AvalonStore, settings: Settings) {
    self.source = source
    self.store = store
    self.settings = settings
    shapes = settings.mapping.ownedFields.mapValues { fields in
      Shape(fields.map { ($0.path, Shape.Policy($0.ownership)) })
    }
  }

  /// Plans one project. Writes nothing.
  ///
  /// - Parameters:
  ///   - directory: the collections of all projects.
  package func plan(
    _ project: ProjectSummary, in directory: ProjectDirectory,
    progress: (@Sendable (ReadProgress) -> Void)? = nil
  ) async throws -> ProjectPlan {
    let place: ProjectPlace
    switch directory.place(of: project) {
    case .held(let plan): return ProjectPlan(plan: plan)
    case .place(let found): place = found
    }
    let reading = try await source.read(
      project: project.id, needs: settings.mapping.needs, progress: progress)
    let documents = try await store.read(collection: place.collection)
    let observed = ObservedState(documents, project: project.id, owner: settings.owner)
    let planned = PlannedProject(
      id: project.id, title: project.name, collection: place.collection)
    if let hold = CollectionGuard.check(observed, project: planned, owner: settings.owner) {
      return ProjectPlan(plan: hold, reading: reading)
    }
    let facts = AvalonFacts(observed, place: place, project: project.id, isTorn: reading.isTorn)
    let evaluation = Evaluation.evaluate(
      settings.mapping, over: reading.production, facts: facts, owner: settings.owner)
    guard let evaluation else {
      return ProjectPlan(
        plan: .held(
          planned, "Kitsu gave a project without an id", remedy: "check Kitsu's address"),
        reading: reading)
    }
    let plan = Planner.plan(
      project: planned,
      desired: evaluation.documents.map { desired($0, isTorn: reading.isTorn) },
      observed: observed, held: evaluation.held.map(HeldItem.init))
    return ProjectPlan(plan: plan, reading: reading)
  }

  /// Applies a plan that ``plan(_:in:progress:)`` made.
  package func apply(
    _ plan: Plan, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async -> AppliedPlan {
    guard let collection = plan.project.collection, !plan.isEmpty else {
      return AppliedPlan(plan: plan, outcomes: [], doubledNames: [])
    }
    return await Applier(store: store, plan: plan, collection: collection)
      .apply(progress: progress)
  }

  private func desired(_ document: EvaluatedDocument, isTorn: Bool) -> DesiredDocument {
    DesiredDocument(
      identity: document.identity, rule: document.rule,
      shape: shapes[document.rule] ?? Shape([]), document: document.document, id: document.id,
      name: document.name,
      heldFields: document.heldFields.map { HeldField(path: $0.path, reason: $0.reason) },
      nameHold: document.nameHold.map(\.told), placeHold: isTorn ? Reconciler.torn : nil,
      notes: document.notes,
      references: document.references, title: { document.title })
  }
}

/// A project's plan with what was seen while it was made.
package struct ProjectPlan: Sendable {
  package let plan: Plan
  /// Kinds that the account may not see, with the reason.
  package let unreadable: [String: String]
  package let consistency: ProjectReading.Consistency
  package let requestCount: Int
  package let byteCount: Int

  init(plan: Plan, reading: ProjectReading? = nil) {
    self.plan = plan
    unreadable = reading?.unreadable ?? [:]
    consistency = reading?.consistency ?? .consistent
    requestCount = reading?.requestCount ?? 0
    byteCount = reading?.byteCount ?? 0
  }
}
