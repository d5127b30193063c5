/// What may be done to Avalon's documents in one project.
package enum Policy: String, Sendable, CaseIterable {
  /// Nothing is written: the plan is looked at.
  case observe
  /// New documents are made; those that exist are left as they are, byte for byte.
  case createOnly = "create-only"
  case upsertOnly = "upsert-only"
  /// What Kitsu no longer has is treated as its rule's `removed` says.
  case sync

  /// What it means, for people.
  package var meaning: String {
    switch self {
    case .observe: "nothing is written to Avalon"
    case .createOnly: "documents that are in Avalon stay as they are"
    case .upsertOnly: "nothing is removed from Avalon"
    case .sync: "what the mapping says is archived or deleted"
    }
  }

  package func allows(_ action: Action) -> Bool {
    switch self {
    case .observe: false
    case .createOnly: action == .create
    case .upsertOnly: action != .archive && action != .delete
    case .sync: true
    }
  }

  /// Takes out of a plan what the policy does not allow, and with it every change that waits for
  /// one of those: it would meet a name that is not free, or stand on a document that is not there.
  package func limit(_ plan: Plan) -> LimitedPlan {
    var isKept = Array(repeating: false, count: plan.changes.count)
    var positions = Array(repeating: 0, count: plan.changes.count)
    var kept: [Change] = []
    // Predecessors stand in earlier waves, and so before.
    for (index, change) in plan.changes.enumerated() {
      guard allows(change.action), change.predecessors.allSatisfy({ isKept[$0] }) else { continue }
      isKept[index] = true
      positions[index] = kept.count
      var change = change
      change.predecessors = change.predecessors.map { positions[$0] }
      kept.append(change)
    }
    var limited = plan
    limited.changes = kept
    if !allows(.rename) {
      limited.collectionRename = nil
      limited.directories = []
      limited.folders = nil
    }
    return LimitedPlan(
      plan: limited,
      leftOut: zip(plan.changes, isKept).filter { !$1 }.map(\.0))
  }
}

/// A plan as far as a policy allows it.
package struct LimitedPlan: Sendable {
  /// What may be applied.
  package let plan: Plan
  /// What would change besides.
  package let leftOut: [Change]

  package init(plan: Plan, leftOut: [Change]) {
    self.plan = plan
    self.leftOut = leftOut
  }
}
