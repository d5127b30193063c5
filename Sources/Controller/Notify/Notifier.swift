internal import Kitsu
package import Logging
package import Report

/// Tells webhooks of projects that are held, stalled, or well again.
///
/// Nothing waits for it: ``observe(_:at:)`` only notes what is to be told, and ``run()`` sends it, with
/// backoff where a webhook does not answer. What is not sent yet is bounded by the number of projects: of
/// each the last word counts.
package actor Notifier {
  private let settings: NotifySettings
  private let post: JSONPost
  private let host: String
  private let clock: ServiceClock
  private let logger: Logger
  private let bell = Bell()
  private var ledger: NoticeLedger
  private var outboxes: [NotifySettings.Endpoint: Outbox] = [:]

  private struct Outbox {
    var notices: [String: Notice] = [:]
    var failures = 0
    /// Since the service began.
    var next: Duration = .zero
  }

  package init(
    _ settings: NotifySettings, host: String, clock: ServiceClock, logger: Logger,
    patience: Int64 = 60_000
  ) {
    self.settings = settings
    self.host = host
    self.clock = clock
    self.logger = logger
    ledger = NoticeLedger(patience: patience)
    post = JSONPost(caFile: settings.caFile)
  }

  /// Whether anybody is to be told of anything.
  nonisolated var isUsed: Bool { !settings.isEmpty }

  /// What an earlier process, or another replica, told of a project that is held or stalled, so that it
  /// is not told again. To be called before the first ``observe(_:at:)`` of it.
  package func recall(_ project: String, _ status: RecordedStatus, at time: Int64) {
    guard let event = Notice.Event(ProjectStanding(status.conditions)), event != .recovered else {
      return
    }
    ledger.recall(project, event, at: time)
  }

  /// Looks for what is to be told; to be called again and again, as time decides it too.
  /// - Parameter now: milliseconds since 1970-01-01 UTC.
  package func observe(_ statuses: [ProjectStatus], at now: Int64) {
    guard !settings.isEmpty else { return }
    let setups = Dictionary(
      statuses.map { ($0.id, $0.setup) }, uniquingKeysWith: { first, _ in first })
    for notice in ledger.notices(statuses, at: now) {
      let endpoints = settings.endpoints(of: setups[notice.project] ?? nil)
      for endpoint in endpoints where endpoint.events.contains(notice.event) {
        outboxes[endpoint, default: Outbox()].notices[notice.project] = notice
      }
    }
    bell.ring()
  }

  /// Sends what there is, until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      for endpoint in outboxes.keys { await send(to: endpoint) }
      let waiting = outboxes.values.filter { !$0.notices.isEmpty }.map(\.next).min()
      await bell.wait(atMost: waiting.map { max(.milliseconds(10), $0 - clock.elapsed()) })
    }
    post.close()
  }

  private func send(to endpoint: NotifySettings.Endpoint) async {
    guard let box = outboxes[endpoint], !box.notices.isEmpty, box.next <= clock.elapsed() else {
      return
    }
    let notices = box.notices.values.sorted { ($0.name, $0.project) < ($1.name, $1.project) }
    let body = NoticeMessage.body(notices, endpoint.format, host: host, at: clock.now())
    do throws(PostFailure) {
      try await post.send(body, to: endpoint.url)
      settle(endpoint, notices)
      outboxes[endpoint]?.failures = 0
    } catch {
      failed(endpoint, notices, error)
    }
  }

  private func settle(_ endpoint: NotifySettings.Endpoint, _ notices: [Notice]) {
    // What was noted meanwhile stays.
    for notice in notices where outboxes[endpoint]?.notices[notice.project] == notice {
      outboxes[endpoint]?.notices[notice.project] = nil
    }
  }

  private func failed(
    _ endpoint: NotifySettings.Endpoint, _ notices: [Notice], _ failure: PostFailure
  ) {
    if failure.isFinal { settle(endpoint, notices) }
    let failures = (outboxes[endpoint]?.failures ?? 0) + 1
    outboxes[endpoint]?.failures = failures
    let longest = Duration.seconds(600)
    let wait =
      min(longest, .seconds(2) * (1 << min(failures - 1, 9))) * (0.8 + 0.4 * clock.chance())
    outboxes[endpoint]?.next = clock.elapsed() + wait
    logger.log(
      level: failures == 1 || failure.isFinal ? .warning : .debug,
      failure.isFinal
        ? "a webhook refused what it was told: it is not told again"
        : "a webhook could not be told: it is tried again",
      metadata: ["error": "\(failure)", "failures": "\(failures)"])
  }
}
