/// What is told of a project to whoever is not looking.
package struct Notice: Sendable, Equatable {
  package enum Event: String, Sendable, CaseIterable {
    /// The whole project is held until a person lifts it.
    case held
    /// It makes no progress, and goes on trying.
    case stalled
    /// It is well again after one of the two.
    case recovered
  }

  package let project: String
  /// Its name in Kitsu.
  package let name: String
  package let event: Event
  package let reason: Condition.Reason
  package let message: String
  /// Milliseconds since 1970-01-01 UTC.
  package let since: Int64
  /// Whether it was told before, a day ago or longer.
  package let isReminder: Bool

  package init(
    project: String, name: String, event: Event, reason: Condition.Reason, message: String,
    since: Int64, isReminder: Bool
  ) {
    self.project = project
    self.name = name
    self.event = event
    self.reason = reason
    self.message = message
    self.since = since
    self.isReminder = isReminder
  }
}
