/// What can be said of a project, or of the service, at one moment: the conditions that Kubernetes'
/// controllers have.
package struct Condition: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Avalon holds what the mapping makes of Kitsu.
    case ready = "Ready"
    /// It is being looked at.
    case reconciling = "Reconciling"
    /// It makes no progress without somebody's help, or has not for some time.
    case stalled = "Stalled"
    /// A person stopped it.
    case paused = "Paused"
  }

  /// Why, for programs.
  package enum Reason: String, Sendable, CaseIterable {
    /// It was not looked at yet.
    case notSeenYet = "NotSeenYet"
    case settled = "Settled"
    /// Single entities, names or fields are held; all else is as it should be.
    case partlyHeld = "PartlyHeld"
    /// Nothing of it is written until a person lifts what holds it, or Kitsu changes.
    case held = "Held"
    case paused = "Paused"
    case working = "Working"
    /// Somebody else writes, or Kitsu changes while it is read.
    case unsettled = "Unsettled"
    case changesFailed = "ChangesFailed"
    case kitsuUnreachable = "KitsuUnreachable"
    case avalonUnreachable = "AvalonUnreachable"
    case failing = "Failing"
  }

  package let kind: Kind
  package let isTrue: Bool
  package let reason: Reason
  package let message: String
  /// Milliseconds since 1970-01-01 UTC.
  package let since: Int64

  package init(_ kind: Kind, _ isTrue: Bool, _ reason: Reason, _ message: String, since: Int64) {
    self.kind = kind
    self.isTrue = isTrue
    self.reason = reason
    self.message = message
    self.since = since
  }
}
