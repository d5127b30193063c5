internal import Planning

/// A plan's last line, in words: what is to be done, or what was done, and what is left.
struct PlanSummary {
  /// What counts, such as `Plan: 3 to add, 2 held.`
  let heading: String
  /// What else is to be known, with a blank before it.
  let rest: String
  /// What is not shown, nil where all is: with the user's own words.
  let filter: String?
  /// Lines of their own.
  let notes: [String]
  let isGood: Bool

  init(_ report: PlanReport, _ view: PlanView = PlanView()) {
    let totals = report.totals
    filter = view.isFiltered ? PlanSummary.filter(report, view) : nil
    if report.projects.contains(where: { $0.applied != nil }) {
      let results = report.projects.compactMap(\.applied)
      func count(_ name: String) -> Int { results.reduce(0) { $0 + $1.count(name) } }
      let parts = Outcome.names.filter {
        $0 == "applied" || count($0) > 0
      }.map { "\(count($0)) \($0)" }
      let held = totals.held > 0 ? ", \(totals.held) held" : ""
      isGood = !report.hasFailures
      heading = "Apply: \(parts.joined(separator: ", "))\(held)."
      rest = PlanSummary.unchanged(totals) + PlanSummary.untouched(totals)
      notes = isGood ? [] : ["Plan again to see what is left to do."]
      return
    }
    let failed = report.projects.count { $0.failure != nil }
    isGood = failed == 0
    notes =
      isGood ? [] : ["\(failed) \(failed == 1 ? "project" : "projects") could not be planned."]
    if report.hasChanges {
      heading = "Plan: \(totals.work)."
      rest = PlanSummary.unchanged(totals) + PlanSummary.untouched(totals)
    } else if report.projects.isEmpty {
      heading = "No projects are selected."
      rest = ""
    } else {
      heading = "No changes."
      rest = PlanSummary.noChanges(totals)
    }
  }

  /// What stands in Avalon is only spoken of where it was looked at.
  private static func noChanges(_ totals: Totals) -> String {
    let seen =
      totals.unchanged > 0 && totals.guarded == 0
      ? " Avalon holds what the mapping makes of Kitsu (\(totals.unchanged) documents)." : ""
    return seen + (totals.held > 0 ? " \(totals.held) held." : "") + untouched(totals)
  }

  private static func unchanged(_ totals: Totals) -> String {
    totals.unchanged > 0 ? " \(totals.unchanged) unchanged." : ""
  }

  private static func untouched(_ totals: Totals) -> String {
    var text = ""
    if totals.kept > 0 {
      text += " \(totals.kept) kept although Kitsu has them no longer or they are cancelled."
    }
    if totals.guarded > 0 {
      text += " \(totals.guarded) not done, as their project is held."
    }
    if totals.leftOut > 0 { text += " \(totals.leftOut) left out by policy." }
    return text
  }

  private static func filter(_ report: PlanReport, _ view: PlanView) -> String {
    func count(_ view: PlanView) -> Int {
      report.projects.reduce(0) { $0 + ProjectOutline($1, view).count }
    }
    return "\(count(view)) of \(count(PlanView())) shown (\(SafeText.line(view.filters)))."
  }
}
