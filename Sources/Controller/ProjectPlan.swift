package import Avalon
package import Kitsu
package import Planning

/// A project's plan with what was seen while it was made.
package struct ProjectPlan: Sendable {
  /// What may be applied.
  package let plan: Plan
  /// What would change besides, if the policy allowed it.
  package let leftOut: [Change]
  /// What of the mapping is probably not meant, such as metadata that is misspelt.
  package let warnings: [String]
  /// Kinds that the account may not see, with the reason.
  package let unreadable: [String: String]
  package let consistency: ProjectReading.Consistency
  package let requestCount: Int
  package let byteCount: Int
  /// Kitsu's version of the project when it was read.
  package let version: String?
  /// Why nothing of it is written for now, and until when.
  package private(set) var pause: ProjectState.Pause?

  init(
    plan: Plan, leftOut: [Change] = [], warnings: [String] = [], reading: ProjectReading? = nil
  ) {
    self.plan = plan
    self.leftOut = leftOut
    self.warnings = warnings
    unreadable = reading?.unreadable ?? [:]
    consistency = reading?.consistency ?? .consistent
    requestCount = reading?.requestCount ?? 0
    byteCount = reading?.byteCount ?? 0
    version = reading?.version
  }

  private init(_ other: ProjectPlan, plan: Plan, leftOut: [Change], warnings: [String]) {
    self.plan = plan
    self.leftOut = leftOut
    self.warnings = warnings
    unreadable = other.unreadable
    consistency = other.consistency
    requestCount = other.requestCount
    byteCount = other.byteCount
    version = other.version
  }

  /// The same with the plan as the journal explains it; where the project is paused its changes are
  /// shown, and none is made.
  func with(_ plan: Plan, _ memory: ProjectMemory, cautions: [String]) -> ProjectPlan {
    let warnings = warnings + cautions
    guard let hold = memory.hold else {
      return ProjectPlan(self, plan: plan, leftOut: leftOut, warnings: warnings)
    }
    var paused = ProjectPlan(
      self, plan: plan.paused(by: hold), leftOut: plan.changes + leftOut, warnings: warnings)
    paused.pause = memory.pause
    return paused
  }
}
