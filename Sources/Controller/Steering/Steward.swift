package import Avalon
internal import BSON
internal import Identity
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
  private var prepared: Set<String> = []
  private var isAway = false

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
        await turn()
        do { try await Task.sleep(for: Steward.interval) } catch { break }
      }
      group.cancelAll()
    }
  }

  /// Tells that this replica stops.
  package func finish() async {
    let report = await controller.report()
    await telling { () async throws(AvalonError) in
      try await publisher.publish(
        report, offers: await controller.offers, to: await records(), isLast: true)
    }
  }

  private func turn() async {
    let report = await controller.report()
    await notifier.observe(report.projects, at: report.now)
    let places = await records()
    await telling { () async throws(AvalonError) in
      for (target, records) in places where !prepared.contains(target) {
        try await records.prepare(at: report.now)
        for told in try await records.statuses() {
          guard let status = RecordedStatus(told.content) else { continue }
          await notifier.recall("\(told.project)", status, at: told.time)
        }
        prepared.insert(target)
      }
      try await publisher.publish(report, offers: await controller.offers, to: places)
      for records in places.values {
        let open = try await records.openRequests()
        for request in open { try await deal(with: request, report, in: records) }
      }
    }
  }

  private func deal(
    with request: ServiceRequest, _ report: ServiceReport, in records: ServiceRecords
  ) async throws(AvalonError) {
    let project = request.scope.project
    switch request.kind {
    case .pause, .resume:
      guard await controller.resync(project) else { return }
      _ = try await records.settle(request.id, .done, "seen by \(host)")
    case .sync:
      guard let since = handed[request.id] else {
        if await controller.resync(project) { handed[request.id] = report.now }
        return
      }
      let last = report.projects.first { $0.id == project.description }?.last
      guard let last, last.at >= since else { return }
      handed[request.id] = nil
      _ = try await records.settle(request.id, .done, "\(last.outcome), on \(host)")
    case .approve(let approval):
      if report.now >= approval.until {
        _ = try await records.settle(request.id, .refused, "the approval has expired")
      } else if handed[request.id] == nil {
        guard await controller.approve(project, approval, request: request.id) else { return }
        handed[request.id] = report.now
      } else if let answer = await controller.answer(to: request.id) {
        handed[request.id] = nil
        _ = try await records.settle(
          request.id, answer.isDone ? .done : .refused, "\(answer.text), on \(host)")
      }
    }
  }

  /// What repeats is told once.
  private func telling(_ work: () async throws(AvalonError) -> Void) async {
    do throws(AvalonError) {
      try await work()
      if isAway { logger.notice("the controller's database answers again") }
      isAway = false
    } catch {
      logger.log(
        level: isAway ? .debug : .warning, "the controller's database cannot be used for steering",
        metadata: ["error": "\(error)"])
      isAway = true
    }
  }
}
