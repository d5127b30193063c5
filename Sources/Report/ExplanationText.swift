internal import BSON
internal import Mapping
internal import Planning

/// Why documents are as they are, or are not there, for people.
package enum ExplanationText {
  package static func render(_ report: ExplanationReport, style: TextStyle) -> String {
    report.documents.map { document($0, of: report.project, style) }.joined(separator: "\n")
  }

  private static func document(
    _ document: ExplainedDocument, of project: PlannedProject, _ style: TextStyle
  ) -> String {
    let explanation = document.explanation
    var lines = [
      style.paint("\(explanation.kind) \(SafeText.line(explanation.title))", .bold)
        + " of \(SafeText.line(project.title))"
    ]
    lines.append("  \(state(document, in: project))")
    lines += explanation.trials.flatMap { trial($0, style) }
    lines += outcome(explanation, document.held, style)
    if let name = explanation.name { lines += self.name(name, style) }
    lines += explanation.fields.flatMap { field($0, document.change, style) }
    lines += explanation.notes.map { "  note: \(SafeText.line($0))" }
    lines += neighbours("stands on", explanation.standsOn)
    lines += neighbours("carries", explanation.carries)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func state(_ document: ExplainedDocument, in project: PlannedProject) -> String {
    let place = document.standing.map { standing in
      let collection = SafeText.line(project.collection ?? "?")
      return "in Avalon as '\(SafeText.line(standing.name))' (_id \(standing.id), collection "
        + "'\(collection)')"
    }
    guard let change = document.change else {
      return place.map { $0 + ", nothing to change" } ?? "not in Avalon"
    }
    let what = "\(change.action.symbol) \(change.action.rawValue)"
    return (place ?? "not in Avalon")
      + (document.isLeftOut
        ? "; the policy leaves out: \(what)" : "; plan: \(what) '\(SafeText.line(change.name))'")
  }

  private static func trial(_ trial: Explanation.Trial, _ style: TextStyle) -> [String] {
    let verdict =
      trial.holds == true ? "is for it" : trial.holds == false ? "is not for it" : "failed"
    var lines = ["  rule \(trial.rule) \(verdict)  \(place(trial.place, style))"]
    for condition in trial.conditions where condition.result != .holds || trial.holds != true {
      let result: String
      switch condition.result {
      case .holds: result = "holds"
      case .fails: result = "does not hold"
      case .mistake(let reason): result = SafeText.line(reason)
      }
      lines.append(
        "    when \(condition.name): \(result)  \(place(condition.place, style))")
      lines += inputs(condition.inputs)
    }
    return lines
  }

  private static func outcome(
    _ explanation: Explanation, _ held: [HeldItem], _ style: TextStyle
  ) -> [String] {
    var lines: [String] = []
    switch explanation.outcome {
    case .made: break
    case .skipped: lines.append("  skipped: no rule is for it")
    case .held(let reason, let causes):
      lines.append("  " + style.paint("held: \(SafeText.line(reason, limit: 500))", .yellow))
      for cause in causes {
        lines.append(
          "    because \(cause.kind) \(SafeText.line(cause.title)) is held: "
            + SafeText.line(cause.reason, limit: 500))
      }
    }
    for item in held {
      if item.scope != .entity {
        let what = item.path.map { "\($0)" } ?? item.scope.rawValue
        lines.append(
          "  " + style.paint("held: \(what): \(SafeText.line(item.reason, limit: 500))", .yellow))
      }
      lines.append("    to lift it: \(SafeText.line(item.remedy))")
    }
    return lines
  }

  private static func name(_ name: Explanation.Name, _ style: TextStyle) -> [String] {
    let value = name.effective.map { "\"\(SafeText.line($0))\"" } ?? "(held)"
    return ["  name = \(value)  \(place(name.place, style))"] + inputs(name.inputs)
      + (name.hold.map { ["    kept: \(SafeText.line($0.reason, limit: 500))"] } ?? [])
  }

  private static func field(
    _ field: Explanation.Field, _ change: Change?, _ style: TextStyle
  ) -> [String] {
    let ownership =
      switch field.ownership {
      case .own: ""
      case .seed: " (seed: written once)"
      case .merge: " (merge: our items)"
      }
    var lines = [
      "  \(SafeText.line(field.path.description)) = \(ValueText.show(field.value))\(ownership)  "
        + place(field.place, style)
    ]
    lines += inputs(field.inputs)
    if let hold = field.hold {
      lines.append("    " + style.paint("held: \(SafeText.line(hold, limit: 500))", .yellow))
    }
    for difference in change?.fields ?? [] where isPart(difference.path, of: field.path) {
      lines.append("    Avalon has \(ValueText.show(difference.before)) at \(difference.path)")
    }
    return lines
  }

  private static func isPart(_ path: FieldPath, of whole: FieldPath) -> Bool {
    path == whole || path.description.hasPrefix("\(whole).")
  }

  private static func inputs(_ inputs: [Explanation.Input]) -> [String] {
    inputs.map { "    \(SafeText.line($0.path)) = \(SafeText.line($0.value))" }
  }

  private static func place(_ place: Explanation.Place, _ style: TextStyle) -> String {
    style.paint("# \(SafeText.line(place.line))", .dim)
  }

  private static func neighbours(_ what: String, _ all: [Explanation.Neighbour]) -> [String] {
    guard !all.isEmpty else { return [] }
    let shown = all.prefix(5).map { SafeText.line($0.name) }.joined(separator: ", ")
    return ["  \(what): \(shown)" + (all.count > 5 ? " and \(all.count - 5) more" : "")]
  }
}
