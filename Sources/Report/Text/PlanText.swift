internal import Planning

/// A plan as people read it on a terminal: what frightens first, alike changes folded, counts at the
/// end.
package enum PlanText {
  package static func render(
    _ report: PlanReport, style: TextStyle = .plain, view: PlanView = PlanView()
  ) -> String {
    let projects = report.projects.flatMap {
      ProjectText($0, usual: report.header.usual, style, view).lines
    }
    let lines = header(report, style) + projects + [""] + summary(PlanSummary(report, view), style)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What became of a plan that was shown before: problems and counts alone.
  package static func renderOutcome(_ report: PlanReport, style: TextStyle = .plain) -> String {
    let problems = report.projects.flatMap { ProjectText.problems($0, style) }
    return (problems + summary(PlanSummary(report), style)).joined(separator: "\n") + "\n"
  }

  private static func summary(_ summary: PlanSummary, _ style: TextStyle) -> [String] {
    let isApplied = summary.heading.hasPrefix("Apply")
    let colour = summary.isGood || !isApplied ? TextStyle.Colour.bold : .red
    return [
      style.paint(summary.heading, colour) + summary.rest + (summary.filter.map { " \($0)" } ?? "")
    ]
      + summary.notes.map { isApplied ? $0 : style.paint($0, .red) }
  }

  private static func header(_ report: PlanReport, _ style: TextStyle) -> [String] {
    HeaderLine.all(report).map { line in
      let padded = line.label + String(repeating: " ", count: 9 - line.label.count)
      return style.paint(padded, .dim) + SafeText.line(line.text, limit: 1000)
    }
  }
}
