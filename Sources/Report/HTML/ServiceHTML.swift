internal import Identity
internal import Planning

/// The page that a running service shows: how it is, and every project, the worst first.
package enum ServiceHTML {
  /// Seconds between two looks of an open page.
  static let refresh = 10

  package static func render(_ report: ServiceReport) -> String {
    let projects = report.projects.sorted {
      ($0.standing, $0.name, $0.id) < ($1.standing, $1.name, $1.id)
    }
    let head = [
      "<h1>\(HTMLText.foreign(title(report)))</h1>",
      "<section id=\"overview\" data-live aria-label=\"How it is\">", banner(report),
    ]
    let service = [
      "<section id=\"service\" data-live aria-labelledby=\"service-h\">",
      "<h2 id=\"service-h\">The service</h2>",
    ]
    let content =
      head + deaf(report.feed) + ["</section>"] + table(projects) + service
      + HTMLText.facts(facts(report)) + ["</section>"]
    let attention = projects.count { $0.standing.asksForSomebody }
    let mark = attention > 0 ? "(\(attention)) " : ""
    return Page(
      title: "\(report.isReady ? mark : "! ")\(title(report)) – Avalon Sync", content: content,
      refresh: refresh
    ).html
  }

  private static func title(_ report: ServiceReport) -> String {
    report.header.map { "Kitsu to Avalon: \($0.owner)" } ?? "Kitsu to Avalon"
  }

  // MARK: The service

  private static func banner(_ report: ServiceReport) -> String {
    guard report.isReady else {
      let why = report.conditions.first { $0.kind == .ready }
      return "<p id=\"state\" class=\"banner bad\"><strong>Not ready.</strong> "
        + (why.map {
          "\(HTMLText.foreign($0.message, limit: 600)) <span class=\"quiet\">(\($0.reason.rawValue))"
            + "</span>, since \(StatusText.time($0.since))"
        } ?? "") + "</p>"
    }
    let counts = Dictionary(grouping: report.projects, by: \.standing).mapValues(\.count)
    let asking = ProjectStanding.allCases.filter { $0 != .ready }.compactMap { standing in
      counts[standing].map { "\($0) \(standing.word)" }
    }
    let ready = counts[.ready] ?? 0
    let isCalm = !report.projects.contains { $0.standing.asksForSomebody }
    let rest = asking.isEmpty ? "" : " " + asking.joined(separator: ", ") + "."
    return "<p id=\"state\" class=\"banner \(isCalm ? "good" : "warn")\"><strong>\(ready) of "
      + "\(report.projects.count) \(report.projects.count == 1 ? "project is" : "projects are") as "
      + "Kitsu and the mapping say.</strong>\(rest)</p>"
  }

  /// Without the stream of events news are late.
  private static func deaf(_ feed: FeedReport) -> [String] {
    let how: String
    switch feed.state {
    case .starting, .streaming: return []
    case .polling: how = "Kitsu's events are asked for and not heard"
    case .silent:
      how = "Kitsu's events are not heard; what changes is found by the versions of projects"
    }
    let reason = feed.state.reason.map { ": \(HTMLText.foreign($0, limit: 400))" } ?? ""
    return ["<p class=\"banner warn\">\(how)\(reason), since \(StatusText.time(feed.since)).</p>"]
  }

  private static func facts(_ report: ServiceReport) -> [(label: String, html: String)] {
    let queue = report.queue
    let oldest = queue.oldest.map { ", the oldest for \(StatusText.duration($0.rounded()))" } ?? ""
    var rows: [(label: String, html: String)] = [
      ("Events", feed(report.feed)),
      ("Queue", "\(queue.depth) waiting\(oldest), \(queue.running) at work"),
    ]
    if let header = report.header {
      rows.append(("Kitsu", HTMLText.foreign("\(header.kitsu) (\(header.kitsuVersion))")))
      rows += header.targets.map {
        ("Avalon", HTMLText.foreign(HeaderLine.describe($0, in: header), limit: 400))
      }
    }
    let service = "\(report.version) on \(report.host), started "
    rows.append(("Service", HTMLText.foreign(service) + StatusText.time(report.startedAt)))
    return rows
  }

  private static func feed(_ feed: FeedReport) -> String {
    let tone: String
    switch feed.state {
    case .streaming: tone = "good"
    case .starting: tone = "calm"
    case .polling, .silent: tone = "warn"
    }
    let reason = feed.state.reason.map { ": \(HTMLText.foreign($0, limit: 400))" } ?? ""
    let last = feed.lastEventAt.map { "<br>last event \(StatusText.time($0))" } ?? ""
    return "<span class=\"state \(tone)\">\(feed.state.name)</span>\(reason) since "
      + StatusText.time(feed.since) + last
  }

  // MARK: Projects

  private static func table(_ projects: [ProjectStatus]) -> [String] {
    let columns = [
      ("Project", ""), ("State", ""), ("Held", "number wide"), ("Lag", "number wide"),
      ("Last looked at", "wide"),
    ]
    let narrow =
      "<label><input id=\"attention\" type=\"checkbox\"> only what needs attention</label>"
    return ["<section aria-labelledby=\"projects\">", "<h2 id=\"projects\">Projects</h2>"]
      + FilterBox.html("Find", more: narrow) + [
        "<div class=\"scroll\"><table>", "<thead><tr>",
      ] + columns.map { "<th scope=\"col\" class=\"\($0.1)\">\($0.0)</th>" } + [
        "</tr></thead>", "<tbody id=\"rows\" data-live data-keyed>",
      ] + projects.map(row) + ["</tbody>", "</table></div>", "</section>"]
  }

  private static func row(_ project: ProjectStatus) -> String {
    let id = HTMLText.escape(project.id)
    let standing = project.standing
    let held = project.report.map { $0.plan.held.count } ?? 0
    let why =
      standing == .ready
      ? ""
      : project.explanation.map {
        "<p class=\"why\">\(HTMLText.foreign($0.message, limit: 300))</p>"
      }
    return "<tr id=\"r-\(id)\" data-find=\"\(FilterBox.key(project.name, standing.word))\""
      + (standing.asksForSomebody ? " data-attention" : "") + "><th scope=\"row\">"
      + "<a id=\"l-\(id)\" href=\"projects/\(id)\">\(HTMLText.foreign(project.name))</a>\(why ?? "")"
      + "</th><td>\(StatusText.state(project))</td>"
      + "<td class=\"number wide\">\(held == 0 ? "" : String(held))</td>"
      + "<td class=\"number wide\">\(project.lag.map(StatusText.duration) ?? "")</td>"
      + "<td class=\"time wide\">\(project.last.map { StatusText.time($0.at) } ?? "")</td></tr>"
  }
}
