internal import BSON
package import Identity

/// What became of a change.
package enum Outcome: Sendable, Equatable {
  case applied
  /// The document is not as it was when the plan was made. Nothing was written.
  case conflicted(String)
  /// A change that it stands on was not applied, or the right to write ended before its turn.
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
  /// Folders that could not follow, whose documents have their old names and places again.
  package let folderFailures: [RefusedDirectory]

  package init(
    plan: Plan, outcomes: [Outcome], doubledNames: [String],
    folderFailures: [RefusedDirectory] = []
  ) {
    self.plan = plan
    self.outcomes = outcomes
    self.doubledNames = doubledNames
    self.folderFailures = folderFailures
  }

  package func with(_ folderFailures: [RefusedDirectory]) -> AppliedPlan {
    AppliedPlan(
      plan: plan, outcomes: outcomes, doubledNames: doubledNames, folderFailures: folderFailures)
  }

  /// Whose changes were all made; the project's own where its collection has its new name too.
  package var applied: Set<Identity> {
    var applied = Set(plan.changes.map(\.identity))
    for (change, outcome) in zip(plan.changes, outcomes) where outcome != .applied {
      applied.remove(change.identity)
    }
    return applied
  }

  /// Gives documents the names and places back that they had, where their folders could not follow.
  /// - Parameter identities: never the project's own, whose name is its collection's.
  package func reversal(of identities: Set<Identity>) -> Plan {
    let applied = applied
    var changes: [Change] = []
    for identity in identities where applied.contains(identity) && !identity.isProject {
      // One that went over a temporary name has two changes.
      let own = plan.changes.filter { $0.identity == identity && $0.action != .create }
      guard let last = own.last else { continue }
      let fields = PathFields.ofFolders.compactMap { path -> FieldChange? in
        let steps = own.flatMap(\.fields).filter { $0.path == path }
        guard let first = steps.first, let last = steps.last else { return nil }
        return FieldChange(path: path, before: last.after, after: first.before, reason: .undo)
      }
      guard !fields.isEmpty else { continue }
      let name = fields.first { $0.path == .name }?.after?.string
      changes.append(
        Change(
          action: name == nil ? .update : .rename, identity: identity, id: last.id,
          rule: last.rule, title: last.title, name: name ?? last.name, fields: fields))
    }
    let project = PlannedProject(
      id: plan.project.id, title: plan.project.title,
      collection: plan.collectionRename?.to ?? plan.project.collection)
    // A chain goes back from its other end, and a swap over a temporary name.
    var reversal = Plan(
      project: project,
      changes: ChangeGraph.order(
        changes, references: { _ in [] },
        observed: ObservedState([], project: project.id, owner: "")), held: [], unchanged: 0,
      kept: 0)
    reversal.published = plan.published
    return reversal
  }

  package var isComplete: Bool {
    doubledNames.isEmpty && folderFailures.isEmpty && outcomes.allSatisfy { $0 == .applied }
  }

  package func count(_ name: String) -> Int { outcomes.count { $0.name == name } }
}
