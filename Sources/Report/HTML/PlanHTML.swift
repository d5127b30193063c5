internal import Identity
internal import Planning

/// A plan, or what became of it, as one file to look at and to share.
package enum PlanHTML {
  /// So many changes of one group are shown, unless all is asked for: a first plan of a great show
  /// has tens of thousands alike.
  private static let most = 500
  /// More projects than this have a table of contents that can be filtered.
  private static let listAbove = 1

  package static func render(_ report: PlanReport, view: PlanView = PlanView()) -> String {
    let summary = PlanSummary(report, view)
    let more = summary.rest + (summary.filter.map { " " + $0 } ?? "")
    let sections = report.projects.map { (project: $0, parts: PlanParts($0, view, most: most)) }
    let busy = sections.filter { !$0.parts.isEmpty }
    let idle = sections.filter { $0.parts.isEmpty }.map(\.project)
    let head =
      ["<h1>\(HTMLText.escape(summary.heading))</h1>"]
      + (more.isEmpty ? [] : ["<p>\(HTMLText.escape(more, limit: 1000))</p>"])
      + summary.notes.map { "<p class=\"bad\">\(HTMLText.escape($0))</p>" }
      + HTMLText.facts(
        HeaderLine.all(report).map { ($0.label, HTMLText.foreign($0.text, limit: 1000)) })
    let content =
      head + (busy.count > listAbove ? contents(busy.map(\.project)) : [])
      + (busy.isEmpty ? [] : openers)
      + busy.flatMap { section($0.project, usual: report.header.usual, $0.parts) }
      + (view.isFiltered ? [] : rest(idle))
    return Page(title: summary.heading, content: content).html
  }

  private static let openers = [
    "<p class=\"tools needs-script\"><button type=\"button\" data-open=\"all\">Open all</button> "
      + "<button type=\"button\" data-open=\"none\">Close all</button></p>"
  ]

  private static func section(
    _ project: ProjectReport, usual: ProjectSetup, _ parts: PlanParts
  ) -> [String] {
    let id = anchor(project)
    let facts = project.facts(usual).map { HTMLText.foreign($0) }.joined(separator: ", ")
    return [
      "<section aria-labelledby=\"\(id)\">",
      "<h2 id=\"\(id)\">\(HTMLText.foreign(project.plan.project.title))</h2>",
    ] + (facts.isEmpty ? [] : ["<p class=\"quiet\">\(facts)</p>"]) + parts.lines + ["</section>"]
  }

  private static func anchor(_ project: ProjectReport) -> String { "h-\(project.plan.project.id)" }

  // MARK: Contents

  private static func contents(_ projects: [ProjectReport]) -> [String] {
    ["<nav aria-label=\"Projects\">"] + FilterBox.html("Find a project") + [
      "<div class=\"scroll\"><table>",
      "<thead><tr><th scope=\"col\">Project</th><th scope=\"col\">The plan</th></tr></thead>",
      "<tbody>",
    ]
      + projects.map { project in
        let work = project.failure == nil ? Totals(project).work : "could not be planned"
        return
          "<tr data-find=\"\(FilterBox.key(project.plan.project.title))\"><th scope=\"row\">"
          + "<a href=\"#\(anchor(project))\">\(HTMLText.foreign(project.plan.project.title))</a>"
          + "</th><td>\(HTMLText.escape(work.isEmpty ? "nothing" : work))</td></tr>"
      } + ["</tbody>", "</table></div>", "</nav>"]
  }

  private static func rest(_ projects: [ProjectReport]) -> [String] {
    guard !projects.isEmpty else { return [] }
    let title = projects.count == 1 ? "1 project" : "\(projects.count) projects"
    return [
      "<details><summary>Nothing to do in \(title)</summary>", "<ul>",
    ] + projects.map { "<li>\(HTMLText.foreign($0.plan.project.title))</li>" } + [
      "</ul>", "</details>",
    ]
  }
}

/// A box that hides the rows which do not have its words; without a script it is not there.
enum FilterBox {
  static func html(_ label: String, more: String = "") -> [String] {
    [
      "<div class=\"tools needs-script\" role=\"search\"><label for=\"filter\">\(label)</label>"
        + "<input id=\"filter\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">\(more)"
        + "<span id=\"shown\" class=\"quiet\" role=\"status\"></span></div>"
    ]
  }

  /// What a row is found by, as an attribute.
  static func key(_ texts: String...) -> String {
    HTMLText.escape(texts.joined(separator: " ").lowercased(), limit: 400)
  }
}
