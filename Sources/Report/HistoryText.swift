internal import BSON
internal import Planning

/// The journal as people read it: newest first, alike changes folded.
package struct HistoryText {
  /// More alike changes than this fold into one line.
  private static let foldAbove = 20
  private static let examples = 3

  private let style: TextStyle
  private let isFull: Bool
  private var lines: [String] = []

  package static func render(
    _ report: HistoryReport, style: TextStyle = .plain, isFull: Bool = false
  ) -> String {
    var text = HistoryText(style, isFull: isFull)
    var requests = report.requests[...]
    for run in report.runs {
      let newer = requests.prefix { $0.time > run.run.time }
      text.show(newer)
      requests = requests.dropFirst(newer.count)
      text.run(run)
    }
    text.show(requests)
    if text.lines.isEmpty { text.lines.append("The journal has nothing of that.") }
    return text.lines.joined(separator: "\n") + "\n"
  }

  private init(_ style: TextStyle, isFull: Bool) {
    self.style = style
    self.isFull = isFull
  }

  /// What people asked of the service, a line each.
  private mutating func show(_ requests: some Collection<ServiceRequest>) {
    if !lines.isEmpty, !requests.isEmpty { lines.append("") }
    for request in requests {
      let why = request.why.isEmpty ? "" : ": \(SafeText.line(request.why))"
      let name = request.kind.name.prefix(1).uppercased() + request.kind.name.dropFirst()
      lines.append(
        style.paint("\(name) of \(SafeText.line(request.title))", .bold)
          + "  \(UTCTime.text(request.time))  by \(SafeText.line(request.user)) on "
          + SafeText.line(request.host) + why + HistoryText.outcome(request))
    }
  }

  private static func outcome(_ request: ServiceRequest) -> String {
    switch (request.kind, request.state) {
    // Their effect is in the records at once: nobody has to answer.
    case (.pause(let until), _): until.map { "  (until \(UTCTime.text($0)))" } ?? ""
    case (.resume, _): ""
    case (_, .open): "  (the service has not answered yet)"
    case (_, .done), (_, .refused):
      "  (\(request.state.rawValue): \(SafeText.line(request.outcome, limit: 300)))"
    }
  }

  private mutating func run(_ run: HistoryReport.Run) {
    if !lines.isEmpty { lines.append("") }
    let facts = run.run
    let who =
      "\(SafeText.line(facts.why)) by \(SafeText.line(facts.user)) on "
      + SafeText.line(facts.host)
    lines.append(
      style.paint("Run \(facts.id)", .bold) + "  \(UTCTime.text(facts.time))  \(who)")
    for project in run.projects {
      let place = "collection \(SafeText.line(project.collection))"
      lines.append("  \(SafeText.line(project.title)) (\(place))")
      for rename in project.renames {
        lines.append(
          "    → collection \(SafeText.line(rename.from)) → \(SafeText.line(rename.to))")
      }
      entries(project.entries)
    }
  }

  private mutating func entries(_ entries: [JournalEntry]) {
    var order: [String] = []
    var groups: [String: [JournalEntry]] = [:]
    for entry in entries {
      let likeness = HistoryText.likeness(entry)
      if groups[likeness] == nil { order.append(likeness) }
      groups[likeness, default: []].append(entry)
    }
    for group in order.compactMap({ groups[$0] }) {
      if group.count > HistoryText.foldAbove, !isFull {
        fold(group)
      } else {
        for entry in group { show(entry) }
      }
    }
  }

  private static func likeness(_ entry: JournalEntry) -> String {
    let paths = entry.fields.map(\.path.description).joined(separator: ",")
    return "\(entry.action.rawValue)|\(entry.rule)|\(entry.outcome?.name ?? "")|\(paths)"
  }

  private mutating func fold(_ group: [JournalEntry]) {
    let names = group.prefix(HistoryText.examples).map { SafeText.line($0.name, limit: 60) }
    lines.append(
      "    \(group[0].action.symbol) \(group.count) \(SafeText.line(group[0].rule))s  "
        + names.joined(separator: ", ") + " and \(group.count - names.count) more"
        + HistoryText.outcome(group[0]))
  }

  private mutating func show(_ entry: JournalEntry) {
    let renamed =
      entry.fields.first { $0.path == ["name"] }?.before?.string
      .map { "\(SafeText.line($0)) → " } ?? ""
    lines.append(
      "    \(entry.action.symbol) \(SafeText.line(entry.rule)) \(renamed)\(SafeText.line(entry.name))"
        + style.paint("  \(SafeText.line(entry.title))", .dim) + HistoryText.outcome(entry))
    for field in entry.fields where isFull || field.path.names.first != "name" {
      if !isFull, field.path.description.hasPrefix("data.kitsu.") { continue }
      lines.append(
        "        \(SafeText.line(field.path.description)): "
          + (ValueText.items(from: field.before, to: field.after)
            ?? "\(ValueText.show(field.before)) → \(ValueText.show(field.after))"))
    }
  }

  /// Applied is what one expects.
  private static func outcome(_ entry: JournalEntry) -> String {
    guard let outcome = entry.outcome else { return "  (cut off: not known yet)" }
    return outcome.reason.map { "  (\(outcome.name): \(SafeText.line($0, limit: 300)))" } ?? ""
  }
}
