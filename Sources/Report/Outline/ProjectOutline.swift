internal import BSON
internal import Identity
internal import Planning

/// A project's plan in the order in which people should read it: what frightens comes first. Text,
/// Markdown and pages are written from it.
struct ProjectOutline {
  enum Part {
    case collection(CollectionRename)
    case directories([DirectoryRename])
    /// Changes that are alike.
    case changes([Change])
    /// Held items that are alike.
    case held([HeldItem])

    var count: Int {
      switch self {
      case .collection: 1
      case .directories(let items): items.count
      case .changes(let items): items.count
      case .held(let items): items.count
      }
    }
  }

  /// More alike things than this fold into one line.
  static let foldAbove = 20
  /// So many of what is folded are named.
  static let examples = 3

  let parts: [Part]
  /// What a policy or a guard does not let be done.
  let leftOut: [Part]

  init(_ project: ProjectReport, _ view: PlanView) {
    let plan = project.plan
    let held = Held(plan.held.filter(view.shows))
    var parts = held.projects
    if let rename = plan.collectionRename, view.shows(rename, of: plan.project) {
      parts.append(.collection(rename))
    }
    let changes = Sections(plan.changes.filter(view.shows))
    parts += changes.groups(.paths)
    let directories = plan.directories.filter(view.shows)
    if !directories.isEmpty { parts.append(.directories(directories)) }
    parts += changes.groups(.removals, .restores, .adopts)
    parts += held.others
    parts += changes.groups(.updates, .creates)
    self.parts = parts
    leftOut = Sections(project.leftOut.filter(view.shows)).groups(Section.allCases)
  }

  var isEmpty: Bool { parts.isEmpty && leftOut.isEmpty }
  var count: Int { (parts + leftOut).reduce(0) { $0 + $1.count } }

  /// Groups in the order of their first member.
  static func grouped<T>(_ items: [T], by key: (T) -> String) -> [[T]] {
    var order: [String] = []
    var groups: [String: [T]] = [:]
    for item in items {
      let name = key(item)
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(item)
    }
    return order.compactMap { groups[$0] }
  }
}

// MARK: Held items

extension ProjectOutline {
  /// A project that is held as a whole comes before all else.
  private struct Held {
    let projects: [Part]
    let others: [Part]

    init(_ items: [HeldItem]) {
      projects = Held.groups(items.filter { $0.scope == .project })
      others = Held.groups(items.filter { $0.scope != .project })
    }

    private static func groups(_ items: [HeldItem]) -> [Part] {
      grouped(items) { "\($0.scope.rawValue)|\($0.kind)|\($0.path?.description ?? "")" }
        .map(Part.held)
    }
  }
}

// MARK: Changes

extension ProjectOutline {
  enum Section: CaseIterable {
    /// Published files lie on paths that are made of names, silos and parents.
    case paths
    case removals, restores, adopts, updates, creates

    init(_ change: Change) {
      self =
        switch change.action {
        case .rename: .paths
        case .archive, .delete: .removals
        case .restore: .restores
        case .adopt: .adopts
        case .create: .creates
        case .update: change.fields.contains { Section.makesPaths($0.path) } ? .paths : .updates
        }
    }

    private static func makesPaths(_ path: FieldPath) -> Bool {
      [.name, ["silo"], ["data", "parents"]].contains(path)
    }
  }

  private struct Sections {
    private let changes: [Section: [Change]]

    init(_ changes: [Change]) { self.changes = Dictionary(grouping: changes, by: Section.init) }

    func groups(_ sections: Section...) -> [Part] { groups(sections) }

    func groups(_ sections: [Section]) -> [Part] {
      sections.flatMap { grouped(changes[$0] ?? [], by: Sections.likeness) }.map(Part.changes)
    }

    /// Changes are alike that do the same to the same fields of the same kind of document.
    private static func likeness(_ change: Change) -> String {
      let fields =
        change.action == .create
        ? ""
        : change.fields.map { "\($0.path)=\($0.reason.rawValue)" }.sorted().joined(separator: ",")
      return "\(change.action.rawValue)|\(change.rule)|\(fields)"
    }
  }
}
