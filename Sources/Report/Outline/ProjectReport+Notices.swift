internal import Planning

// What is told of a project besides its changes.

extension ProjectReport {
  /// What of its setup differs from the usual one.
  func facts(_ usual: ProjectSetup) -> [String] {
    (plan.project.collection.map { ["collection \($0)"] } ?? [])
      + (setup?.differences(from: usual) ?? [])
  }

  /// What makes the plan less than it could be.
  var notices: [String] {
    unreadable.sorted { $0.key < $1.key }.map { "not read: \($0.key): \($0.value)" } + warnings
      + (caution.map { [$0] } ?? [])
  }

  /// What could not be applied, with the reason.
  var problems: [(what: String, reason: String)] {
    guard let applied else { return [] }
    let failed = zip(applied.plan.changes, applied.outcomes).compactMap { change, outcome in
      outcome.reason.map {
        (what: "\(change.rule) \(change.title)", reason: "\(outcome.name): \($0)")
      }
    }
    let folders = applied.folderFailures.map {
      (what: "folder of \($0.title)", reason: $0.reason)
    }
    return failed + folders
      + applied.doubledNames.map {
        (
          what: "two documents are named '\($0)' now",
          reason: "another tool took the name in the same moment: rename one of the two"
        )
      }
  }

  /// Over a guard the whole project is held, and nothing of it is done.
  var isHeld: Bool { plan.isEmpty && plan.held.contains { $0.scope == .project } }

  var leftOutTitle: String {
    if isHeld { return "not done, as it is held" }
    return "left out" + (setup.map { " by the policy \($0.policy.rawValue)" } ?? "")
  }
}
