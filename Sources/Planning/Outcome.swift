/// What became of a change.
package enum Outcome: Sendable, Equatable {
  case applied
  /// The document is not as it was when the plan was made. Nothing was written.
  case conflicted(String)
  /// A change that it stands on was not applied.
  case skipped(String)
  case failed(String)

  /// Every outcome's name, the best first.
  package static let names = ["applied", "conflicted", "skipped", "failed"]

  package var name: String {
    switch self {
    case .applied: "applied"
    case .conflicted: "conflicted"
    case .skipped: "skipped"
    case .failed: "failed"
    }
  }

  /// Why it was not applied.
  package var reason: String? {
    switch self {
    case .applied: nil
    case .conflicted(let reason), .skipped(let reason), .failed(let reason): reason
    }
  }
}

/// A plan with the outcome of each of its changes, in the plan's order.
package struct AppliedPlan: Sendable {
  package let plan: Plan
  package let outcomes: [Outcome]
  /// Names that two documents have now, found after writing.
  package let doubledNames: [String]

  package init(plan: Plan, outcomes: [Outcome], doubledNames: [String]) {
    self.plan = plan
    self.outcomes = outcomes
    self.doubledNames = doubledNames
  }

  package var isComplete: Bool {
    doubledNames.isEmpty && outcomes.allSatisfy { $0 == .applied }
  }

  package func count(_ name: String) -> Int { outcomes.count { $0.name == name } }
}
