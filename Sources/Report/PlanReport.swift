package import Planning

/// All that a plan, or its application, tells people and programs.
package struct PlanReport: Sendable {
  package let header: ReportHeader
  package let projects: [ProjectReport]

  package init(header: ReportHeader, projects: [ProjectReport]) {
    self.header = header
    self.projects = projects
  }

  package var totals: Totals { projects.reduce(Totals()) { $0 + Totals($1.plan) } }
  package var hasChanges: Bool { projects.contains { !$0.plan.isEmpty } }
  package var hasFailures: Bool {
    projects.contains { $0.failure != nil || $0.applied?.isComplete == false }
  }
}

/// From where, to where, by what rules.
package struct ReportHeader: Sendable {
  /// A project that is not looked at, with the reason.
  package struct LeftOut: Sendable {
    package let name: String
    package let reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  package let kitsu: String
  package let kitsuVersion: String
  /// As whom Kitsu is read, nil for a snapshot.
  package let account: String?
  package let role: String?
  package let avalon: String
  package let database: String
  package let avalonVersion: String?
  package let mapping: String
  package let owner: String
  package let leftOut: [LeftOut]

  package init(
    kitsu: String, kitsuVersion: String, account: String?, role: String?, avalon: String,
    database: String, avalonVersion: String?, mapping: String, owner: String, leftOut: [LeftOut]
  ) {
    self.kitsu = kitsu
    self.kitsuVersion = kitsuVersion
    self.account = account
    self.role = role
    self.avalon = avalon
    self.database = database
    self.avalonVersion = avalonVersion
    self.mapping = mapping
    self.owner = owner
    self.leftOut = leftOut
  }

  /// The only policy so far.
  package static let policy = "upsert-only"
}

package struct ProjectReport: Sendable {
  package let plan: Plan
  /// Kinds that the account may not see, with the reason.
  package let unreadable: [String: String]
  /// Why the reading may be of more than one moment, where it may.
  package let caution: String?
  /// Why the project could not be planned at all.
  package let failure: String?
  /// The outcomes, once it was applied.
  package let applied: AppliedPlan?

  package init(
    plan: Plan, unreadable: [String: String] = [:], caution: String? = nil,
    failure: String? = nil, applied: AppliedPlan? = nil
  ) {
    self.plan = plan
    self.unreadable = unreadable
    self.caution = caution
    self.failure = failure
    self.applied = applied
  }
}

/// The counts of a plan.
package struct Totals: Sendable, Equatable {
  package private(set) var add = 0
  package private(set) var change = 0
  package private(set) var rename = 0
  package private(set) var held = 0
  package private(set) var unchanged = 0
  package private(set) var kept = 0

  package init() {}

  package init(_ plan: Plan) {
    add = plan.count(.create)
    change = plan.count(.update, .adopt)
    // The detour over a temporary name belongs to the rename that it makes possible.
    rename = plan.changes.count {
      $0.action == .rename && $0.fields.first?.reason != .temporary
    }
    held = plan.held.count
    unchanged = plan.unchanged
    kept = plan.kept
  }

  package static func + (left: Totals, right: Totals) -> Totals {
    var sum = left
    sum.add += right.add
    sum.change += right.change
    sum.rename += right.rename
    sum.held += right.held
    sum.unchanged += right.unchanged
    sum.kept += right.kept
    return sum
  }
}
