internal import Planning

/// One line of a report's header.
struct HeaderLine {
  let label: String
  let text: String

  static func all(_ report: PlanReport) -> [HeaderLine] {
    let header = report.header
    var kitsu = "\(header.kitsu) (\(header.kitsuVersion))"
    if let account = header.account {
      kitsu += " as \(account)" + (header.role.map { ", \($0)" } ?? "")
    }
    let policies = report.policies.map { "\($0.rawValue): \($0.meaning)" }
    return [HeaderLine(label: "Kitsu", text: kitsu)]
      + header.targets.map { HeaderLine(label: "Avalon", text: describe($0, in: header)) }
      + [
        HeaderLine(label: "Mapping", text: report.mappings.joined(separator: ", ")),
        HeaderLine(label: "Policy", text: policies.joined(separator: "; ")),
        HeaderLine(label: "Owner", text: header.owner),
      ] + leftOut(header)
  }

  /// A target's name matters where there is another one.
  static func describe(_ target: ReportTarget, in header: ReportHeader) -> String {
    let isUsual = target.name == header.usual.target && header.targets.count == 1
    let name = isUsual ? "" : "\(target.name): "
    if let failure = target.failure { return name + failure }
    let version = target.version.map { " (\($0))" } ?? ""
    return "\(name)\(target.address ?? ""), database \(target.database ?? "")\(version)"
  }

  private static func leftOut(_ header: ReportHeader) -> [HeaderLine] {
    guard !header.leftOut.isEmpty else { return [] }
    let shown = header.leftOut.prefix(10).map { "\($0.name) (\($0.reason))" }
    let rest = header.leftOut.count - shown.count
    let text = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    return [HeaderLine(label: "Left out", text: text)]
  }
}
