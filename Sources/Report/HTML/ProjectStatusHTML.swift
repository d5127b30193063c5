internal import Identity
internal import Planning

/// One project of a running service: how it stands and why, and its last plan.
package enum ProjectStatusHTML {
  /// So many changes of one group are shown: the page asks for itself every few seconds.
  private static let most = 50

  /// - Returns: nil where the service has no project of that id.
  package static func render(_ report: ServiceReport, project id: String) -> String? {
    guard let project = report.projects.first(where: { $0.id == id }) else { return nil }
    let content =
      ["<h1>\(HTMLText.foreign(project.name))</h1>"]
      + section(
        "standing", label: "How it stands", [banner(project)] + HTMLText.facts(facts(project)))
      + section("conditions", title: "Conditions", conditions(project.conditions))
      + section("plan", title: planTitle(project), plan(project, report))
    return Page(
      title: "\(project.name): \(project.standing.word) – Avalon Sync",
      navigation: ["<nav aria-label=\"Pages\"><a href=\"../\">All projects</a></nav>"],
      content: content, refresh: ServiceHTML.refresh
    ).html
  }

  private static func section(
    _ id: String, label: String? = nil, title: String? = nil, _ content: [String]
  ) -> [String] {
    let name = label.map { "aria-label=\"\($0)\"" } ?? "aria-labelledby=\"\(id)-h\""
    let heading = title.map { ["<h2 id=\"\(id)-h\">\($0)</h2>"] } ?? []
    return ["<section id=\"\(id)\" data-live \(name)>"] + heading + content + ["</section>"]
  }

  private static func banner(_ project: ProjectStatus) -> String {
    let why = project.explanation.map {
      "\(HTMLText.foreign($0.message, limit: 1000)), since \(StatusText.time($0.since))"
    }
    return "<p id=\"state\" class=\"banner \(StatusText.tone(project.standing))\">"
      + "\(StatusText.state(project)) \(why ?? "")</p>"
  }

  private static func facts(_ project: ProjectStatus) -> [(label: String, html: String)] {
    var rows: [(label: String, html: String)] = []
    if let last = project.last {
      rows.append(
        (
          "Last looked at",
          "\(StatusText.time(last.at)), \(HTMLText.escape(last.outcome)) in "
            + "\(StatusText.duration(last.duration)), because of \(HTMLText.escape(last.trigger))"
        ))
    }
    if let lag = project.lag {
      rows.append(("From Kitsu to Avalon, the last time", StatusText.duration(lag)))
    }
    if let collection = project.report?.plan.project.collection {
      rows.append(("Collection", HTMLText.code(collection)))
    }
    if let setup = project.setup {
      rows.append(("Mapping", HTMLText.foreign(setup.mapping)))
      rows.append(("Policy", HTMLText.escape("\(setup.policy.rawValue): \(setup.policy.meaning)")))
      rows.append(("Target", HTMLText.foreign(setup.target)))
    }
    if let plan = project.report?.plan {
      let kept = plan.kept > 0 ? ", \(plan.kept) kept although Kitsu has them no longer" : ""
      rows.append(("Documents", "\(plan.unchanged) as they should be\(kept)"))
    }
    rows.append(("Id in Kitsu", HTMLText.code(project.id)))
    return rows
  }

  private static func conditions(_ conditions: [Condition]) -> [String] {
    let columns = ["Condition", "Status", "Reason", "Since"]
    return [
      "<div class=\"scroll\"><table>",
      "<thead><tr>" + columns.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>",
      "<tbody>",
    ]
      + conditions.map { condition in
        "<tr><th scope=\"row\">\(condition.kind.rawValue)"
          + "<p class=\"why\">\(HTMLText.foreign(condition.message, limit: 1000))</p></th>"
          + "<td>\(condition.isTrue ? "true" : "false")</td><td>\(condition.reason.rawValue)</td>"
          + "<td class=\"time\">\(StatusText.time(condition.since))</td></tr>"
      } + ["</tbody>", "</table></div>"]
  }

  // MARK: The plan

  private static func planTitle(_ project: ProjectStatus) -> String {
    project.report?.applied == nil ? "The last plan" : "What was done last"
  }

  private static func plan(_ project: ProjectStatus, _ report: ServiceReport) -> [String] {
    guard let last = project.report else {
      return ["<p class=\"quiet\">It was not planned yet.</p>"]
    }
    let summary = report.header.map { header in
      let summary = PlanSummary(PlanReport(header: header, projects: [last]))
      return "<p>\(HTMLText.escape(summary.heading + summary.rest))</p>"
    }
    let file =
      "<p><a id=\"json\" href=\"\(HTMLText.escape(project.id))/plan.json\">The plan as JSON</a></p>"
    return (summary.map { [$0] } ?? []) + PlanParts(last, PlanView(), most: most).lines + [file]
  }
}
