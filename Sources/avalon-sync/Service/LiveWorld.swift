internal import Avalon
internal import Controller
internal import Identity
internal import Kitsu
internal import Planning
internal import Report

/// What the service works on, as the settings name it. Kitsu and Avalon may be away when it is made.
actor LiveWorld: ServiceWorld {
  private let settings: Settings
  private let source: any KitsuSource
  private let mappings: Mappings
  private let feedSettings: FeedSettings
  private var preparation: Preparation?
  private var journals: Journals?
  private let replicas: Replicas

  /// - Throws: where the settings or a mapping cannot be used, whatever Kitsu says.
  init(_ settings: Settings, feed: FeedSettings, leaseTime: Duration) throws {
    self.settings = settings
    replicas = Replicas(settings, leaseTime: leaseTime)
    feedSettings = feed
    source = try Preparation.source(settings)
    let items = (settings.list.items ?? []).compactMap { item -> MappingChoice? in
      guard case .sync(let changes) = item.result else { return nil }
      return changes.mapping
    }
    mappings = try Mappings(
      [settings.list.defaults.mapping] + items, overrides: settings.overrides)
  }

  func survey() async throws -> Survey {
    let preparation =
      if let known = self.preparation {
        try await known.renewed()
      } else {
        try await Preparation(settings, source, mappings: mappings)
      }
    self.preparation = preparation
    if let failure = preparation.targets.failure { throw failure }
    let journals = try await journals(of: preparation)
    var leases: [String: MongoLeases] = [:]
    for name in preparation.targets.openNames {
      leases[name] = try await replicas.leases(of: name, journals)
    }
    let projects = preparation.selection.selected.map { [leases] assignment in
      LiveWorld.surveyed(
        assignment, preparation, journals, assignment.choice.flatMap { leases[$0.target] })
    }
    return Survey(header: preparation.header, projects: projects)
  }

  /// A target that was away when the others were opened has its journal once it is there.
  private func journals(of preparation: Preparation) async throws -> Journals {
    let names = preparation.targets.openNames
    if let journals, journals.covers(names) { return journals }
    await journals?.close()
    let made = try await Journals(names, of: settings, why: "service")
    journals = made
    return made
  }

  private static func surveyed(
    _ assignment: Assignment, _ preparation: Preparation, _ journals: Journals,
    _ leases: MongoLeases?
  ) -> SurveyedProject {
    let project = assignment.project
    guard let choice = assignment.choice else {
      let hold = Hold(
        assignment.hold ?? assignment.why, remedy: "correct the value in Kitsu, or the condition")
      return SurveyedProject(summary: project, setup: nil, way: .blocked(hold))
    }
    let setup = preparation.setup(choice)
    do {
      let target = try preparation.targets.target(choice.target)
      return SurveyedProject(
        summary: project, setup: setup,
        way: .open(directory: target.directory) { why in
          try preparation.reconciler(choice, journals.renewed(why)[choice.target]?.keptLater)
        }, leases: leases)
    } catch {
      let hold = Hold("\(error)", remedy: "it is tried again")
      return SurveyedProject(summary: project, setup: setup, way: .blocked(hold))
    }
  }

  /// Where people steer, by target, as far as it can be used.
  func serviceRecords() -> [String: ServiceRecords] {
    journals?.serviceRecords(owner: settings.owner) ?? [:]
  }

  nonisolated func feed(from position: FeedPosition?) -> AsyncStream<FeedSignal>? {
    (source as? KitsuServer)?.feed(feedSettings, from: position)
  }

  func position() async throws -> FeedPosition? {
    guard let kitsu = preparation?.header.kitsu else { return nil }
    var kept: [FeedPosition] = []
    for records in serviceRecords().values {
      let text = try await records.position(of: kitsu)
      if let position = text.flatMap(FeedPosition.init) { kept.append(position) }
    }
    return kept.min { $0.text < $1.text }
  }

  func version(of project: EntityID) async throws -> String? {
    if let file = source as? SnapshotFile { return file.version }
    return try await (source as? KitsuServer)?.version(of: project)
  }

  func close() async {
    await preparation?.close()
    await journals?.close()
    await replicas.close()
    if preparation == nil { await source.close() }
  }
}
