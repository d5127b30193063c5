internal import Planning

/// The projects as a table for people.
package enum ProjectsText {
  private static let titles = [
    "Project", "Status", "Mapping", "Policy", "Target", "Collection", "Why",
  ]

  package static func render(_ report: ProjectsReport, style: TextStyle = .plain) -> String {
    guard !report.rows.isEmpty else { return "This account sees no project.\n" }
    let lines = TextTable.lines(titles, report.rows.map(cells), style) { index, line in
      report.rows[index].setup == nil ? style.paint(line, .dim) : line
    }
    return (lines + notes(report, style)).joined(separator: "\n") + "\n"
  }

  /// Why projects are held, and why targets cannot be reached: too long for a table.
  private static func notes(_ report: ProjectsReport, _ style: TextStyle) -> [String] {
    var notes: [String] = []
    for row in report.rows {
      switch row.place {
      case .none, .collection: continue
      case .held(let reason):
        notes.append(style.paint("⏸ \(SafeText.line(row.name))", .yellow) + note(reason))
      case .unknown(let reason):
        let target = SafeText.line(row.setup?.target ?? "")
        let text = style.paint("! target \(target)", .red) + note(reason)
        if !notes.contains(text) { notes.append(text) }
      }
    }
    return notes.isEmpty ? [] : [""] + notes
  }

  private static func note(_ reason: String) -> String { "  " + SafeText.line(reason, limit: 1000) }

  private static func cells(_ row: ProjectsReport.Row) -> [String] {
    let collection =
      switch row.place {
      case .none: "-"
      case .collection(let name, let isNew): isNew ? "\(name) (new)" : name
      case .held: "held"
      case .unknown: "not reached"
      }
    return [
      row.name, row.status ?? "-", row.setup?.mapping ?? "-", row.setup?.policy.rawValue ?? "-",
      row.setup?.target ?? "-", collection, row.why,
    ].map { SafeText.line($0, limit: 300) }
  }
}
