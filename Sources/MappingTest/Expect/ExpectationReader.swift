internal import YAML

/// Reads `expect`.
struct ExpectationReader {
  /// Has read what the test gives.
  let given: ShowReader
  let mistakes: Mistakes

  private static let lists = ["documents", "held", "held_fields", "skipped", "warnings"]

  init(_ given: ShowReader) {
    self.given = given
    mistakes = given.mistakes
  }

  func read(_ node: Node) -> Expectation {
    let known = ExpectationReader.lists + ["exactly", "fails"]
    var expectation = Expectation()
    guard let fields = mistakes.fields(node, known, of: "'expect'") else { return expectation }
    if fields.keys.allSatisfy({ $0 == "exactly" }) {
      mistakes.report(
        "nothing is expected", at: node.position,
        hint: "say at least one of documents, held, held_fields, skipped, warnings, fails")
    }
    expectation.documents = fields["documents"].map(documents)
    expectation.held = fields["held"].map { mistakes.items($0, of: "held").compactMap(hold) }
    expectation.heldFields = fields["held_fields"].map {
      mistakes.items($0, of: "held_fields").compactMap(fieldHold)
    }
    expectation.skipped = fields["skipped"].map {
      mistakes.items($0, of: "skipped").compactMap(skipped)
    }
    expectation.warnings = fields["warnings"].map {
      mistakes.items($0, of: "warnings").compactMap {
        mistakes.text($0, "a part of a warning", at: $0.position)
      }
    }
    expectation.failure = fields["fails"].flatMap { node in
      mistakes.text(node, "'fails'", at: node.position).map { _ in node }
    }
    expectation.isExact = fields["exactly"].map(flag) ?? false
    return expectation
  }

  private func flag(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node.content, case .bool(let flag) = scalar.value { return flag }
    mistakes.report("'exactly' is true or false", at: node.position)
    return false
  }

  private func documents(_ node: Node) -> [ExpectedDocument] {
    guard let entries = node.entries else {
      mistakes.report(
        "'documents' is a map, not \(node.kind)", at: node.position,
        hint: "write: documents: {the_name: {silo: shots}}")
      return []
    }
    return entries.map { entry in
      let isNone = entry.value.isNull
      if !isNone, entry.value.entries == nil {
        mistakes.report(
          "a document is a map of fields, or null for none, not \(entry.value.kind)",
          at: entry.value.position)
      }
      checkDirectives(entry.value)
      return ExpectedDocument(
        name: entry.name, fields: isNone ? nil : entry.value, position: entry.key.position)
    }
  }

  /// Of the mapping's directives only a reference means something among values.
  private func checkDirectives(_ node: Node) {
    for item in node.items ?? [] { checkDirectives(item) }
    for entry in node.entries ?? [] {
      if entry.name.hasPrefix("$"), node.reference == nil {
        mistakes.report(
          "'\(entry.name)' has no place among expected values", at: entry.key.position,
          hint: "values are those of the document; another document's id is {$ref: its_name}")
      }
      checkDirectives(entry.value)
    }
  }

  private func hold(_ item: Node) -> ExpectedHold? {
    let known = ["kind", "because"]
    guard let fields = given.fields(item, name: "entity", known, of: "a hold") else { return nil }
    let because = because(fields)
    return given.entity(fields, at: item.position).map {
      ExpectedHold(entity: $0, because: because)
    }
  }

  private func fieldHold(_ item: Node) -> ExpectedFieldHold? {
    let known = ["document", "field", "because"]
    guard let fields = mistakes.fields(item, known, of: "a held field") else { return nil }
    let because = because(fields)
    let document = mistakes.text(
      fields["document"], "'document' of a held field", at: item.position)
    let field = mistakes.text(fields["field"], "'field' of a held field", at: item.position)
    guard let document, let field else { return nil }
    return ExpectedFieldHold(document: document, field: field, because: because)
  }

  private func because(_ fields: [String: Node]) -> String? {
    fields["because"].flatMap { mistakes.text($0, "'because'", at: $0.position) }
  }

  private func skipped(_ item: Node) -> NamedEntity? {
    given.fields(item, name: "entity", ["kind"], of: "a skipped entity").flatMap {
      given.entity($0, at: item.position)
    }
  }
}

extension Node {
  /// The name in `{$ref: name}`.
  var reference: String? {
    guard let entries, entries.count == 1, entries[0].name == "$ref" else { return nil }
    return entries[0].value.text
  }
}
