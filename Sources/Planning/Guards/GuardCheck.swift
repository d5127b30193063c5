internal import BSON
internal import Identity

/// Looks at a whole plan before its first write.
package struct GuardCheck {
  /// octoDNS's thresholds: smaller projects are judged by people who see them whole.
  private static let minimum = 10
  private static let percentage = 30

  private let plan: Plan
  private let observed: ObservedState

  package init(_ plan: Plan, _ observed: ObservedState) {
    self.plan = plan
    self.observed = observed
  }

  /// - Parameters:
  ///   - entityCount: how many entities Kitsu has in the project; nil where it was not asked.
  ///   - allowed: the guards that a person lifted for this once.
  /// - Returns: what stops the plan, in the order of ``Guard``.
  package func holds(entityCount: Int?, allowed: Set<Guard>) -> [HeldItem] {
    let found: [(Guard, String?)] = [
      (.pathChanges, pathChanges), (.removals, removals), (.emptiedFields, emptiedFields),
      (.emptyProject, emptyProject(entityCount)),
    ]
    return found.compactMap { kind, reason in
      guard let reason, !allowed.contains(kind) else { return nil }
      return kind.hold(plan.project, reason)
    }
  }

  private var total: Int {
    observed.assetCount + plan.count(.adopt)
  }

  // MARK: Thresholds

  private var pathChanges: String? {
    let count = plan.changes.count { change in
      change.action != .create && change.action != .delete && !change.identity.isProject
        && change.fields.contains { GuardCheck.makesPath($0) }
    }
    return tooMany(count, of: total, "documents change in what makes their paths")
  }

  /// The name, silo, parents, and tasks that go: a task's name is a folder's.
  private static func makesPath(_ field: FieldChange) -> Bool {
    if field.reason == .temporary { return false }
    if [.name, PathFields.silo, PathFields.parents].contains(field.path) { return true }
    guard field.path.starts(with: ["data", "tasks"]) else { return false }
    guard case .array(let before)? = field.before, case .array(let after)? = field.after else {
      return field.before != nil && field.after == nil
    }
    return before.contains { item in !after.contains { $0.isEquivalent(to: item) } }
  }

  private var removals: String? {
    tooMany(
      plan.count(.archive, .delete), of: total, "documents would be archived or deleted")
  }

  private func tooMany(_ count: Int, of total: Int, _ what: String) -> String? {
    guard total >= GuardCheck.minimum, count * 100 > total * GuardCheck.percentage else {
      return nil
    }
    return "\(count) of \(total) \(what), more than \(GuardCheck.percentage) %"
  }

  /// Judged among the documents that have the field.
  private var emptiedFields: String? {
    var emptied: [FieldPath: Int] = [:]
    for change in plan.changes {
      for field in change.fields where GuardCheck.isEmptied(field) {
        emptied[field.path, default: 0] += 1
      }
    }
    let found = emptied.sorted { $0.key.description < $1.key.description }.compactMap {
      path, count in
      tooMany(
        count, of: holders(of: path, upTo: enough(for: count)),
        "documents with a value in '\(path)' would lose it")
    }
    return found.isEmpty ? nil : found.joined(separator: "; ")
  }

  /// Emptied by Kitsu, or by an undo; what only the link holds is none of people's values.
  private static func isEmptied(_ field: FieldChange) -> Bool {
    field.after == nil && [.emptied, .undo].contains(field.reason)
      && !field.path.starts(with: Link.path)
  }

  /// So many documents that a count among them is not too many.
  private func enough(for count: Int) -> Int {
    max(GuardCheck.minimum, (count * 100 + GuardCheck.percentage - 1) / GuardCheck.percentage)
  }

  /// Counted no further than needed, as most documents have most fields.
  private func holders(of path: FieldPath, upTo limit: Int) -> Int {
    var count = 0
    for document in observed.documents.values where count < limit {
      if let value = document[path: path.names], value.type != .null { count += 1 }
    }
    return count
  }

  // MARK: The project as a whole

  private func emptyProject(_ entityCount: Int?) -> String? {
    guard entityCount == 0 else { return nil }
    let count = observed.linked.keys.count { !$0.isProject && !$0.isFolder }
    guard count > 0 else { return nil }
    return
      "Kitsu has nothing in this project, but \(count) of our documents are in Avalon: was the "
      + "account's access lost?"
  }
}

extension Guard {
  /// What is told where it stops a project.
  package func hold(_ project: PlannedProject, _ reason: String) -> HeldItem {
    HeldItem(
      scope: .project, identity: nil, kind: "project", title: project.title,
      name: project.collection, reason: reason,
      remedy: "look at what would change; --allow \(rawValue) lets it pass this once",
      lift: .allow(self))
  }
}
