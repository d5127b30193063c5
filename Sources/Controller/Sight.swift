internal import Avalon
internal import BSON
internal import Identity
internal import Kitsu
internal import Mapping
internal import Planning

/// What a project is on both sides at one moment.
struct Sight {
  let project: PlannedProject
  let place: ProjectPlace
  let reading: ProjectReading
  let observed: ObservedState
  let projectDocument: Document?
  /// What the project's templates make paths of.
  let pathFields: PathFields
  var facts: AvalonFacts
  var lastApplied: LastApplied?
  /// Why names and places stay, as their folders cannot follow.
  private(set) var folderHolds: [Identity: Hold] = [:]
  /// What folders are named after that an earlier run did not come to.
  var foldersBehind: [Identity: FolderValues] = [:]
  /// The documents that subsets stand on. Until they are read, none are known, and what is planned
  /// is only looked at.
  private var published: Set<ObjectID> = []

  /// - Parameter facts: those of the documents, where they are known already.
  init(
    _ project: ProjectSummary, in place: ProjectPlace, _ reading: ProjectReading,
    _ observed: ObservedState, _ settings: Reconciler.Settings, facts: AvalonFacts? = nil
  ) {
    self.project = PlannedProject(
      id: project.id, title: project.name, collection: place.collection)
    self.place = place
    self.reading = reading
    self.observed = observed
    projectDocument =
      observed.linked[Identity(project: project.id, entity: project.id)]
      ?? observed.projects.first
    pathFields = PathFields(project: projectDocument)
    self.facts =
      facts
      ?? AvalonFacts(
        observed, place: place, project: project.id, isTorn: reading.isTorn, settings: settings)
  }

  var entityCount: Int { reading.production.entities.values.reduce(0) { $0 + $1.count } }

  mutating func hold(_ holds: [Identity: Hold]) {
    folderHolds.merge(holds) { first, _ in first }
    for (identity, hold) in holds where facts.fixedNames[identity] == nil {
      facts.fixedNames[identity] = FixedName(hold.reason, remedy: hold.remedy)
    }
  }

  // MARK: What stands on documents

  mutating func lookAtStanding(
    published: Set<ObjectID>, _ settings: Reconciler.Settings
  ) {
    self.published = published
    add(
      Standing(
        published, "work was published of it", below: "work was published of", in: observed),
      \.published)
    let started = settings.mapping.protectsStarted ? reading.production.startedEntities : []
    let begun = started.compactMap { entity -> ObjectID? in
      facts.documents[Identity(project: project.id, entity: entity)]?.id
        ?? facts.claimed[entity]?.id
    }
    add(
      Standing(begun, "a task of it was begun", below: "a task was begun of", in: observed),
      \.started)
    let id = projectDocument?.element(.documentID)?.value.objectID
    if let id, !published.isEmpty {
      facts.standing[id, default: AvalonFacts.Standing()].published = "work was published in it"
    }
    let names = projectDocument.flatMap { Link(of: $0) }?.taskTypes ?? [:]
    facts.taskTypes = Dictionary(names.map { ($0.value, $0.key) }) { min($0, $1) }
  }

  private mutating func add(
    _ standing: Standing, _ field: WritableKeyPath<AvalonFacts.Standing, String?>
  ) {
    for (id, reason) in standing.reasons {
      let tasks = observed.documents[id]?.taskNames ?? []
      facts.standing[id, default: AvalonFacts.Standing(taskNames: tasks)][keyPath: field] = reason
    }
  }

  // MARK: Removal

  func circumstances(_ settings: Reconciler.Settings) -> Circumstances {
    var circumstances = Circumstances()
    circumstances.published = published
    circumstances.lastApplied = lastApplied
    circumstances.mayOverwriteAdopted = settings.adoption.mayOverwrite
    circumstances.removalHold = reading.isTorn ? Reconciler.torn : nil
    let (mapping, unsure) = (settings.mapping, unsureKinds(settings))
    circumstances.disposal = { identity, kind in
      if unsure.contains(kind) { return .keep }
      return Disposal(mapping.removal(kind: kind, facet: identity.facet))
    }
    return circumstances
  }

  /// Kinds of which Kitsu gave nothing: whether all are gone, or may not be seen, cannot be told.
  private func unsureKinds(_ settings: Reconciler.Settings) -> Set<String> {
    let isTrusted = settings.allowed.contains(.emptyProject)
    let empty = EntityKind.allCases.filter { kind in
      guard let list = reading.production.entities[kind] else { return true }
      return list.isEmpty && !isTrusted
    }
    return Set(empty.map(\.rawValue))
  }

  /// What would be removed if Kitsu could be believed.
  /// - Parameter gone: our documents that nothing is wanted of.
  func warnings(
    _ settings: Reconciler.Settings, gone: [(kind: GoneKind, count: Int)]
  ) -> [String] {
    guard settings.policy == .sync else { return [] }
    return unsureKinds(settings).sorted().compactMap { kind in
      let count = gone.filter {
        $0.kind.kind == kind && $0.kind.type == "asset"
          && settings.mapping.removal(kind: kind, facet: $0.kind.facet) != .keep
      }.reduce(0) { $0 + $1.count }
      guard count > 0 else { return nil }
      return "Kitsu gave no \(kind)s at all, so that \(count) documents of them stay: "
        + "--allow \(Guard.emptyProject.rawValue) believes it"
    }
  }
}

extension Plan {
  /// Whether it may break what stands on documents.
  var isEndangering: Bool {
    collectionRename != nil || changes.contains(where: \.endangersWork)
  }
}
