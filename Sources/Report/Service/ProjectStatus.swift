/// One project as the service sees it.
package struct ProjectStatus: Sendable {
  package struct Reconcile: Sendable, Equatable {
    /// When it began.
    package let at: Int64
    /// In seconds.
    package let duration: Double
    /// Why it was looked at: `event`, `resync`.
    package let trigger: String
    /// `settled`, `held`, `overtaken` (more was heard of), `unsettled`, `failed` or `error`.
    package let outcome: String

    package init(at: Int64, duration: Double, trigger: String, outcome: String) {
      self.at = at
      self.duration = duration
      self.trigger = trigger
      self.outcome = outcome
    }
  }

  package let id: String
  package let name: String
  package let setup: ProjectSetup?
  package let conditions: [Condition]
  /// Nil where it was not looked at yet.
  package let last: Reconcile?
  /// From a change's event to its document, the last time, in seconds.
  package let lag: Double?
  /// The last plan, with its outcomes where it was applied.
  package let report: ProjectReport?

  package init(
    id: String, name: String, setup: ProjectSetup?, conditions: [Condition], last: Reconcile?,
    lag: Double?, report: ProjectReport?
  ) {
    self.id = id
    self.name = name
    self.setup = setup
    self.conditions = conditions
    self.last = last
    self.lag = lag
    self.report = report
  }

  package func condition(_ kind: Condition.Kind) -> Condition? {
    conditions.first { $0.kind == kind }
  }
}
