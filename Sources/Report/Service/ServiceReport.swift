/// The state of the service at one moment. All times are milliseconds since 1970-01-01 UTC.
package struct ServiceReport: Sendable {
  package let version: String
  package let host: String
  package let startedAt: Int64
  package let now: Int64
  /// Nil until Kitsu was reached once.
  package let header: ReportHeader?
  package let feed: FeedReport
  package let queue: QueueReport
  /// Of the service itself.
  package let conditions: [Condition]
  package let projects: [ProjectStatus]

  package init(
    version: String, host: String, startedAt: Int64, now: Int64, header: ReportHeader?,
    feed: FeedReport, queue: QueueReport, conditions: [Condition], projects: [ProjectStatus]
  ) {
    self.version = version
    self.host = host
    self.startedAt = startedAt
    self.now = now
    self.header = header
    self.feed = feed
    self.queue = queue
    self.conditions = conditions
    self.projects = projects
  }

  package var isReady: Bool { conditions.contains { $0.kind == .ready && $0.isTrue } }
}

/// How the service hears of changes.
package struct FeedReport: Sendable, Equatable {
  package enum State: Sendable, Equatable {
    case starting
    case streaming
    /// Without the stream, with the reason.
    case polling(String)
    /// Without stream and log, with the reason.
    case silent(String)

    package var name: String {
      switch self {
      case .starting: "starting"
      case .streaming: "streaming"
      case .polling: "polling"
      case .silent: "silent"
      }
    }

    package var reason: String? {
      switch self {
      case .starting, .streaming: nil
      case .polling(let reason), .silent(let reason): reason
      }
    }
  }

  package let state: State
  package let since: Int64
  package let lastEventAt: Int64?

  package init(state: State, since: Int64, lastEventAt: Int64?) {
    self.state = state
    self.since = since
    self.lastEventAt = lastEventAt
  }
}

package struct QueueReport: Sendable, Equatable {
  package let depth: Int
  package let running: Int
  package let retries: Int
  /// How long the project that waits longest has waited, in seconds.
  package let oldest: Double?

  package init(depth: Int, running: Int, retries: Int, oldest: Double?) {
    self.depth = depth
    self.running = running
    self.retries = retries
    self.oldest = oldest
  }
}
