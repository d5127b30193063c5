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

  /// Our assets that people work with, and what the plan changes. What years left behind, and what others
  /// own, makes no part of them smaller.
  private var living: [Document] {
    let changing = Set(plan.changes.lazy.map(\.id))
    return observed.linked.compactMap { identity, document in
      guard !identity.isProject, let id = document.element(.documentID)?.value.objectID
      else { return nil }
      let isOver = plan.gone.contains(id) || document.element(.type)?.string == ArchivedType.asset
      return isOver && !changing.contains(id) ? nil : document
    }
  }

  private var adopted: [Document] {
    plan.changes.filter { $0.action == .adopt }.compactMap { observed.documents[$0.id] }
  }

  /// What a part is taken of, in a project that is large enough to be judged.
  private var total: Int? {
    let adopted = plan.count(.adopt)
    return observed.assetCount + adopted < GuardCheck.minimum ? nil : living.count + adopted
  }

  // MARK: Thresholds

  private var pathChanges: String? {
    let count = plan.changes.count { change in
      change.action != .create && change.action != .delete && !change.identity.isProject
        && change.fields.contains(where: \.makesPath)
    }
    return tooMany(count, of: total, "documents change in what makes their paths")
  }

  private var removals: String? {
    tooMany(
      plan.count(.archive, .delete), of: total, "documents would be archived or deleted")
  }

  /// Fewer are not too many of the smallest project that is judged.
  private static func mayBeTooMany(_ count: Int) -> Bool { count * 100 > minimum * percentage }

  /// - Parameter all: nil where it is not judged.
  private func tooMany(_ count: Int, of all: @autoclosure () -> Int?, _ what: String) -> String? {
    guard GuardCheck.mayBeTooMany(count), let total = all(),
      count * 100 > total * GuardCheck.percentage
    else { return nil }
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
    emptied = emptied.filter { GuardCheck.mayBeTooMany($0.value) }
    guard !emptied.isEmpty else { return nil }
    let documents = living + observed.projects + adopted
    let found = emptied.sorted { $0.key.description < $1.key.description }.compactMap {
      path, count in
      tooMany(
        count, of: holders(of: path, among: documents, upTo: enough(for: count)),
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
  /// - Returns: nil for so few that they are not judged.
  private func holders(of path: FieldPath, among: [Document], upTo limit: Int) -> Int? {
    var count = 0
    for document in among where count < limit {
      if let value = document[path: path.names], value.type != .null { count += 1 }
    }
    return count < GuardCheck.minimum ? nil : count
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
