internal import BSON
internal import Identity
internal import Planning

/// Changes for a terminal: one by one with their fields, or many in a line.
struct ChangeText {
  private let style: TextStyle
  private let view: PlanView

  init(_ style: TextStyle, _ view: PlanView) {
    self.style = style
    self.view = view
  }

  /// Alike changes in one line.
  func fold(_ group: [Change]) -> String {
    let names = group.prefix(ProjectOutline.examples).map { SafeText.line($0.name, limit: 60) }
    let first = group[0]
    let fields =
      first.action == .create
      ? "" : "  " + first.fields.map { SafeText.line($0.path.description) }.joined(separator: ", ")
    return "  "
      + paint(first, "\(first.action.symbol) \(group.count) \(SafeText.line(first.rule))s")
      + fields + "  " + names.joined(separator: ", ") + " and \(group.count - names.count) more"
  }

  func lines(_ change: Change) -> [String] {
    let rule = SafeText.line(change.rule)
    let renamed = change.nameBefore.map { "\(SafeText.line($0)) → " } ?? ""
    let text = "\(change.action.symbol) \(rule) \(renamed)\(SafeText.line(change.name))"
    let evidence = change.evidence.map { ["evidence: \(SafeText.line($0, limit: 400))"] } ?? []
    let told = evidence + change.notes.map { "note: \(SafeText.line($0))" }
    return ["  " + paint(change, text) + style.paint("  \(SafeText.line(change.title))", .dim)]
      + told.map { "      " + style.paint($0, .dim) }
      + change.fields(in: view).map(line)
  }

  private func line(_ field: FieldChange) -> String {
    "      \(SafeText.line(field.path.description)): \(ValueText.show(field))"
      + style.paint("  (\(field.reason.rawValue))", .dim)
  }

  private func paint(_ change: Change, _ text: String) -> String {
    switch change.action {
    case .create, .restore: style.paint(text, .green)
    case .rename: style.paint(text, .cyan)
    case .update, .adopt: style.paint(text, .yellow)
    case .archive, .delete: style.paint(text, .red)
    }
  }
}

extension Change {
  /// The name that it loses.
  var nameBefore: String? { previousName.flatMap { $0 == name ? nil : $0 } }

  /// The fields that are shown below the change's own line.
  func fields(in view: PlanView) -> [FieldChange] {
    if view.isOpen { return shownFields }
    return action == .create ? [] : shownFields.filter { !isOwnBookkeeping($0) }
  }

  /// Names stand in the line above, the link is ours and changes with what it remembers.
  private func isOwnBookkeeping(_ field: FieldChange) -> Bool {
    field.path == .name || field.reason == .link
  }
}
