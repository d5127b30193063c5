internal import BSON
internal import Planning

/// One project of a plan as Markdown: a list, in which groups of alike changes open on a click.
struct ProjectMarkdown {
  /// Merge requests take about 65,000 characters.
  private static let mostInGroup = 100

  private let project: ProjectReport
  private let usual: ProjectSetup
  private let view: PlanView

  init(_ project: ProjectReport, usual: ProjectSetup, _ view: PlanView) {
    self.project = project
    self.usual = usual
    self.view = view
  }

  var lines: [String] {
    let outline = ProjectOutline(project, view)
    let told = self.told
    if view.isFiltered, outline.isEmpty, told.isEmpty { return [] }
    var lines = ["", heading, ""] + told + outline.parts.flatMap(part)
    if !outline.leftOut.isEmpty {
      lines += ["", "\(project.leftOutTitle):", ""] + outline.leftOut.flatMap(part)
    }
    if outline.isEmpty, project.failure == nil { lines.append("nothing to do") }
    return lines
  }

  private var heading: String {
    let facts = project.facts(usual).map { MarkdownText.code($0) }.joined(separator: ", ")
    return "### \(MarkdownText.code(project.plan.project.title))"
      + (facts.isEmpty ? "" : " (\(facts))")
  }

  private var told: [String] {
    let failure = project.failure.map { ["- `!` \(MarkdownText.code($0, limit: 1000))"] } ?? []
    let problems = project.problems.map {
      "- `!` \(MarkdownText.code($0.what, limit: 400)) \(MarkdownText.code($0.reason, limit: 400))"
    }
    return failure + project.notices.map { "- \(MarkdownText.code($0, limit: 600))" } + problems
  }

  // MARK: Parts

  private func part(_ part: ProjectOutline.Part) -> [String] {
    switch part {
    case .collection(let rename):
      let names = "\(MarkdownText.code(rename.from)) → \(MarkdownText.code(rename.to))"
      return ["- `→` **collection** \(names)"]
    case .directories(let all):
      return group(all, title: "→ \(all.count) folders", example: \.from, one: directory)
    case .held(let items):
      let title = "⏸ \(items.count) \(MarkdownText.html("\(items[0].kind)s")) held alike"
      return group(items, title: title, example: \.title, one: held)
    case .changes(let changes):
      let first = changes[0]
      let kind = MarkdownText.html("\(first.rule)s")
      return group(
        changes, title: "\(first.action.symbol) \(changes.count) \(kind)", example: \.name,
        one: change)
    }
  }

  /// - Parameter title: HTML, as Markdown has no meaning in a summary.
  private func group<Item>(
    _ items: [Item], title: String, example: (Item) -> String, one: (Item) -> [String]
  ) -> [String] {
    guard items.count > ProjectOutline.foldAbove, !view.isOpen else { return items.flatMap(one) }
    let names = items.prefix(ProjectOutline.examples).map {
      MarkdownText.html(example($0), limit: 60)
    }
    let summary = "\(title): \(names.joined(separator: ", ")) and \(items.count - names.count) more"
    let shown = items.prefix(ProjectMarkdown.mostInGroup)
    let rest = items.count - shown.count
    return ["", "<details><summary>\(summary)</summary>", ""] + shown.flatMap(one)
      + (rest > 0 ? ["- and \(rest) more"] : []) + ["", "</details>", ""]
  }

  private func directory(_ directory: DirectoryRename) -> [String] {
    let paths = "\(MarkdownText.code(directory.from)) → \(MarkdownText.code(directory.to))"
    return ["- `→` **folder** \(paths) \(MarkdownText.code(directory.title))"]
  }

  private func held(_ item: HeldItem) -> [String] {
    let field = item.path.map { " \(MarkdownText.code($0.description))" } ?? ""
    return [
      "- `⏸` **\(item.scope.rawValue)**\(field) of \(MarkdownText.code("\(item.kind) \(item.title)")) "
        + "held: \(MarkdownText.code(item.reason, limit: 400))",
      "  - to lift it: \(MarkdownText.code(item.remedy, limit: 400))",
    ]
  }

  private func change(_ change: Change) -> [String] {
    let renamed = change.nameBefore.map { "\(MarkdownText.code($0)) → " } ?? ""
    let head =
      "- \(MarkdownText.code(change.action.symbol)) **\(change.action.rawValue)** \(MarkdownText.code(change.rule)) "
      + "\(renamed)\(MarkdownText.code(change.name)) \(MarkdownText.code(change.title))"
    let evidence = change.evidence.map { ["  - evidence: \(MarkdownText.code($0, limit: 400))"] }
    let notes = change.notes.map { "  - note: \(MarkdownText.code($0))" }
    let fields = change.fields(in: view).map { field in
      "  - \(MarkdownText.code(field.path.description)): "
        + "\(MarkdownText.code(ValueText.show(field))) (\(field.reason.rawValue))"
    }
    return [head] + (evidence ?? []) + notes + fields
  }
}
