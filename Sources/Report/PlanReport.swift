package import Planning

/// All that a plan, or its application, tells people and programs.
package struct PlanReport: Sendable {
  package let header: ReportHeader
  package let projects: [ProjectReport]

  package init(header: ReportHeader, projects: [ProjectReport]) {
    self.header = header
    self.projects = projects
  }

  package var totals: Totals { projects.reduce(Totals()) { $0 + Totals($1) } }
  package var hasChanges: Bool { projects.contains { !$0.plan.isEmpty } }
  package var hasFailures: Bool {
    projects.contains { $0.failure != nil || $0.applied?.isComplete == false }
  }
}

package struct ProjectReport: Sendable {
  /// What may be applied.
  package let plan: Plan
  /// What would change besides, if the project's policy allowed it.
  package let leftOut: [Change]
  /// Nil where nobody can tell what the project gets.
  package let setup: ProjectSetup?
  /// Kinds that the account may not see, with the reason.
  package let unreadable: [String: String]
  /// Why the reading may be of more than one moment, where it may.
  package let caution: String?
  /// What of the mapping is probably not meant.
  package let warnings: [String]
  /// Why the project could not be planned at all.
  package let failure: String?
  /// The outcomes, once it was applied.
  package let applied: AppliedPlan?

  package init(
    plan: Plan, leftOut: [Change] = [], setup: ProjectSetup? = nil,
    unreadable: [String: String] = [:], caution: String? = nil, warnings: [String] = [],
    failure: String? = nil, applied: AppliedPlan? = nil
  ) {
    self.plan = plan
    self.leftOut = leftOut
    self.setup = setup
    self.unreadable = unreadable
    self.caution = caution
    self.warnings = warnings
    self.failure = failure
    self.applied = applied
  }

  /// The same project with a part of its plan.
  package func with(_ plan: Plan) -> ProjectReport {
    ProjectReport(plan: plan, setup: setup, unreadable: unreadable, caution: caution)
  }

  package func with(_ applied: AppliedPlan) -> ProjectReport {
    ProjectReport(
      plan: plan, leftOut: leftOut, setup: setup, unreadable: unreadable, caution: caution,
      warnings: warnings, failure: failure, applied: applied)
  }
}
