internal import Avalon
internal import Kitsu
internal import Planning
internal import Report

/// One reconcile of one project: plan, guard, apply.
struct ProjectPass {
  let project: SurveyedProject
  let cache: ProjectCache
  let hint: ChangeHint
  let why: String
  /// Waits until the project was quiet for long enough, and tells whether it is: else nothing is written.
  let isQuiet: @Sendable () async -> Bool

  /// What became of it, and when the project has to be looked at again.
  struct Result {
    let report: ProjectReport
    let outcome: PassOutcome
    /// Whether Kitsu was read as a whole.
    let wasWhole: Bool
    /// Its name in the journal; nil where Avalon was not looked at.
    var run: String?
    /// What the cache takes now.
    var cachedBytes = 0
    /// Whether the cache is empty though the project was looked at and settled.
    var isForgotten = false
    /// Why nothing of it is written for now.
    var pause: ProjectState.Pause?
    /// What was asked of Kitsu.
    var requestCount = 0
    var byteCount = 0
    /// What is left to be tidied up, while the project may be worked on again.
    var upkeep: (@Sendable () async -> Void)?
  }

  /// - Throws: where Kitsu or Avalon cannot be read.
  func run() async throws -> Result {
    switch project.way {
    case .blocked(let hold):
      let planned = PlannedProject(
        id: project.summary.id, title: project.summary.name, collection: nil)
      let plan = Plan.held(planned, hold.reason, remedy: hold.remedy)
      return Result(
        report: ProjectReport(plan: plan, setup: project.setup), outcome: .held, wasWhole: false)
    case .open(let directory, let makeReconciler):
      return try await run(try makeReconciler(why), in: directory)
    }
  }

  private func run(
    _ reconciler: Reconciler, in directory: ProjectDirectory
  ) async throws -> Result {
    let isEmpty = await cache.isEmpty
    let wasWhole = hint.isWhole || isEmpty
    let planned = try await reconciler.plan(
      project.summary, in: directory, cache: cache, hint: hint)
    let report = ProjectReport(planned, setup: project.setup)
    if planned.plan.held.contains(where: { $0.scope == .project }) {
      return Result(
        report: report, outcome: .held, wasWhole: wasWhole, run: reconciler.run,
        cachedBytes: await cache.byteCount, pause: planned.pause,
        requestCount: planned.requestCount, byteCount: planned.byteCount)
    }
    if !planned.plan.isEmpty, await !isQuiet() {
      return Result(
        report: report, outcome: .overtaken, wasWhole: wasWhole, run: reconciler.run,
        cachedBytes: await cache.byteCount, requestCount: planned.requestCount,
        byteCount: planned.byteCount)
    }
    let gate = project.leases?.gate(of: project.summary.id)
    let applied = await reconciler.apply(planned.plan, cache: cache, gate: gate)
    let outcome = PassOutcome(applied, isTorn: planned.consistency == .torn)
    let isForgotten = await cache.isEmpty
    return Result(
      report: report.with(applied), outcome: outcome, wasWhole: wasWhole, run: reconciler.run,
      cachedBytes: await cache.byteCount, isForgotten: outcome == .settled && isForgotten,
      requestCount: planned.requestCount, byteCount: planned.byteCount
    ) { [cache, project = project.summary] in
      await reconciler.warm(cache, project)
      await reconciler.keepJournal(of: project.id)
    }
  }
}

/// What one reconcile came to.
enum PassOutcome: Sendable, Equatable {
  /// Avalon holds what the mapping makes of Kitsu, but for what is held by entity, name or field.
  case settled
  /// The project is held as a whole: nothing is written until a person lifts it or Kitsu changes.
  case held
  /// Somebody wrote at the same time, or Kitsu changed while it was read: it is read again.
  case unsettled(String)
  /// Kitsu told of more before anything was written: it is planned with that.
  case overtaken
  /// Changes were refused.
  case failed(String)

  var word: String {
    switch self {
    case .settled: "settled"
    case .held: "held"
    case .unsettled: "unsettled"
    case .overtaken: "overtaken"
    case .failed: "failed"
    }
  }

  /// As metrics call it.
  var counted: ReconcileResult {
    switch self {
    case .settled: .success
    case .held: .held
    case .unsettled, .overtaken: .requeue
    case .failed: .error
    }
  }

  init(_ applied: AppliedPlan, isTorn: Bool) {
    let failed = applied.outcomes.first { $0.name == "failed" }
    if let failed {
      self = .failed(failed.reason ?? "a change was refused")
    } else if let folder = applied.folderFailures.first {
      self = .failed("the folder of \(folder.title) could not follow: \(folder.reason)")
    } else if !applied.isComplete {
      let doubled = applied.doubledNames.first.map { "two documents are called '\($0)'" }
      let isEdited = applied.count("conflicted") > 0
      self = .unsettled(
        doubled ?? (isEdited ? nil : applied.outcomes.lazy.compactMap(\.reason).first)
          ?? "somebody else wrote at the same time")
    } else if isTorn {
      self = .unsettled("Kitsu changed while it was read")
    } else {
      self = .settled
    }
  }
}
