internal import Avalon
internal import Identity
internal import Kitsu
internal import Logging
internal import Planning
internal import Report

extension ServiceController {
  /// One reconcile, from the queue and back to it.
  func perform(_ work: Work) async {
    let id = work.project
    if surveys.isDue(at: clock.elapsed()) { await survey() }
    guard isOurs(id), let tracked = projects[id] else {
      queue.forget(id)
      return end(id, .settled)
    }
    let began = (elapsed: clock.elapsed(), time: clock.now())
    projects[id]?.conditions.begin(at: began.time)
    let pass = ProjectPass(
      project: tracked.surveyed, cache: tracked.cache, hint: work.hint,
      why: "reconcile (\(work.trigger.rawValue))")
    do {
      let result = try await pass.run()
      await steer(tracked, result)
      finish(work, result, began)
    } catch {
      fail(work, error, began)
    }
  }

  private func finish(
    _ work: Work, _ result: ProjectPass.Result, _ began: (elapsed: Duration, time: Int64)
  ) {
    let id = work.project
    if result.requestCount > 0 { contact.reached(.kitsu, at: clock.now()) }
    if result.run != nil { contact.reached(.avalon, at: clock.now()) }
    remember(work, began, result.outcome.word)
    count(result, seconds: projects[id]?.last?.duration ?? 0)
    projects[id]?.report = result.report
    projects[id]?.cachedBytes = result.cachedBytes
    projects[id]?.conditions.end(
      result.outcome, result.report, pause: result.pause, at: clock.now())
    if result.wasWhole {
      let schedule = Schedule(interval: settings.resyncInterval, hours: settings.resyncHours)
      projects[id]?.nextResync = schedule.next(after: clock.elapsed(), chance: clock.chance())
    }
    if result.report.movesCollection { surveys.isDue = true }
    log(work, result)
    switch result.outcome {
    case .settled, .held:
      if !result.report.plan.isEmpty, work.trigger == .event {
        let lag = clock.elapsed() - work.markedAt
        projects[id]?.lag = lag
        metrics.wrote(after: lag.seconds)
      }
      // A pause that ends by itself is looked at when it does.
      let rest = result.pause?.until.map { Duration.milliseconds(max(0, $0 - clock.now())) }
      end(id, (settling(id) ?? rest).map { .requeue(after: $0) } ?? .settled)
    case .unsettled:
      // What somebody else wrote is not in the cache.
      mark(id, .whole, .retry)
      end(id, .requeue(after: .seconds(1)))
    case .failed:
      mark(id, .whole, .retry)
      end(id, .failed)
    }
  }

  private func fail(
    _ work: Work, _ error: any Error, _ began: (elapsed: Duration, time: Int64)
  ) {
    let id = work.project
    if Task.isCancelled { return end(id, .failed) }
    remember(work, began, "error")
    metrics.reconciled(.error, seconds: projects[id]?.last?.duration ?? 0)
    projects[id]?.conditions.fail(error, at: clock.now())
    note(error, of: "project \(projects[id]?.surveyed.summary.name ?? "\(id)")")
    // It was deleted, or the account lost sight of it: the list of projects tells.
    if let error = error as? KitsuError, error.code == .notFound || error.code == .forbidden {
      surveys.isDue = true
    }
    end(id, .failed)
  }

  private func count(_ result: ProjectPass.Result, seconds: Double) {
    metrics.reconciled(result.outcome.counted, seconds: seconds)
    metrics.read(requests: result.requestCount, bytes: result.byteCount)
    if let applied = result.report.applied { metrics.applied(applied) }
    if case .failed = result.outcome { metrics.failed(.changes) }
  }

  private func remember(
    _ work: Work, _ began: (elapsed: Duration, time: Int64), _ outcome: String
  ) {
    projects[work.project]?.lastUsed = clock.elapsed()
    projects[work.project]?.last = ProjectStatus.Reconcile(
      at: began.time, duration: (clock.elapsed() - began.elapsed).seconds,
      trigger: work.trigger.rawValue,
      outcome: outcome)
  }

  private func log(_ work: Work, _ result: ProjectPass.Result) {
    let totals = Totals(result.report)
    logger.log(
      level: result.report.plan.isEmpty ? .debug : .info, "project reconciled",
      metadata: [
        "project.id": "\(work.project)", "run.id": "\(result.run ?? "-")",
        "trigger": "\(work.trigger.rawValue)",
        "outcome": "\(result.outcome.word)", "changes": "\(result.report.plan.changes.count)",
        "held": "\(totals.held)",
        "duration": "\(projects[work.project]?.last?.duration ?? 0)",
      ])
  }

  /// Says what is lost once, and counts it as long as it lasts.
  func note(_ error: any Error, of what: String) {
    let side: Contact.Side
    switch error {
    case is KitsuError: side = .kitsu
    case is AvalonError: side = .avalon
    default:
      metrics.failed(.other)
      logger.error("it failed", metadata: ["what": "\(what)", "error": "\(error)"])
      return
    }
    metrics.failed(side == .kitsu ? .kitsu : .avalon)
    let isNew = contact.lost(side, "\(error)", at: clock.now())
    logger.log(
      level: isNew ? .warning : .debug, "it could not be read or written",
      metadata: ["side": "\(side.rawValue)", "what": "\(what)", "error": "\(error)"])
  }
}

extension ProjectReport {
  /// Whether projects are in other places afterwards.
  fileprivate var movesCollection: Bool { plan.collectionRename != nil }
}
