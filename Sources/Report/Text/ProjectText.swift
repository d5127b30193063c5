internal import BSON
internal import Planning

/// One project of a plan for a terminal.
struct ProjectText {
  private let project: ProjectReport
  private let usual: ProjectSetup
  private let style: TextStyle
  private let view: PlanView

  init(_ project: ProjectReport, usual: ProjectSetup, _ style: TextStyle, _ view: PlanView) {
    self.project = project
    self.usual = usual
    self.style = style
    self.view = view
  }

  var lines: [String] {
    let outline = ProjectOutline(project, view)
    let told = notices + ProjectText.problems(project, style)
    if view.isFiltered, outline.isEmpty, told.isEmpty { return [] }
    var lines = ["", heading] + told + outline.parts.flatMap(part)
    if !outline.leftOut.isEmpty {
      lines.append("  " + style.paint("\(project.leftOutTitle):", .dim))
      lines += outline.leftOut.flatMap(part)
    }
    if outline.isEmpty, project.failure == nil { lines.append("  nothing to do") }
    return lines
  }

  private var heading: String {
    let facts = project.facts(usual).map { SafeText.line($0) }.joined(separator: ", ")
    return style.paint(SafeText.line(project.plan.project.title), .bold)
      + (facts.isEmpty ? "" : " (\(facts))")
  }

  private var notices: [String] {
    let failure = project.failure.map {
      ["  " + style.paint("! \(SafeText.line($0, limit: 1000))", .red)]
    }
    return (failure ?? [])
      + project.notices.map { "  " + style.paint(SafeText.line($0, limit: 600), .yellow) }
  }

  /// What could not be applied, before all that could.
  static func problems(_ project: ProjectReport, _ style: TextStyle) -> [String] {
    project.problems.map { problem in
      "  " + style.paint("! \(SafeText.line(problem.what, limit: 400))", .red)
        + "  \(SafeText.line(problem.reason, limit: 400))"
    }
  }

  private func part(_ part: ProjectOutline.Part) -> [String] {
    switch part {
    case .collection(let rename):
      let names = "\(SafeText.line(rename.from)) → \(SafeText.line(rename.to))"
      return ["  " + style.paint("→ collection \(names)", .cyan)]
    case .directories(let all):
      return folded(all, one: directory) { count in
        ["  " + style.paint("→ and \(count) more folders (--full shows all)", .cyan)]
      }
    case .held(let items):
      return folded(items, one: held) { count in
        let kinds = "\(SafeText.line(items[0].kind))s"
        let text = "⏸ and \(count) more \(kinds) held alike (--full shows all)"
        return ["  " + style.paint(text, .yellow)]
      }
    case .changes(let changes):
      let text = ChangeText(style, view)
      let isFolded = changes.count > ProjectOutline.foldAbove && !view.isOpen
      return isFolded ? [text.fold(changes)] : changes.flatMap(text.lines)
    }
  }

  /// Some of the items and what is said of the rest; all where they are few.
  private func folded<Item>(
    _ items: [Item], one: (Item) -> [String], rest: (Int) -> [String]
  ) -> [String] {
    guard items.count > ProjectOutline.foldAbove, !view.isOpen else { return items.flatMap(one) }
    let shown = items.prefix(ProjectOutline.examples)
    return shown.flatMap(one) + rest(items.count - shown.count)
  }

  private func directory(_ directory: DirectoryRename) -> [String] {
    let paths = "\(SafeText.line(directory.from)) → \(SafeText.line(directory.to))"
    return [
      "  " + style.paint("→ folder \(paths)", .cyan)
        + style.paint("  \(SafeText.line(directory.title))", .dim)
    ]
  }

  private func held(_ item: HeldItem) -> [String] {
    let field = item.path.map { " \(SafeText.line($0.description))" } ?? ""
    let title = "\(SafeText.line(item.kind)) \(SafeText.line(item.title))"
    return [
      "  " + style.paint("⏸ \(title)", .yellow) + "  \(item.scope.rawValue)\(field) held: "
        + SafeText.line(item.reason, limit: 400),
      "      " + style.paint("to lift it: \(SafeText.line(item.remedy, limit: 400))", .dim),
    ]
  }
}
