internal import Identity
package import Kitsu
package import Mapping
package import Planning

/// The settings' ordered list of projects: the first item that matches a project says what it gets.
package struct ProjectList: Sendable {
  /// Nil where the settings have no list: all open projects get the defaults.
  package let items: [ProjectItem]?
  package let defaults: ProjectChoice

  package init(items: [ProjectItem]?, defaults: ProjectChoice) {
    self.items = items
    self.defaults = defaults
  }

  /// Says what a project gets, and why.
  ///
  /// - Parameter isNamed: the user named just this project: then it is synced although it is closed
  ///   or no item matches it, but not where an item leaves it out on purpose.
  package func assign(_ project: ProjectSummary, isNamed: Bool = false) -> Assignment {
    guard project.isOpen || isNamed else {
      return Assignment(project, .leftOut, (project.statusName ?? "not open").lowercased())
    }
    for item in items ?? [] {
      let why = "\(item.place): \(item.match.text)"
      do throws(ProjectConditionError) {
        guard try item.match.holds(for: project) else { continue }
      } catch {
        return Assignment(project, .held("the condition failed: \(error.reason)"), why)
      }
      switch item.result {
      case .skip: return Assignment(project, .skipped, why + " (skip: true)")
      case .sync(let changes): return Assignment(project, .taken(choice(changes)), why)
      }
    }
    if isNamed { return Assignment(project, .taken(defaults), "it was named; no item matches") }
    guard items == nil else { return Assignment(project, .leftOut, "no item matches") }
    return Assignment(project, .taken(defaults), "open; the settings have no list of projects")
  }

  private func choice(_ changes: ProjectItem.Changes) -> ProjectChoice {
    ProjectChoice(
      mapping: changes.mapping ?? defaults.mapping, policy: changes.policy ?? defaults.policy,
      target: changes.target ?? defaults.target, notifyAt: changes.notifyAt)
  }
}

/// One item of the list.
package struct ProjectItem: Sendable {
  package enum Result: Sendable {
    /// The project is left out on purpose.
    case skip
    case sync(Changes)
  }

  /// What differs from the defaults.
  package struct Changes: Sendable {
    package let mapping: MappingChoice?
    package let policy: Policy?
    package let target: String?
    /// Where the item says who is told.
    package let notifyAt: String?

    package init(
      mapping: MappingChoice? = nil, policy: Policy? = nil, target: String? = nil,
      notifyAt: String? = nil
    ) {
      self.notifyAt = notifyAt
      self.mapping = mapping
      self.policy = policy
      self.target = target
    }
  }

  package let match: ProjectMatch
  package let result: Result
  /// `avalon-sync.yaml:12:5`.
  package let place: String

  package init(match: ProjectMatch, result: Result, place: String) {
    self.match = match
    self.result = result
    self.place = place
  }
}

/// Which projects an item is for.
package enum ProjectMatch: Sendable {
  /// An id, or a name or code as it is or as a pattern.
  case name(Glob)
  /// A condition, with its text.
  case condition(ProjectCondition, String)

  /// As it stands in the settings.
  package var text: String {
    switch self {
    case .name(let glob): glob.text
    case .condition(_, let text): text
    }
  }

  package func holds(for project: ProjectSummary) throws(ProjectConditionError) -> Bool {
    switch self {
    case .name(let glob):
      project.isCalled(glob.text) || glob.matches(project.name)
        || project.code.map(glob.matches) == true
    case .condition(let condition, _):
      try condition.holds(for: project.document, status: project.statusName)
    }
  }
}

/// What the list says of one project.
package struct Assignment: Sendable {
  package enum Outcome: Sendable, Equatable {
    case taken(ProjectChoice)
    /// Nobody can tell whether it is meant, with the reason.
    case held(String)
    /// On purpose.
    case skipped
    case leftOut
  }

  package let project: ProjectSummary
  package let outcome: Outcome
  package let why: String

  init(_ project: ProjectSummary, _ outcome: Outcome, _ why: String) {
    self.project = project
    self.outcome = outcome
    self.why = why
  }

  package var choice: ProjectChoice? {
    if case .taken(let choice) = outcome { choice } else { nil }
  }

  package var hold: String? { if case .held(let reason) = outcome { reason } else { nil } }
}

extension ProjectSummary {
  func isCalled(_ text: String) -> Bool {
    id.description == text.lowercased() || name == text || code == text
  }
}
