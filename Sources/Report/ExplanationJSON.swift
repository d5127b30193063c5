internal import BSON
internal import Identity
internal import Mapping
internal import Planning

/// An explanation for programs. README.md, "The explanation as JSON", describes the format;
/// additions leave `formatVersion` as it is, all else raises it.
package enum ExplanationJSON {
  package static let formatVersion = 1

  package static func render(_ report: ExplanationReport) -> String {
    let document = DocumentWriter.document { writer in
      writer.append("formatVersion", .int(formatVersion))
      writer.beginDocument("project")
      writer.append("id", report.project.id.description)
      writer.append("name", report.project.title)
      writer.append("collection", text(report.project.collection))
      writer.end()
      list("documents", report.documents, writer) { self.document($0, writer) }
    }
    return JSONText.write(document, .pretty) + "\n"
  }

  private static func document(_ document: ExplainedDocument, _ writer: DocumentWriter) {
    let explanation = document.explanation
    writer.append("entity", explanation.identity.entity.description)
    writer.append("facet", explanation.identity.facet)
    writer.append("kind", explanation.kind)
    writer.append("title", explanation.title)
    outcome(explanation.outcome, writer)
    map("avalon", document.standing, writer) { standing in
      writer.append("_id", standing.id)
      writer.append("name", standing.name)
    }
    map("change", document.change, writer) { change in
      PlanJSON.change(change, nil, writer)
      writer.append("isLeftOut", .bool(document.isLeftOut))
    }
    list("held", document.held, writer) { PlanJSON.held($0, writer) }
    list("rules", explanation.trials, writer) { trial($0, writer) }
    map("name", explanation.name, writer) { name in
      writer.append("value", text(name.effective))
      writer.append("kept", text(name.hold?.reason))
      made(at: name.place, of: name.inputs, writer)
    }
    list("fields", explanation.fields, writer) { field($0, writer) }
    writer.appendArray("notes", explanation.notes.map(Value.string))
    list("standsOn", explanation.standsOn, writer) { neighbour($0, writer) }
    list("carries", explanation.carries, writer) { neighbour($0, writer) }
  }

  private static func outcome(_ outcome: Explanation.Outcome, _ writer: DocumentWriter) {
    var reason: String?
    var causes: [HeldEntity] = []
    switch outcome {
    case .made: writer.append("outcome", "made")
    case .skipped: writer.append("outcome", "skipped")
    case .held(let why, let by):
      writer.append("outcome", "held")
      (reason, causes) = (why, by)
    }
    writer.append("reason", text(reason))
    list("causes", causes, writer) { cause in
      writer.append("entity", cause.identity.entity.description)
      writer.append("facet", cause.identity.facet)
      writer.append("kind", cause.kind)
      writer.append("title", cause.title)
      writer.append("reason", cause.reason)
    }
  }

  private static func trial(_ trial: Explanation.Trial, _ writer: DocumentWriter) {
    writer.append("rule", trial.rule)
    writer.append("holds", trial.holds.map(Value.bool) ?? .null)
    place(trial.place, writer)
    list("conditions", trial.conditions, writer) { condition in
      writer.append("name", condition.name)
      switch condition.result {
      case .holds: result(true, nil, writer)
      case .fails: result(false, nil, writer)
      case .mistake(let reason): result(nil, reason, writer)
      }
      made(at: condition.place, of: condition.inputs, writer)
    }
  }

  private static func result(_ holds: Bool?, _ failure: String?, _ writer: DocumentWriter) {
    writer.append("holds", holds.map(Value.bool) ?? .null)
    writer.append("failure", text(failure))
  }

  private static func field(_ field: Explanation.Field, _ writer: DocumentWriter) {
    writer.append("path", field.path.description)
    if let value = field.value { writer.append("value", value) }
    writer.append("ownership", ownership(field.ownership))
    writer.append("held", text(field.hold))
    made(at: field.place, of: field.inputs, writer)
  }

  private static func ownership(_ ownership: Ownership) -> String {
    switch ownership {
    case .own: "own"
    case .seed: "seed"
    case .merge: "merge"
    }
  }

  private static func neighbour(_ neighbour: Explanation.Neighbour, _ writer: DocumentWriter) {
    writer.append("rule", neighbour.rule)
    writer.append("name", neighbour.name)
  }

  // MARK: What all have

  /// The line of the mapping, and what it read.
  private static func made(
    at place: Explanation.Place, of inputs: [Explanation.Input], _ writer: DocumentWriter
  ) {
    self.place(place, writer)
    list("inputs", inputs, writer) { input in
      writer.append("path", input.path)
      writer.append("value", input.value)
    }
  }

  private static func place(_ place: Explanation.Place, _ writer: DocumentWriter) {
    writer.append("place", place.line)
    writer.append("line", place.text)
  }

  private static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }

  private static func map<Item>(
    _ name: FieldName, _ item: Item?, _ writer: DocumentWriter, _ body: (Item) -> Void
  ) {
    guard let item else { return writer.append(name, .null) }
    writer.beginDocument(name)
    body(item)
    writer.end()
  }

  private static func list<Item>(
    _ name: FieldName, _ items: [Item], _ writer: DocumentWriter, _ body: (Item) -> Void
  ) {
    writer.beginArray(name)
    for (index, item) in items.enumerated() {
      writer.beginDocument(index: index)
      body(item)
      writer.end()
    }
    writer.end()
  }
}
