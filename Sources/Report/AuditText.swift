internal import Planning

/// An audit as people read it: by collection and kind, each kind with what breaks and what mends it.
package struct AuditText {
  /// More alike findings than this fold.
  private static let foldAbove = 20
  private static let examples = 3
  /// Documents of one finding that are named.
  private static let documentLimit = 6

  private let style: TextStyle
  private let isFull: Bool
  private var lines: [String] = []

  /// - Parameter isFull: folds nothing.
  package static func render(
    _ report: AuditReport, style: TextStyle = .plain, isFull: Bool = false
  ) -> String {
    var text = AuditText(style: style, isFull: isFull)
    let target = report.target
    let version = target.version.map { " (\($0))" } ?? ""
    text.lines.append(
      style.paint("Avalon   ", .dim)
        + SafeText.line(
          "\(target.address ?? ""), database \(target.database ?? "")\(version)", limit: 1000))
    for collection in report.collections { text.collection(collection) }
    text.total(report)
    return text.lines.joined(separator: "\n") + "\n"
  }

  private mutating func collection(_ collection: AuditReport.Collection) {
    switch collection.outcome {
    case .failed(let reason):
      head(collection.name, "")
      lines.append("  " + style.paint("! \(SafeText.line(reason, limit: 1000))", .red))
    case .looked(let audit):
      head(collection.name, " (\(AuditText.count(audit.documentCount, "document")))")
      if audit.findings.isEmpty { lines.append("  nothing found") }
      for kind in AuditKind.allCases {
        let alike = audit.findings.filter { $0.kind == kind }
        if !alike.isEmpty { group(kind, alike) }
      }
    }
  }

  private mutating func head(_ name: String, _ more: String) {
    lines.append("")
    lines.append(style.paint(SafeText.line(name), .bold) + more)
  }

  private mutating func group(_ kind: AuditKind, _ findings: [AuditFinding]) {
    let times = findings.count > 1 ? ", \(findings.count) times" : ""
    lines.append("  " + style.paint("! \(kind.rawValue)", .yellow) + "  \(kind.title)\(times)")
    let isFolded = findings.count > AuditText.foldAbove && !isFull
    for finding in findings.prefix(isFolded ? AuditText.examples : findings.count) {
      show(finding)
    }
    if isFolded {
      lines.append("      and \(findings.count - AuditText.examples) more (--full shows all)")
    }
    lines.append("      " + style.paint("breaks: \(kind.breaks)", .dim))
    lines.append("      " + style.paint("mend:   \(kind.remedy)", .dim))
  }

  private mutating func show(_ finding: AuditFinding) {
    let limit = isFull ? finding.documents.count : AuditText.documentLimit
    var parts = finding.documents.prefix(limit).map { document in
      let name = document.name.map { SafeText.line($0) } ?? "(no name)"
      return "\(name) \(ValueText.id(document.id))"
    }
    if finding.documents.count > limit {
      parts.append("and \(finding.documents.count - limit) more")
    }
    let detail = finding.detail.map { SafeText.line($0, limit: 200) }
    lines.append(
      "      "
        + [parts.joined(separator: ", "), detail].compactMap { $0 }.filter { !$0.isEmpty }
        .joined(separator: ": "))
  }

  private mutating func total(_ report: AuditReport) {
    let damaged = report.audits.filter { !$0.findings.isEmpty }.count
    var text =
      report.findingCount == 0
      ? "Audit: nothing found in \(AuditText.count(report.audits.count, "collection"))."
      : "Audit: \(AuditText.count(report.findingCount, "finding")) in \(damaged) of "
        + "\(AuditText.count(report.audits.count, "collection"))."
    if report.failureCount > 0 { text += " \(report.failureCount) not read." }
    lines += ["", style.paint(text, .bold)]
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
