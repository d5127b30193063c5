internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Kitsu
internal import Logging
internal import Planning
internal import Report

/// One run over the selected projects: connects, plans, and applies where it is asked to.
struct Run {
  private let preparation: Preparation
  private let journals: Journals
  private let logger: Logger

  /// Connects; nothing is planned yet.
  /// - Parameter expected: the installation that this must be; nil for any.
  init(_ settings: Settings, expecting expected: SavedInstallation? = nil) async throws {
    var logger = Logger(label: "avalon-sync") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = settings.logLevel
    self.logger = logger
    preparation = try await Preparation(settings, expecting: expected)
    if let failure = preparation.targets.failure { throw failure }
    try expected?.check(preparation.installation)
    journals = try await Journals(
      preparation.targets.openNames, of: settings, why: "apply")
  }

  /// The text of a plan as it is saved.
  func saved(_ report: PlanReport, _ request: SavedRequest) -> String {
    SavedPlanWriter.text(report, for: preparation.installation, request, engine: Version.text)
  }

  // MARK: Planning

  /// Plans every selected project; a project that fails is told and stops no other.
  func plan() async -> PlanReport {
    var projects: [ProjectReport] = []
    for assignment in preparation.selection.selected { projects.append(await plan(assignment)) }
    return PlanReport(header: preparation.header, projects: projects)
  }

  private func plan(_ assignment: Assignment) async -> ProjectReport {
    let project = assignment.project
    let unplanned = PlannedProject(id: project.id, title: project.name, collection: nil)
    guard let choice = assignment.choice else {
      return ProjectReport(
        plan: .held(
          unplanned, assignment.hold ?? assignment.why,
          remedy: "correct the value in Kitsu, or the condition"))
    }
    let progress = Progress(SafeText.line(project.name))
    defer { progress.finish() }
    let started = ContinuousClock.now
    do {
      let target = try preparation.targets.target(choice.target)
      let reconciler = try preparation.reconciler(choice, journals[choice.target])
      let planned = try await reconciler.plan(project, in: target.directory) { step in
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
      return ProjectReport(planned, setup: preparation.setup(choice))
    } catch {
      return ProjectReport(
        plan: Plan(project: unplanned, changes: [], held: [], unchanged: 0, kept: 0),
        setup: preparation.setup(choice), failure: "\(error)")
    }
  }

  /// A plan with nothing but the adoption of one document.
  func only(_ document: ObjectID, for entity: EntityID, of report: PlanReport) throws -> PlanReport
  {
    for project in report.projects {
      if let plan = project.plan.adoption(of: document, for: entity) {
        if let owner = project.plan.livingOwner(of: document, besides: entity) {
          throw SettingsError(
            "the document \(document) is that of '\(SafeText.line(owner))', which is in Kitsu: "
              + "'avalon-sync unlink \(document)' lets it go first")
        }
        return PlanReport(header: report.header, projects: [project.with(plan)])
      }
    }
    let waits = report.projects.flatMap(\.plan.changes).contains {
      $0.id == document && $0.identity.entity == entity
    }
    let held = report.projects.flatMap(\.plan.held).first {
      $0.scope == .project || ($0.scope == .entity && $0.identity?.entity == entity)
    }
    for project in report.projects
    where project.leftOut.contains(where: { $0.id == document && $0.identity.entity == entity }) {
      guard !project.plan.held.contains(where: { $0.scope == .project }) else { continue }
      throw SettingsError(
        "the policy of '\(SafeText.line(project.plan.project.title))' leaves it out: "
          + (project.setup?.policy.meaning ?? "nothing is taken over"))
    }
    throw SettingsError(
      "the document \(document) cannot be taken over for \(entity) now: "
        + (waits
          ? "other changes come first: 'avalon-sync apply' makes them"
          : held.map { "\($0.reason); to lift it: \($0.remedy)" }
            ?? "there is no such document or entity in the selected projects, or the entity has another "
            + "document ('avalon-sync unlink' lets that one go)"))
  }

  // MARK: Applying

  func apply(_ report: PlanReport) async throws -> PlanReport {
    var projects: [ProjectReport] = []
    for project in report.projects { projects.append(try await apply(project)) }
    return PlanReport(header: report.header, projects: projects)
  }

  private func apply(_ project: ProjectReport) async throws -> ProjectReport {
    let assignment = preparation.selection.selected.first {
      $0.project.id == project.plan.project.id
    }
    guard let choice = assignment?.choice, project.mayBeWritten else {
      return project.with(AppliedPlan(plan: project.plan, outcomes: [], doubledNames: []))
    }
    let progress = Progress(SafeText.line(project.plan.project.title))
    defer { progress.finish() }
    let applied = try await preparation.reconciler(choice, journals[choice.target])
      .apply(project.plan) { done, total in
        progress.update("\(done) of \(total) changes done")
      }
    return project.with(applied)
  }

  /// The run's id in the journal, where there is one.
  var journaled: ObjectID? {
    preparation.targets.openNames.contains { journals[$0] != nil } ? journals.run.id : nil
  }

  func close() async {
    await preparation.close()
    await journals.close()
  }
}

extension ProjectReport {
  /// A project that could not be planned, or is held as a whole, is left alone.
  fileprivate var mayBeWritten: Bool {
    failure == nil && !plan.held.contains { $0.scope == .project }
  }
}
