internal import BSON
internal import Identity
internal import Planning

/// Changes as rows of a table: the document, what changes, and what became of it.
struct ChangeRows {
  private let view: PlanView
  /// Empty where nothing was applied.
  private let outcomes: [String: Outcome]

  init(_ project: ProjectReport, _ view: PlanView) {
    self.view = view
    let applied = project.applied.map { Array(zip($0.plan.changes, $0.outcomes)) } ?? []
    outcomes = Dictionary(applied.map { (ChangeRows.id($0.0), $0.1) }) { first, _ in first }
  }

  /// A document can change twice: once on its way to a name that is not free yet.
  private static func id(_ change: Change) -> String { "c-\(change.id)-\(change.wave)" }

  var columns: [String] {
    ["Document", "What changes"] + (outcomes.isEmpty ? [] : ["Outcome"])
  }

  func title(_ changes: [Change]) -> PlanParts.Title {
    let first = changes[0]
    let verb = first.action.rawValue.prefix(1).uppercased() + first.action.rawValue.dropFirst()
    let rule = HTMLText.foreign(first.rule)
    let names = changes.prefix(ProjectOutline.examples).map { HTMLText.code($0.name, limit: 60) }
    let rest = changes.count > names.count ? " and \(changes.count - names.count) more" : ""
    return PlanParts.Title(
      first.action.symbol, ChangeRows.tone(first.action),
      changes.count == 1 ? "\(verb) \(rule)" : "\(verb) \(changes.count) \(rule)s",
      more: names.joined(separator: ", ") + rest)
  }

  private static func tone(_ action: Action) -> String {
    switch action {
    case .create, .restore: "good"
    case .rename: "busy"
    case .update, .adopt: "warn"
    case .archive, .delete: "bad"
    }
  }

  func row(_ change: Change) -> String {
    let before = change.nameBefore.map { "<del>\(HTMLText.code($0))</del> → " } ?? ""
    let evidence = change.evidence.map { [told("evidence", $0)] } ?? []
    let notes = evidence + change.notes.map { told("note", $0) }
    return "<tr><th scope=\"row\">\(before)\(HTMLText.code(change.name))"
      + "<p class=\"why\">\(HTMLText.foreign(change.title))</p></th>"
      + "<td>\(notes.joined())\(fields(change))</td>\(outcome(change))</tr>"
  }

  private func told(_ label: String, _ text: String) -> String {
    "<p class=\"why\">\(label): \(HTMLText.foreign(text, limit: 400))</p>"
  }

  /// The fields of new documents are there for whoever opens them.
  private func fields(_ change: Change) -> String {
    let shown = change.fields(in: view)
    guard shown.isEmpty, change.action == .create else { return list(shown) }
    let all = change.shownFields
    guard !all.isEmpty else { return "" }
    let count = all.count == 1 ? "1 field" : "\(all.count) fields"
    let id = ChangeRows.id(change)
    return "<details id=\"\(id)\"><summary id=\"\(id)-s\">\(count)</summary>\(list(all))</details>"
  }

  private func list(_ fields: [FieldChange]) -> String {
    guard !fields.isEmpty else { return "" }
    let items = fields.map { field in
      "<li>\(HTMLText.code(field.path.description)): \(value(field)) "
        + "<span class=\"quiet\">\(HTMLText.escape(field.reason.rawValue))</span></li>"
    }
    return "<ul class=\"plain\">\(items.joined())</ul>"
  }

  private func value(_ field: FieldChange) -> String {
    func show(_ value: Value?) -> String { "<bdi>\(XMLText.escape(ValueText.show(value)))</bdi>" }
    if field.reason == .items, ValueText.items(from: field.before, to: field.after) != nil {
      return "<bdi>\(XMLText.escape(ValueText.show(field)))</bdi>"
    }
    let after = "<ins>\(show(field.after))</ins>"
    return field.before == nil ? after : "<del>\(show(field.before))</del> → \(after)"
  }

  private func outcome(_ change: Change) -> String {
    guard !outcomes.isEmpty else { return "" }
    guard let outcome = outcomes[ChangeRows.id(change)] else { return "<td></td>" }
    let tone = outcome == .applied ? "good" : "bad"
    let reason = outcome.reason.map { "<p class=\"why\">\(HTMLText.foreign($0, limit: 400))</p>" }
    return "<td><span class=\"\(tone)\">\(outcome.name)</span>\(reason ?? "")</td>"
  }
}
