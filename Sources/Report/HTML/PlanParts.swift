internal import BSON
internal import Identity
internal import Planning

/// What is told of one project and what it changes, in the order of its outline: groups that open.
struct PlanParts {
  private let project: ProjectReport
  private let view: PlanView
  private let outline: ProjectOutline
  private let rows: ChangeRows
  /// Before every id, so that two projects have none in common.
  private let prefix: String
  /// So many of one group are shown; nil for all.
  private let most: Int?

  init(_ project: ProjectReport, _ view: PlanView, most: Int) {
    self.project = project
    self.view = view
    self.most = view.isOpen ? nil : most
    outline = ProjectOutline(project, view)
    rows = ChangeRows(project, view)
    prefix = "p-\(project.plan.project.id)"
  }

  /// Nothing has to be done, and nothing is said.
  var isEmpty: Bool { outline.isEmpty && told.isEmpty }

  var told: [String] {
    let failure = project.failure.map { ["<strong class=\"bad\">! \(text($0, 1000))</strong>"] }
    let problems = project.problems.map {
      "<strong class=\"bad\">! \(text($0.what, 400))</strong> \(text($0.reason, 400))"
    }
    let items = (failure ?? []) + project.notices.map { text($0, 600) } + problems
    return items.isEmpty
      ? [] : ["<ul class=\"told\">"] + items.map { "<li>\($0)</li>" } + ["</ul>"]
  }

  var lines: [String] {
    var lines = told + groups(outline.parts, prefix)
    if !outline.leftOut.isEmpty {
      lines.append("<h3 class=\"alone\">\(HTMLText.escape(capital(project.leftOutTitle)))</h3>")
      lines += groups(outline.leftOut, prefix + "-out")
    }
    if outline.isEmpty, project.failure == nil {
      lines.append("<p class=\"quiet\">Nothing to do.</p>")
    }
    return lines
  }

  // MARK: Groups

  private func groups(_ parts: [ProjectOutline.Part], _ prefix: String) -> [String] {
    var used: [String: Int] = [:]
    return parts.flatMap { part -> [String] in
      let kind = PlanParts.kind(part)
      used[kind, default: 0] += 1
      return group(part, id: "\(prefix)-\(kind)-\(used[kind, default: 0])")
    }
  }

  /// What stays the same of a group from one plan to the next.
  private static func kind(_ part: ProjectOutline.Part) -> String {
    switch part {
    case .collection: "collection"
    case .directories: "folders"
    case .changes(let changes): "\(changes[0].action.rawValue)-\(changes[0].rule)"
    case .held(let items): "held-\(items[0].scope.rawValue)-\(items[0].kind)"
    }
  }

  private func group(_ part: ProjectOutline.Part, id: String) -> [String] {
    switch part {
    case .collection(let rename):
      return [
        "<p class=\"banner\"><span class=\"sign busy\">→</span> The collection "
          + "\(HTMLText.code(rename.from)) becomes \(HTMLText.code(rename.to)).</p>"
      ]
    case .directories(let all):
      let title = all.count == 1 ? "Rename a folder" : "Rename \(all.count) folders"
      return open(id, count: all.count, Title("→", "busy", title), columns: ["Folder", "Becomes"])
        + shown(all).map { directory in
          "<tr><th scope=\"row\">\(HTMLText.code(directory.from))"
            + "<p class=\"why\">\(text(directory.title))</p></th>"
            + "<td>\(HTMLText.code(directory.to))</td></tr>"
        } + close(all.count)
    case .held(let items):
      return open(
        id, count: items.count, heldTitle(items), columns: ["Held", "Why", "What lifts it"])
        + shown(items).map(held) + close(items.count)
    case .changes(let changes):
      return open(id, count: changes.count, rows.title(changes), columns: rows.columns)
        + shown(changes).map(rows.row) + close(changes.count)
    }
  }

  /// The line of a group that opens it.
  struct Title {
    let sign: String
    /// A class of the style.
    let tone: String
    /// HTML.
    let text: String
    /// HTML, quieter.
    let more: String

    init(_ sign: String, _ tone: String, _ text: String, more: String = "") {
      self.sign = sign
      self.tone = tone
      self.text = text
      self.more = more
    }
  }

  private func open(_ id: String, count: Int, _ title: Title, columns: [String]) -> [String] {
    let id = HTMLText.escape(id)
    let isOpen = count <= ProjectOutline.foldAbove || view.isOpen
    let more = title.more.isEmpty ? "" : " <span class=\"quiet\">\(title.more)</span>"
    return [
      "<details class=\"group\" id=\"\(id)\"\(isOpen ? " open" : "")>",
      "<summary id=\"\(id)-s\"><span class=\"sign \(title.tone)\">\(HTMLText.escape(title.sign))</span> "
        + "<h3>\(title.text)</h3>\(more)</summary>",
      "<div class=\"scroll\"><table>",
      "<thead><tr>" + columns.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>",
      "<tbody>",
    ]
  }

  private func close(_ count: Int) -> [String] {
    let rest = count - (most.map { min($0, count) } ?? count)
    let more = rest > 0 ? ["<p class=\"rest\">And \(rest) more.</p>"] : []
    return ["</tbody>", "</table></div>"] + more + ["</details>"]
  }

  private func shown<Item>(_ items: [Item]) -> ArraySlice<Item> {
    items.prefix(most ?? items.count)
  }

  // MARK: Held items

  private func heldTitle(_ items: [HeldItem]) -> Title {
    let kind = text(items[0].kind)
    let names = items.prefix(ProjectOutline.examples).map { text($0.title, 60) }
    let rest = items.count > names.count ? " and \(items.count - names.count) more" : ""
    return Title(
      "‖", "warn", items.count == 1 ? "Held: \(kind)" : "Held: \(items.count) \(kind)s",
      more: names.joined(separator: ", ") + rest)
  }

  private func held(_ item: HeldItem) -> String {
    "<tr><th scope=\"row\">\(text(item.title))<p class=\"why\">\(covered(item))</p></th>"
      + "<td>\(text(item.reason, 400))</td><td>\(text(item.remedy, 400))</td></tr>"
  }

  /// What of it is held.
  private func covered(_ item: HeldItem) -> String {
    let kind = text(item.kind)
    switch item.scope {
    case .project: return "the whole project"
    case .entity: return kind
    case .name: return "the name of the \(kind)"
    case .field:
      let path = item.path.map { HTMLText.code($0.description) } ?? ""
      return "the field \(path) of the \(kind)"
    }
  }

  private func text(_ text: String, _ limit: Int = 200) -> String {
    HTMLText.foreign(text, limit: limit)
  }

  private func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
