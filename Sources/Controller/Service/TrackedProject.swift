internal import Identity
internal import Report

/// What the service remembers of one project between reconciles.
struct TrackedProject {
  var surveyed: SurveyedProject
  let cache = ProjectCache()
  /// What the cache took after the last reconcile.
  var cachedBytes = 0
  var conditions: Conditions
  /// When it is read as a whole again, since the service began.
  var nextResync: Duration
  /// When it was last worked on: those that rest longest are the first to lose their cache.
  var lastUsed: Duration = .zero
  var last: ProjectStatus.Reconcile?
  /// How often in a row it was looked at and could not be settled.
  var unsettled = 0
  /// The last plan, with its outcomes where it was applied.
  var report: ProjectReport?
  /// From a change's event to its document, the last time.
  var lag: Duration?

  init(_ surveyed: SurveyedProject, nextResync: Duration, at now: Int64) {
    self.surveyed = surveyed
    self.nextResync = nextResync
    conditions = Conditions(at: now)
  }
}
