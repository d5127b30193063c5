/// What a replica tells of itself.
package struct RecordedReplica: Sendable, Equatable {
  /// How often it tells of itself, in milliseconds.
  package static let heartbeat: Int64 = 30_000
  /// After so long without a word it is taken for gone.
  package static let patience: Int64 = 3 * heartbeat

  package let version: String
  package let host: String
  package let startedAt: Int64
  /// How many projects it holds.
  package let projects: Int
  package let conditions: [Condition]
  package let feed: String
  package let feedReason: String?
  /// When it was told to stop, and did.
  package let stoppedAt: Int64?

  init(
    version: String, host: String, startedAt: Int64, projects: Int, conditions: [Condition],
    feed: String, feedReason: String?, stoppedAt: Int64?
  ) {
    self.version = version
    self.host = host
    self.startedAt = startedAt
    self.projects = projects
    self.conditions = conditions
    self.feed = feed
    self.feedReason = feedReason
    self.stoppedAt = stoppedAt
  }

  /// - Parameters:
  ///   - projects: how many it holds.
  package init(_ report: ServiceReport, projects: Int, stoppedAt: Int64?) {
    self.init(
      version: report.version, host: report.host, startedAt: report.startedAt, projects: projects,
      conditions: report.conditions.map { $0.with(RecordedStatus.brief($0.message)) },
      feed: report.feed.state.name, feedReason: report.feed.state.reason.map(RecordedStatus.brief),
      stoppedAt: stoppedAt)
  }

  /// - Parameters:
  ///   - heard: when it told of itself last.
  package func lives(at now: Int64, heard: Int64) -> Bool {
    stoppedAt == nil && now - heard < RecordedReplica.patience
  }
}
