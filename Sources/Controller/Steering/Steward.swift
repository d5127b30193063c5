package import Avalon
internal import BSON
internal import Identity
internal import Kitsu
package import Logging
internal import Planning
internal import Report

/// Between the service and the controller's databases: takes what people ask for, tells how projects are,
/// and lets webhooks know.
///
/// A database that is away costs what is asked for and told meanwhile some time, and nothing else.
package actor Steward {
  /// How long a person waits at the most until a replica looks.
  private static let interval = Duration.seconds(2)

  private let controller: ServiceController
  private let records: @Sendable () async -> [String: ServiceRecords]
  private let publisher: StatusPublisher
  private let notifier: Notifier
  private let host: String
  private let logger: Logger
  /// What was handed to the controller, with the time.
  private var handed: [ObjectID: Int64] = [:]
  /// By target, what is asked there.
  private var open: [String: Set<ObjectID>] = [:]
  /// The targets that are being looked at.
  private var turning: Set<String> = []
  private var prepared: Set<String> = []
  /// Projects of which is known what was told.
  private var recalled: Set<String> = []
  /// By target, how far Kitsu's events were heard, as it is written there.
  private var positions: [String: String] = [:]
  /// The targets whose controller's database cannot be used.
  private var away: Set<String> = []

  /// - Parameters:
  ///   - records: by target, as far as they can be used now.
  ///   - replica: a name that no other process has.
  package init(
    _ controller: ServiceController, notifier: Notifier, replica: String, host: String,
    logger: Logger, records: @escaping @Sendable () async -> [String: ServiceRecords]
  ) {
    self.controller = controller
    self.notifier = notifier
    self.host = host
    self.logger = logger
    self.records = records
    publisher = StatusPublisher(replica: replica)
  }

  /// Works until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.notifier.run() }
      while !Task.isCancelled {
        let report = await controller.report()
        await recall(report.projects)
        await notifier.observe(report.projects, at: report.now)
        // Each database fails alone, and none waits for another.
        for (target, records) in await records() where turning.insert(target).inserted {
          group.addTask { await self.turn(report, target, records) }
        }
        do { try await Task.sleep(for: Steward.interval) } catch { break }
      }
      group.cancelAll()
    }
  }

  /// Tells that this replica stops.
  package func finish() async {
    let report = await controller.report()
    let offers = await controller.offers
    await withDiscardingTaskGroup { group in
      for (target, records) in await records() where !away.contains(target) {
        group.addTask {
          await self.telling(target) { [publisher = self.publisher] () async throws(AvalonError) in
            try await publisher.publish(
              report, offers: offers, to: records, of: target, isLast: true)
          }
        }
      }
    }
  }

  private func turn(
    _ report: ServiceReport, _ target: String, _ records: ServiceRecords
  ) async {
    await telling(target) { () async throws(AvalonError) in
      try await prepare(target, records, at: report.now)
      try await keepPosition(report, target, records)
      try await publisher.publish(
        report, offers: await controller.offers, to: records, of: target)
      let requests = try await records.openRequests()
      open[target] = Set(requests.map(\.id))
      for request in requests { try await deal(with: request, report, in: records) }
    }
    turning.remove(target)
    guard turning.isEmpty, away.isEmpty else { return }
    // What another replica did, or nobody wants any more.
    let all = open.values.reduce(into: Set<ObjectID>()) { $0.formUnion($1) }
    handed = handed.filter { all.contains($0.key) }
  }

  /// Where the next service goes on. What is heard is not yet written; but who starts reads every
  /// project as a whole, and this only tells which ones first.
  private func keepPosition(
    _ report: ServiceReport, _ target: String, _ records: ServiceRecords
  ) async throws(AvalonError) {
    guard let kitsu = report.header?.kitsu, let position = await controller.position,
      positions[target] != position.text
    else { return }
    try await records.keep(position.text, of: kitsu)
    positions[target] = position.text
  }

  private func prepare(
    _ target: String, _ records: ServiceRecords, at now: Int64
  ) async throws(AvalonError) {
    guard !prepared.contains(target) else { return }
    try await records.prepare(at: now)
    prepared.insert(target)
  }

  /// What an earlier process, or the replica that had it before, told of a project that is ours now.
  private func recall(_ projects: [ProjectStatus]) async {
    let ids = Set(projects.map(\.id))
    let new = ids.subtracting(recalled)
    recalled.formIntersection(ids)
    guard !new.isEmpty, notifier.isUsed else { return }
    var isComplete = true
    for (target, records) in await records() where !turning.contains(target) {
      isComplete =
        await telling(target) { () async throws(AvalonError) in
          for told in try await records.statuses() where new.contains("\(told.project)") {
            guard let status = RecordedStatus(told.content) else { continue }
            await notifier.recall("\(told.project)", status, at: told.time)
          }
        } && isComplete
    }
    if isComplete { recalled = ids }
  }

  private func deal(
    with request: ServiceRequest, _ report: ServiceReport, in records: ServiceRecords
  ) async throws(AvalonError) {
    let project = request.scope.project
    switch request.kind {
    case .pause, .resume:
      guard await controller.resync(project) != nil else { return }
      _ = try await records.settle(request.id, .done, "seen by \(host)")
    case .sync:
      guard let since = handed[request.id] else {
        handed[request.id] = await controller.resync(project)
        return
      }
      let last = report.projects.first { $0.id == project.description }?.last
      guard let last, last.at >= since, last.outcome != PassOutcome.overtaken.word else { return }
      handed[request.id] = nil
      _ = try await records.settle(request.id, .done, "\(last.outcome), on \(host)")
    case .approve(let approval):
      // What is being applied as it ends has an answer of its own soon, and another replica's clock may
      // be slow.
      let rest: Int64 = await controller.isAsked(request.id) ? 600_000 : 60_000
      if let answer = await controller.answer(to: request.id) {
        // An answer that cannot be written down yet is not lost.
        _ = try await records.settle(
          request.id, answer.isDone ? .done : .refused, "\(answer.text), on \(host)")
        handed[request.id] = nil
        await controller.forget(answerTo: request.id)
      } else if report.now >= approval.until + rest {
        handed[request.id] = nil
        _ = try await records.settle(request.id, .refused, "the approval has expired")
      } else if handed[request.id] == nil {
        guard await controller.approve(project, approval, request: request.id) else { return }
        handed[request.id] = report.now
      } else if await !controller.remind(request.id) {
        // The project went to another replica, and may have come back.
        handed[request.id] = nil
      }
    }
  }

  /// What repeats is told once.
  /// - Returns: whether it could be done.
  @discardableResult
  private func telling(
    _ target: String, _ work: () async throws(AvalonError) -> Void
  ) async -> Bool {
    do throws(AvalonError) {
      try await work()
      if away.remove(target) != nil {
        logger.notice(
          "the controller's database answers again", metadata: ["target": "\(target)"])
      }
      return true
    } catch {
      logger.log(
        level: away.insert(target).inserted ? .warning : .debug,
        "the controller's database cannot be used: what is asked of the service waits",
        metadata: ["target": "\(target)", "error": "\(error)"])
      return false
    }
  }
}
