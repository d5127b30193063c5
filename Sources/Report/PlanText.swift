internal import BSON
internal import Planning

/// A plan as people read it: what frightens first, alike changes folded, counts at the end.
package struct PlanText {
  /// More alike changes than this fold into one line.
  private static let foldAbove = 20
  private static let examples = 3

  private let report: PlanReport
  private let style: TextStyle
  /// Folds nothing and shows the fields of new documents.
  private let isFull: Bool
  private var lines: [String] = []

  private init(_ report: PlanReport, _ style: TextStyle, isFull: Bool) {
    self.report = report
    self.style = style
    self.isFull = isFull
  }

  package static func render(
    _ report: PlanReport, style: TextStyle = .plain, isFull: Bool = false
  ) -> String {
    var text = PlanText(report, style, isFull: isFull)
    text.header()
    for project in report.projects { text.project(project) }
    text.total()
    return text.lines.joined(separator: "\n") + "\n"
  }

  /// What became of a plan that was shown before: problems and counts alone.
  package static func renderOutcome(
    _ report: PlanReport, style: TextStyle = .plain
  ) -> String {
    var text = PlanText(report, style, isFull: false)
    for project in report.projects { text.problems(project) }
    text.applied(report.totals)
    return text.lines.joined(separator: "\n") + "\n"
  }

  // MARK: Header

  private mutating func header() {
    let header = report.header
    var kitsu = "\(header.kitsu) (\(header.kitsuVersion))"
    if let account = header.account {
      kitsu += " as \(account)" + (header.role.map { ", \($0)" } ?? "")
    }
    line("Kitsu", kitsu)
    for target in header.targets { line("Avalon", describe(target)) }
    line("Mapping", report.mappings.joined(separator: ", "))
    line("Policy", report.policies.map { "\($0.rawValue): \($0.meaning)" }.joined(separator: "; "))
    line("Owner", header.owner)
    if !header.leftOut.isEmpty {
      let shown = header.leftOut.prefix(10).map { "\($0.name) (\($0.reason))" }
      let rest = header.leftOut.count - shown.count
      line("Left out", shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""))
    }
  }

  /// A target's name matters where there is another one.
  private func describe(_ target: ReportTarget) -> String {
    let isUsual = target.name == report.header.usual.target && report.header.targets.count == 1
    let name = isUsual ? "" : "\(target.name): "
    if let failure = target.failure { return name + failure }
    let version = target.version.map { " (\($0))" } ?? ""
    return "\(name)\(target.address ?? ""), database \(target.database ?? "")\(version)"
  }

  private mutating func line(_ label: String, _ text: String) {
    let padded = label + String(repeating: " ", count: 9 - label.count)
    lines.append(style.paint(padded, .dim) + SafeText.line(text, limit: 1000))
  }

  // MARK: Projects

  private mutating func project(_ project: ProjectReport) {
    let plan = project.plan
    lines.append("")
    let facts =
      (plan.project.collection.map { ["collection \($0)"] } ?? [])
      + (project.setup?.differences(from: report.header.usual) ?? [])
    let shown = facts.map { SafeText.line($0) }.joined(separator: ", ")
    lines.append(
      style.paint(SafeText.line(plan.project.title), .bold) + (shown.isEmpty ? "" : " (\(shown))"))
    if let failure = project.failure {
      lines.append("  " + style.paint("! \(SafeText.line(failure, limit: 1000))", .red))
    }
    for (kind, reason) in project.unreadable.sorted(by: { $0.key < $1.key }) {
      let text = "not read: \(SafeText.line(kind)): \(SafeText.line(reason, limit: 500))"
      lines.append("  " + style.paint(text, .yellow))
    }
    for told in project.warnings + (project.caution.map { [$0] } ?? []) {
      lines.append("  " + style.paint(SafeText.line(told, limit: 500), .yellow))
    }
    held(plan)
    problems(project)
    groups(plan.changes)
    leftOut(project)
    if plan.isEmpty, plan.held.isEmpty, project.leftOut.isEmpty, project.failure == nil {
      lines.append("  nothing to do")
    }
  }

  /// What the policy leaves out, after all that is done.
  private mutating func leftOut(_ project: ProjectReport) {
    guard !project.leftOut.isEmpty else { return }
    let policy = project.setup.map { " by the policy \($0.policy.rawValue)" } ?? ""
    lines.append("  " + style.paint("left out\(policy):", .dim))
    groups(project.leftOut)
  }

  private mutating func held(_ plan: Plan) {
    let groups = grouped(plan.held) {
      "\($0.scope.rawValue)|\($0.kind)|\($0.path?.description ?? "")"
    }
    for group in groups {
      let isFolded = group.count > PlanText.foldAbove && !isFull
      for item in group.prefix(isFolded ? PlanText.examples : group.count) { held(item) }
      if isFolded {
        lines.append(
          "  "
            + style.paint(
              "⏸ and \(group.count - PlanText.examples) more \(SafeText.line(group[0].kind))s held alike (--full shows all)",
              .yellow))
      }
    }
  }

  private mutating func held(_ item: HeldItem) {
    let field = item.path.map { " \(SafeText.line($0.description))" } ?? ""
    let title = "\(SafeText.line(item.kind)) \(SafeText.line(item.title))"
    lines.append(
      "  " + style.paint("⏸ \(title)", .yellow) + "  \(item.scope.rawValue)\(field) held: "
        + SafeText.line(item.reason, limit: 400))
    lines.append(
      "      " + style.paint("to lift it: \(SafeText.line(item.remedy, limit: 400))", .dim))
  }

  /// What could not be applied, before all that could.
  private mutating func problems(_ project: ProjectReport) {
    guard let applied = project.applied else { return }
    for (change, outcome) in zip(applied.plan.changes, applied.outcomes) {
      guard let reason = outcome.reason else { continue }
      lines.append(
        "  " + style.paint("! \(SafeText.line(change.rule)) \(SafeText.line(change.title))", .red)
          + "  \(outcome.name): \(SafeText.line(reason, limit: 400))")
    }
    for name in applied.doubledNames {
      lines.append(
        "  " + style.paint("! two documents are named '\(SafeText.line(name))' now", .red)
          + "  another tool took the name in the same moment: rename one of the two")
    }
  }

  // MARK: Changes

  /// What frightens first, alike changes in one line.
  private mutating func groups(_ changes: [Change]) {
    for action in [Action.rename, .archive, .delete, .restore, .adopt, .update, .create] {
      for group in grouped(changes.filter { $0.action == action }, by: PlanText.likeness) {
        if group.count > PlanText.foldAbove, !isFull {
          fold(group)
        } else {
          for change in group { show(change) }
        }
      }
    }
  }

  /// Changes are alike that do the same to the same fields of the same kind of document.
  private static func likeness(_ change: Change) -> String {
    let fields =
      change.action == .create
      ? ""
      : change.fields.map { "\($0.path)=\($0.reason.rawValue)" }.sorted().joined(separator: ",")
    return "\(change.action.rawValue)|\(change.rule)|\(fields)"
  }

  private mutating func fold(_ group: [Change]) {
    guard let first = group.first else { return }
    let names = group.prefix(PlanText.examples).map { SafeText.line($0.name, limit: 60) }
    let fields =
      first.action == .create
      ? "" : "  " + first.fields.map { SafeText.line($0.path.description) }.joined(separator: ", ")
    lines.append(
      "  " + paint(first, "\(first.action.symbol) \(group.count) \(SafeText.line(first.rule))s")
        + fields + "  "
        + names.joined(separator: ", ") + " and \(group.count - names.count) more")
  }

  private mutating func show(_ change: Change) {
    let rule = SafeText.line(change.rule)
    let renamed = change.previousName.map { "\(SafeText.line($0)) → " } ?? ""
    let text = "\(change.action.symbol) \(rule) \(renamed)\(SafeText.line(change.name))"
    lines.append("  " + paint(change, text) + style.paint("  \(SafeText.line(change.title))", .dim))
    for note in change.notes {
      lines.append("      " + style.paint("note: \(SafeText.line(note))", .dim))
    }
    if change.action == .create, !isFull { return }
    for field in change.shownFields where !isOwnBookkeeping(field, of: change) { show(field) }
  }

  /// Names stand in the line above, the link is ours and changes with what it remembers.
  private func isOwnBookkeeping(_ field: FieldChange, of change: Change) -> Bool {
    guard !isFull else { return false }
    return field.path == ["name"] || (field.reason == .link && change.action != .adopt)
  }

  private mutating func show(_ field: FieldChange) {
    let path = SafeText.line(field.path.description)
    let reason = style.paint("  (\(field.reason.rawValue))", .dim)
    if field.reason == .items, let items = ValueText.items(from: field.before, to: field.after) {
      lines.append("      \(path): \(items)" + reason)
      return
    }
    let values =
      field.before == nil
      ? ValueText.show(field.after)
      : "\(ValueText.show(field.before)) → \(ValueText.show(field.after))"
    lines.append("      \(path): \(values)" + reason)
  }

  private func paint(_ change: Change, _ text: String) -> String {
    switch change.action {
    case .create, .restore: style.paint(text, .green)
    case .rename: style.paint(text, .cyan)
    case .update, .adopt: style.paint(text, .yellow)
    case .archive, .delete: style.paint(text, .red)
    }
  }

  /// Groups in the order of their first member.
  private func grouped<T>(_ items: [T], by key: (T) -> String) -> [[T]] {
    var order: [String] = []
    var groups: [String: [T]] = [:]
    for item in items {
      let name = key(item)
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(item)
    }
    return order.compactMap { groups[$0] }
  }

  // MARK: Totals

  private mutating func total() {
    let totals = report.totals
    lines.append("")
    if report.projects.contains(where: { $0.applied != nil }) { return applied(totals) }
    if report.hasChanges {
      lines.append(style.paint("Plan: \(PlanText.counts(totals)).", .bold) + rest(totals))
    } else if report.projects.isEmpty {
      lines.append("No projects are selected.")
    } else {
      lines.append(style.paint("No changes.", .bold) + noChanges(totals))
    }
    let failed = report.projects.count { $0.failure != nil }
    if failed > 0 {
      lines.append(
        style.paint("\(failed) \(failed == 1 ? "project" : "projects") could not be planned.", .red)
      )
    }
  }

  /// What stands in Avalon is only spoken of where it was looked at.
  private func noChanges(_ totals: Totals) -> String {
    let isSeen = totals.unchanged > 0
    let seen =
      isSeen ? " Avalon holds what the mapping makes of Kitsu (\(totals.unchanged) documents)." : ""
    return seen + (totals.held > 0 ? " \(totals.held) held." : "") + untouched(totals)
  }

  private static func counts(_ totals: Totals) -> String {
    var parts = ["\(totals.add) to add", "\(totals.change) to change"]
    if totals.rename > 0 { parts.append("\(totals.rename) to rename") }
    parts.append("\(totals.held) held")
    return parts.joined(separator: ", ")
  }

  private func rest(_ totals: Totals) -> String {
    (totals.unchanged > 0 ? " \(totals.unchanged) unchanged." : "") + untouched(totals)
  }

  private func untouched(_ totals: Totals) -> String {
    var text = ""
    if totals.kept > 0 {
      text += " \(totals.kept) kept although Kitsu has them no longer or they are cancelled."
    }
    if totals.leftOut > 0 { text += " \(totals.leftOut) left out by policy." }
    return text
  }

  private mutating func applied(_ totals: Totals) {
    let results = report.projects.compactMap(\.applied)
    func count(_ name: String) -> Int { results.reduce(0) { $0 + $1.count(name) } }
    var parts = ["\(count("applied")) applied"]
    for name in ["conflicted", "skipped", "failed"] where count(name) > 0 {
      parts.append("\(count(name)) \(name)")
    }
    parts.append("\(totals.held) held")
    let isGood = !report.hasFailures
    lines.append(
      style.paint("Apply: \(parts.joined(separator: ", ")).", isGood ? .bold : .red)
        + rest(totals))
    if !isGood { lines.append("Plan again to see what is left to do.") }
  }
}
