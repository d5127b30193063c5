/// How the service goes about its work.
package struct ServiceSettings: Sendable {
  package var queue: WorkQueue.Limits
  /// How long a project may go without its version being asked for.
  package var sweepInterval: Duration
  /// How long a project may go without being read as a whole.
  package var resyncInterval: Duration
  /// The hours of the day in which projects are read as a whole for that reason alone; nil for all.
  package var resyncHours: HourRange?
  /// How long the list of projects may go without being read.
  package var surveyInterval: Duration
  /// How much is kept in memory of projects that rest.
  package var cacheBytes: Int
  /// How long work that has begun may take to end when the service is told to stop.
  package var drainTime: Duration

  package init(
    queue: WorkQueue.Limits = WorkQueue.Limits(workers: 2), sweepInterval: Duration = .seconds(45),
    resyncInterval: Duration = .seconds(6 * 3600), resyncHours: HourRange? = nil,
    surveyInterval: Duration = .seconds(300), cacheBytes: Int = 1 << 30,
    drainTime: Duration = .seconds(30)
  ) {
    self.queue = queue
    self.sweepInterval = sweepInterval
    self.resyncInterval = resyncInterval
    self.resyncHours = resyncHours
    self.surveyInterval = surveyInterval
    self.cacheBytes = cacheBytes
    self.drainTime = drainTime
  }
}

/// Hours of a day: `20-7` are those from eight in the evening to seven in the morning.
package struct HourRange: Sendable, Equatable {
  package let first: Int
  package let end: Int

  /// - Returns: nil for a text that is no such range.
  package init?(_ text: String) {
    let hours = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard hours.count == 2, let first = hours[0], let end = hours[1], 0...23 ~= first,
      0...24 ~= end, first != end
    else { return nil }
    self.first = first
    self.end = end
  }

  package func contains(_ hour: Int) -> Bool {
    first < end ? first <= hour && hour < end : hour >= first || hour < end
  }
}
