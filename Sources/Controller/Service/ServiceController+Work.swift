internal import Avalon
internal import Identity
internal import Kitsu
internal import Logging
internal import Planning
internal import Report

extension ServiceController {
  /// One reconcile, from the queue and back to it.
  /// - Parameter began: when the queue gave it. What is marked later is not in it.
  func perform(_ work: Work, _ began: Moment) async {
    let id = work.project
    if surveys.mustComeFirst, surveys.isQuick { await survey() }
    guard isOurs(id), let tracked = projects[id] else {
      queue.forget(id)
      return end(id, .settled)
    }
    projects[id]?.conditions.begin(at: began.time)
    let pass = ProjectPass(
      project: tracked.surveyed, cache: tracked.cache, hint: work.hint,
      why: "reconcile (\(work.trigger.rawValue))", isQuiet: { await self.isQuiet(work) })
    do {
      let result = try await pass.run()
      if result.outcome != .overtaken { await steer(tracked, result) }
      finish(work, result, began)
      if result.wasWhole || !result.report.plan.isEmpty { await keep(id, result) }
    } catch {
      fail(work, error, began)
    }
  }

  /// Longer each time: an import in Kitsu, or a person in Avalon, may be at it for an hour.
  private func unsettledPause(_ id: EntityID) -> Duration {
    let before = projects[id]?.unsettled ?? 0
    projects[id]?.unsettled = before + 1
    return .seconds(1 << min(before, 6))
  }

  /// Whether nothing was marked until the end of the debounce, for which it waits.
  private func isQuiet(_ work: Work) async -> Bool {
    guard let quietAt = work.quietAt else { return true }
    let wait = quietAt - clock.elapsed()
    if wait > .zero { await rest(wait) }
    return !Task.isCancelled && !queue.isMarked(work.project)
  }

  /// One at a time for each project, beside what else is done with it.
  private func keep(_ id: EntityID, _ result: ProjectPass.Result) async {
    guard let upkeep = result.upkeep, keeping.insert(id).inserted else { return }
    await upkeep()
    keeping.remove(id)
  }

  private func finish(
    _ work: Work, _ result: ProjectPass.Result, _ began: Moment
  ) {
    let id = work.project
    if result.requestCount > 0 { contact.reached(.kitsu, at: clock.now()) }
    if result.run != nil { contact.reached(.avalon, target(of: id), at: clock.now()) }
    contact.isWell(title(of: id))
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
    if result.outcome == .settled || result.outcome == .held { projects[id]?.unsettled = 0 }
    // What was written could not be read again: no sweep would find what is missed from here on.
    if result.isForgotten { mark(id, .whole, .sweep) }
    log(work, result)
    switch result.outcome {
    case .settled, .held:
      if !result.report.plan.isEmpty, let news = work.newsAt {
        let lag = clock.elapsed() - news
        projects[id]?.lag = lag
        metrics.wrote(after: lag.seconds)
      }
      // A pause that ends by itself is looked at when it does.
      let rest = result.pause?.until.map { Duration.milliseconds(max(0, $0 - clock.now())) }
      end(id, (settling(id) ?? rest).map { .requeue(after: $0) } ?? .settled)
    case .overtaken: end(id, .overtaken)
    case .unsettled:
      // What somebody else wrote is not in the cache.
      mark(id, .whole, .retry, news: work.newsAt)
      end(id, .requeue(after: unsettledPause(id)))
    case .failed:
      mark(id, .whole, .retry)
      end(id, .failed)
    }
  }

  private func fail(
    _ work: Work, _ error: any Error, _ began: Moment
  ) {
    let id = work.project
    if Task.isCancelled { return end(id, .failed) }
    remember(work, began, "error")
    metrics.reconciled(.error, seconds: projects[id]?.last?.duration ?? 0)
    projects[id]?.conditions.fail(error, at: clock.now())
    note(error, of: title(of: id), in: target(of: id), isOne: true)
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
    _ work: Work, _ began: Moment, _ outcome: String
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

  func title(of id: EntityID) -> String {
    "project \(projects[id]?.surveyed.summary.name ?? "\(id)")"
  }

  func target(of id: EntityID) -> String { projects[id]?.surveyed.setup?.target ?? "" }

  /// Says what is lost once, and counts it as long as it lasts.
  ///
  /// - Parameters:
  ///   - target: the database of Avalon's that it is about.
  ///   - isOne: whether it is of one project: that the account may not see it, or that the server fails
  ///     at it, is no loss of Kitsu.
  func note(_ error: any Error, of what: String, in target: String = "", isOne: Bool = false) {
    let (side, isOfConnection): (Contact.Side, Bool)
    switch error {
    case let error as KitsuError: (side, isOfConnection) = (.kitsu, error.isOfConnection)
    case let error as AvalonError: (side, isOfConnection) = (.avalon, error.isOfConnection)
    default:
      metrics.failed(.other)
      logger.error("it failed", metadata: ["what": "\(what)", "error": "\(error)"])
      return
    }
    metrics.failed(side == .kitsu ? .kitsu : .avalon)
    let isNew =
      isOne && !isOfConnection
      ? contact.isTroubled(what, "\(error)")
      : contact.lost(side, side == .avalon ? target : "", "\(error)", at: clock.now())
    logger.log(
      level: isNew ? .warning : .debug, "it could not be read or written",
      metadata: ["side": "\(side.rawValue)", "what": "\(what)", "error": "\(error)"])
  }
}

extension ProjectReport {
  /// Whether projects are in other places afterwards.
  fileprivate var movesCollection: Bool { plan.collectionRename != nil }
}
