internal import BSON

/// Values as lines that read like the YAML of a test.
struct ValueLines {
  /// Names of documents by their ids, which nobody knows by heart.
  let names: [ObjectID: String]

  /// The fields of a document.
  func lines(_ document: Document) -> [String] {
    document.flatMap { field in entry(ValueLines.text(field.name) + ":", field.value) }
  }

  /// A value after its key or after the dash of a list.
  private func entry(_ head: String, _ value: Value) -> [String] {
    if let scalar = scalar(value) { return ["\(head) \(scalar)"] }
    return [head] + nested(value).map { "  \($0)" }
  }

  private func nested(_ value: Value) -> [String] {
    if let document = value.document { return lines(document) }
    return (value.array ?? .empty).flatMap { item -> [String] in
      guard let document = item.document, !document.isEmpty, document.reference == nil else {
        return entry("-", item.value)
      }
      return lines(document).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }
  }

  /// What fits behind its key; nil for a list or map with something in it.
  private func scalar(_ value: Value) -> String? {
    switch value {
    case .string(let text): ValueLines.text(text)
    case .objectID(let id): names[id].map { "{$ref: \(ValueLines.text($0))}" } ?? "ObjectId(\(id))"
    case .document(let document):
      document.isEmpty ? "{}" : document.reference.map { "{$ref: \(ValueLines.text($0))}" }
    case .array(let list): list.isEmpty ? "[]" : nil
    default: JSONText.write(value)
    }
  }

  /// A text, in quotes where YAML would take it for something else.
  private static func text(_ text: String) -> String {
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return JSONText.quote(text)
    }
    return isPlain(text) ? text : "'\(text.replacing("'", with: "''"))'"
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last, first != " ", last != " " else {
      return false
    }
    let words: Set<String> = ["null", "true", "false", "~"]
    let isSafe = text.allSatisfy { $0.isLetter || $0.isNumber || " _./-".contains($0) }
    return isSafe && first.isLetter && !words.contains(text.lowercased())
  }
}

extension Document {
  /// The name in an expected `{$ref: name}` for which there is no document.
  var reference: String? {
    guard let only = first(where: { _ in true }), only.name == "$ref" else { return nil }
    return only.string
  }
}
