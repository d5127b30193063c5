package import Identity
package import Kitsu

/// Which projects are looked at, what each gets, and why the others are left out.
package struct ProjectSelection: Sendable {
  /// What the list says of every project, in Kitsu's order; of those that were named, what they
  /// get.
  package let assignments: [Assignment]
  /// The projects that are looked at: taken, or held.
  package let selected: [Assignment]
  /// Items of the list with a name that no project has.
  package let unknownNames: [ProjectItem]

  /// - Parameter wanted: ids, names or codes; empty for all that the list takes.
  package init(
    _ all: [ProjectSummary], list: ProjectList, wanted: [String]
  ) throws(ProjectSelectionError) {
    var named: [EntityID] = []
    for text in wanted {
      let project = try ProjectSelection.find(text, all)
      if !named.contains(project.id) { named.append(project.id) }
    }
    let assignments = all.map { list.assign($0, isNamed: named.contains($0.id)) }
    self.assignments = assignments
    unknownNames = (list.items ?? []).filter { item in
      guard case .name(let glob) = item.match, glob.isLiteral else { return false }
      return !all.contains { $0.isCalled(glob.text) }
    }
    guard !wanted.isEmpty else {
      selected = assignments.filter { $0.choice != nil || $0.hold != nil }
      return
    }
    selected = named.compactMap { id in assignments.first { $0.project.id == id } }
    if let refused = selected.first(where: { $0.outcome == .skipped }) {
      throw .skipped(refused.project.name, why: refused.why)
    }
  }

  private static func find(
    _ text: String, _ all: [ProjectSummary]
  ) throws(ProjectSelectionError) -> ProjectSummary {
    let matches = all.filter { $0.isCalled(text) }
    guard let first = matches.first else { throw .unknown(text, known: all.map(\.name)) }
    guard matches.count == 1 else { throw .ambiguous(text, ids: matches.map(\.id)) }
    return first
  }

  /// The projects that are not looked at, each with the reason.
  package var leftOut: [(project: ProjectSummary, reason: String)] {
    let ids = Set(selected.map(\.project.id))
    return assignments.filter { !ids.contains($0.project.id) }.map { assignment in
      let isOpen = assignment.choice != nil || assignment.hold != nil
      return (assignment.project, isOpen ? "not selected" : assignment.why)
    }
  }
}

/// Why a project that was named cannot be looked at.
package enum ProjectSelectionError: Error, Sendable {
  /// The account sees no project of that name; with those that it sees.
  case unknown(String, known: [String])
  case ambiguous(String, ids: [EntityID])
  /// An item of the list leaves it out.
  case skipped(String, why: String)
}
