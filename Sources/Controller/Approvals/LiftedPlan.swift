internal import Avalon
package import Kitsu
package import Planning
package import Report

/// What would be done if a person let what is held pass once: what they approve.
package struct LiftedPlan: Sendable {
  package let planned: ProjectPlan
  package let lifts: Set<Lift>
  /// As ``SavedProject/digest``: by this name a person approves it.
  package let digest: String

  package init(_ planned: ProjectPlan, lifts: Set<Lift>, setup: ProjectSetup?) throws {
    self.planned = planned
    self.lifts = lifts
    digest = try ProjectReport(planned, setup: setup).digest
  }

  /// Whether there is something to approve: no other hold keeps all of it from being done.
  package var isWorthAsking: Bool { !planned.plan.isEmpty && wholeHold == nil }

  private var wholeHold: HeldItem? { planned.plan.held.first { $0.scope == .project } }

  /// - Parameter now: milliseconds since 1970-01-01 UTC.
  package func verdict(on approval: Approval, at now: Int64) -> ApprovalVerdict {
    guard now < approval.until else { return .refused("the approval has expired") }
    // What was read while Kitsu changed says nothing of the plan that was approved.
    if planned.consistency == .torn { return .waits(Reconciler.torn.reason) }
    if let hold = wholeHold, hold.lift == nil { return .waits(hold.reason) }
    guard digest == approval.digest, lifts == approval.lifts else {
      return .refused(
        planned.plan.isEmpty
          ? "the plan is stale: there is nothing to do any more"
          : "the plan is stale: other changes would be made now (plan \(digest.prefix(12)))")
    }
    return .fits
  }
}

package enum ApprovalVerdict: Sendable, Equatable {
  /// The plan is the one that was approved: it may be applied.
  case fits
  /// It cannot be told yet, with the reason: the approval stays open.
  case waits(String)
  /// The approval counts no more, with the reason.
  case refused(String)
}

extension Reconciler {
  /// The same with what a person lets pass once, beside what the settings do.
  package func lifting(_ lifts: Set<Lift>) -> Reconciler {
    var allowed = settings.allowed
    var adoption = settings.adoption
    for lift in lifts {
      switch lift {
      case .allow(let kind): allowed.insert(kind)
      case .adoptOverwrites: adoption.mayOverwrite = true
      }
    }
    return Reconciler(
      source: source, store: store,
      settings: Settings(
        mapping: settings.mapping, policy: settings.policy, owner: settings.owner,
        adoption: adoption, allowed: allowed, mappingDigest: settings.mappingDigest),
      journal: journal)
  }

  /// Plans a project anew with what a person lets pass once. Writes nothing; to be applied by
  /// ``lifting(_:)``'s reconciler.
  package func liftedPlan(
    _ project: ProjectSummary, in directory: ProjectDirectory, lifts: Set<Lift>,
    setup: ProjectSetup?
  ) async throws -> LiftedPlan {
    try LiftedPlan(
      try await lifting(lifts).plan(project, in: directory), lifts: lifts, setup: setup)
  }
}
