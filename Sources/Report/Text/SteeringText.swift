internal import Planning

/// The service's state as people read it on a terminal, from what the controller's database tells.
package enum SteeringText {
  private static let titles = ["Project", "State", "Since", "Last reconcile", "Held", "Why"]
  /// So much of a digest is enough to name a plan by.
  package static let shortDigest = 12

  // MARK: status

  package static func status(_ report: SteeringReport, style: TextStyle = .plain) -> String {
    var lines = heading(report, style) + [""]
    if report.projects.isEmpty {
      lines.append("No project is known here: nothing was applied, and no replica told of any.")
    } else {
      lines += TextTable.lines(titles, report.projects.map { cells($0, report.now) }, style) {
        style.paint($1, colour(report.projects[$0]))
      }
    }
    let notes =
      report.projects.flatMap { offer($0, indent: "") } + report.open.map { open($0, report) }
    if !notes.isEmpty { lines += [""] + notes }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cells(_ project: SteeringReport.Project, _ now: Int64) -> [String] {
    let status = project.status
    let condition = status?.conditions.first { $0.kind == .ready }
    let last = status?.last.map { last in
      "\(TimeSpanText.ago(now - last.at)), \(seconds(last.duration)), \(SafeText.line(last.trigger))"
    }
    return [
      SafeText.line(project.name), project.standing.word + (project.isFresh ? "" : " (old)"),
      condition.map { UTCTime.text($0.since) } ?? "-", last ?? "-",
      status.map { "\($0.heldCount)" } ?? "-", SafeText.line(project.message, limit: 300),
    ]
  }

  private static func seconds(_ duration: Double) -> String {
    "\(Double(Int((duration * 10).rounded())) / 10) s"
  }

  private static func colour(_ project: SteeringReport.Project) -> TextStyle.Colour {
    switch project.standing {
    case .stalled: .red
    case .held, .unsettled, .paused, .partlyHeld: .yellow
    case .notSeenYet: .dim
    case .ready: .green
    }
  }

  private static func open(_ request: ServiceRequest, _ report: SteeringReport) -> String {
    "Asked for, and not done yet: \(request.kind.name) of '\(SafeText.line(request.title))' by "
      + "\(SafeText.line(request.user)) on \(SafeText.line(request.host)), "
      + TimeSpanText.ago(report.now - request.time)
  }

  // MARK: held

  package static func held(_ report: SteeringReport, style: TextStyle = .plain) -> String {
    var lines = heading(report, style)
    for project in report.projects {
      let items = project.status?.held ?? []
      guard !items.isEmpty || project.pause != nil else { continue }
      lines += ["", style.paint(SafeText.line(project.name), .bold)]
      if let pause = project.pause {
        lines += [
          style.paint("  ⏸ \(SafeText.line(pause, limit: 1000))", .yellow),
          "      to lift it: avalon-sync resume '\(SafeText.line(project.name))'",
        ]
      }
      for item in items { lines += held(item, style) }
      let rest = (project.status?.heldCount ?? 0) - items.count
      if rest > 0 { lines.append("  and \(rest) more: `avalon-sync plan --only held` shows all") }
      lines += offer(project, indent: "  ")
    }
    if report.heldCount == 0, !report.projects.contains(where: { $0.pause != nil }) {
      lines += ["", "Nothing is held."]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func held(_ item: RecordedStatus.Held, _ style: TextStyle) -> [String] {
    let path = item.path.map { " \(SafeText.line($0))" } ?? ""
    let title =
      "  ⏸ \(SafeText.line(item.kind)) \(SafeText.line(item.title))  \(item.scope.rawValue)\(path) held: "
    return [
      style.paint(title, .yellow) + SafeText.line(item.reason, limit: 1000),
      "      to lift it: \(SafeText.line(item.remedy, limit: 1000))",
    ]
  }

  /// What waits for somebody's word.
  private static func offer(_ project: SteeringReport.Project, indent: String) -> [String] {
    guard let offer = project.status?.offer else { return [] }
    let flags = offer.lifts.map(\.description).sorted().joined(separator: " ")
    return [
      "\(indent)Held in '\(SafeText.line(project.name))' (\(flags)): \(SafeText.line(offer.work)): let it "
        + "be done once by: avalon-sync approve \(SafeText.line(String(offer.digest.prefix(shortDigest))))"
    ]
  }

  // MARK: Where it was looked, and who runs

  private static func heading(_ report: SteeringReport, _ style: TextStyle) -> [String] {
    func line(_ label: String, _ text: String) -> String {
      let padded = label + String(repeating: " ", count: 9 - label.count)
      return style.paint(padded, .dim) + SafeText.line(text, limit: 1000)
    }
    let living = report.replicas.filter(\.lives)
    let replicas = living.map { item in
      let replica = item.replica
      return line(
        "Replica",
        "\(replica.host) (version \(replica.version)): \(replica.projects) projects, events "
          + replica.feed + (replica.feedReason.map { " (\($0))" } ?? "")
          + ", heard \(TimeSpanText.ago(report.now - item.heardAt))")
    }
    return report.places.map { line("Looked", "in \($0), owner \(report.owner)") }
      + (living.isEmpty ? [style.paint(line("Replica", silence(report)), .red)] : replicas)
  }

  /// What is told where nobody runs.
  package static func silence(_ report: SteeringReport) -> String {
    guard let last = report.replicas.max(by: { $0.heardAt < $1.heardAt }) else {
      return "no replica is running, and none ever told of itself here: start `avalon-sync run`"
    }
    let end =
      last.replica.stoppedAt.map { "was stopped at \(UTCTime.text($0))" }
      ?? "was heard last at \(UTCTime.text(last.heardAt)), and did not say that it stops"
    return "no replica is running: the last one, on \(last.replica.host), \(end)"
  }
}
