internal import Planning

/// A plan for chats and merge requests: counts first, alike changes behind a line that opens.
package enum PlanMarkdown {
  package static func render(_ report: PlanReport, view: PlanView = PlanView()) -> String {
    let summary = PlanSummary(report, view)
    let rest = summary.rest + (summary.filter.map { " \(MarkdownText.code($0, limit: 500))" } ?? "")
    let header = HeaderLine.all(report).map {
      "- \($0.label): \(MarkdownText.code($0.text, limit: 1000))"
    }
    let lines =
      ["**\(summary.heading)**" + rest] + summary.notes.flatMap { ["", $0] } + [""] + header
      + report.projects.flatMap { ProjectMarkdown($0, usual: report.header.usual, view).lines }
    return lines.joined(separator: "\n") + "\n"
  }
}
