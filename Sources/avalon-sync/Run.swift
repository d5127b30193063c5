internal import ArgumentParser
internal import Avalon
internal import Controller
internal import Foundation
internal import Identity
internal import Kitsu
internal import Logging
internal import Mapping
internal import Planning
internal import Report
internal import ShippedMappings
internal import YAML

/// One run over the selected projects: connects, plans, and applies where it is asked to.
struct Run {
  let settings: Settings
  let source: any KitsuSource
  let store: any AvalonStore
  let reconciler: Reconciler
  private let mapping: CompiledMapping
  private let logger: Logger

  init(_ settings: Settings) throws {
    self.settings = settings
    var logger = Logger(label: "avalon-sync") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = settings.logLevel
    self.logger = logger
    mapping = try Run.mapping(settings.mapping)
    source = try Run.source(settings)
    store = try Run.store(settings)
    reconciler = Reconciler(
      source: source, store: store,
      settings: Reconciler.Settings(mapping: mapping, owner: settings.owner))
  }

  // MARK: Parts

  static func mapping(_ path: String?) throws -> CompiledMapping {
    guard let path else {
      let name = ShippedMappings.defaultName
      let bytes = ShippedMappings.all[name] ?? []
      return try CompiledMapping.compile(SourceText(name: name, bytes: bytes))
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError("cannot read the mapping file '\(path)'")
    }
    return try CompiledMapping.compile(SourceText(name: path, bytes: Array(data)))
  }

  static func source(_ settings: Settings) throws -> any KitsuSource {
    if settings.kitsu.hasPrefix(Settings.snapshotScheme) {
      return SnapshotFile(path: String(settings.kitsu.dropFirst(Settings.snapshotScheme.count)))
    }
    guard let credentials = settings.credentials else {
      throw SettingsError("Kitsu's account is missing: set GAZU_USER and GAZU_PASSWD")
    }
    return try KitsuServer(
      KitsuServer.Settings(
        address: settings.kitsu, credentials: credentials, caFile: settings.caFile,
        clientVersion: Version.text))
  }

  static func store(_ settings: Settings) throws -> any AvalonStore {
    if settings.avalon.hasPrefix(Settings.dumpScheme) {
      return try DumpStore(
        directory: String(settings.avalon.dropFirst(Settings.dumpScheme.count)),
        database: settings.database)
    }
    return try MongoStore(
      uri: settings.avalon, database: settings.database, timeout: settings.timeout)
  }

  // MARK: Planning

  /// Plans every selected project; a project that fails is told and stops no other.
  func plan() async throws -> PlanReport {
    let kitsu = try await source.describe()
    let avalon = try await store.describe()
    let all = try await source.projects()
    let selection = try ProjectSelection(all, wanted: settings.projects)
    let directory = try await ProjectDirectory(
      all.filter { $0.isOpen || selection.projects.map(\.id).contains($0.id) }, mapping: mapping,
      store: store, owner: settings.owner)
    var projects: [ProjectReport] = []
    for project in selection.projects { projects.append(await plan(project, in: directory)) }
    let header = ReportHeader(
      kitsu: kitsu.address, kitsuVersion: "\(kitsu.name) \(kitsu.version)",
      account: kitsu.account, role: kitsu.role, avalon: avalon.address,
      database: avalon.database, avalonVersion: avalon.version.map { "MongoDB \($0)" },
      mapping: settings.mapping ?? "\(mapping.name) (built in)", owner: settings.owner,
      leftOut: selection.leftOut)
    return PlanReport(header: header, projects: projects)
  }

  private func plan(
    _ project: ProjectSummary, in directory: ProjectDirectory
  ) async -> ProjectReport {
    let progress = Progress(SafeText.line(project.name))
    defer { progress.finish() }
    let started = ContinuousClock.now
    do {
      let planned = try await reconciler.plan(project, in: directory) { step in
        progress.update("\(step.kind) read, \(step.done) of \(step.total)")
      }
      logger.info(
        "project planned",
        metadata: [
          "project.id": "\(project.id)", "kitsu.requests": "\(planned.requestCount)",
          "kitsu.bytes": "\(planned.byteCount)",
          "plan.changes": "\(planned.plan.changes.count)",
          "duration": "\(ContinuousClock.now - started)",
        ])
      return ProjectReport(
        plan: planned.plan, unreadable: planned.unreadable,
        caution: Run.caution(planned.consistency))
    } catch {
      let unplanned = PlannedProject(id: project.id, title: project.name, collection: nil)
      return ProjectReport(
        plan: Plan(project: unplanned, changes: [], held: [], unchanged: 0, kept: 0),
        failure: "\(error)")
    }
  }

  private static func caution(_ consistency: ProjectReading.Consistency) -> String? {
    switch consistency {
    case .consistent: nil
    case .unchecked:
      "this server cannot tell whether the project changed while it was read: plan again to be sure"
    case .torn:
      "the project kept changing while it was read: names and places stay until the next plan"
    }
  }

  // MARK: Applying

  func apply(_ report: PlanReport) async -> PlanReport {
    var projects: [ProjectReport] = []
    for project in report.projects {
      let progress = Progress(SafeText.line(project.plan.project.title))
      let applied = await reconciler.apply(project.plan) { done, total in
        progress.update("\(done) of \(total) changes done")
      }
      progress.finish()
      projects.append(
        ProjectReport(
          plan: project.plan, unreadable: project.unreadable, caution: project.caution,
          failure: project.failure, applied: applied))
    }
    return PlanReport(header: report.header, projects: projects)
  }

  func close() async {
    await source.close()
    await store.close()
  }
}

/// Which projects are looked at, and why the others are not.
struct ProjectSelection {
  let projects: [ProjectSummary]
  let leftOut: [ReportHeader.LeftOut]

  /// - Parameter wanted: ids, names or codes; empty for all that are open.
  init(_ all: [ProjectSummary], wanted: [String]) throws {
    var chosen: [ProjectSummary] = []
    for name in wanted {
      let matches = all.filter { $0.isCalled(name) }
      guard !matches.isEmpty else { throw ProjectSelection.unknown(name, all) }
      guard matches.count == 1 else {
        throw SettingsError(
          "\(matches.count) projects are called '\(name)': use an id, one of "
            + matches.map(\.id.description).joined(separator: ", "))
      }
      chosen += matches.filter { match in !chosen.contains { $0.id == match.id } }
    }
    if wanted.isEmpty { chosen = all.filter(\.isOpen) }
    projects = chosen
    leftOut = all.filter { project in !chosen.contains { $0.id == project.id } }.map {
      ReportHeader.LeftOut(
        name: $0.name,
        reason: $0.isOpen ? "not selected" : ($0.statusName ?? "not open").lowercased())
    }
  }

  private static func unknown(_ name: String, _ all: [ProjectSummary]) -> SettingsError {
    let hint =
      all.isEmpty
      ? "this account sees no project at all: is it in a project's team?"
      : Suggestion.hint(for: name, in: all.map(\.name))
    return SettingsError(
      "there is no project '\(name)' that this account may see: \(hint)")
  }
}

extension ProjectSummary {
  fileprivate func isCalled(_ text: String) -> Bool {
    id.description == text.lowercased() || name == text || code == text
  }
}
