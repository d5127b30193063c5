internal import BSON
internal import YAML

/// What is expected as a value, and of a document just as much as is expected of it.
enum Projection {
  /// - Parameter ids: of documents by their names, for `{$ref: name}`; one for which there is no
  ///   document stays as it is written, and so equals nothing.
  static func expected(_ node: Node, _ ids: [String: ObjectID]) -> Value {
    if let name = node.reference, let id = ids[name] { return .objectID(id) }
    if let items = node.items {
      return .array(
        DocumentWriter.document { writer in
          for (index, item) in items.enumerated() {
            writer.append(index: index, expected(item, ids))
          }
        })
    }
    guard let entries = node.entries else { return Value(node) }
    return .document(
      DocumentWriter.document { writer in
        for entry in entries { writer.append(FieldName(entry.name), expected(entry.value, ids)) }
      })
  }

  /// The value in the form of the expected one: of maps the fields that are expected, in that order.
  /// - Returns: equal to the expected one where it is as expected; nil where there is no value.
  static func of(_ value: Value?, onto expected: Value) -> Value? {
    guard let value else { return expected == .null ? .null : nil }
    if value == expected { return expected }
    if let document = value.document, let wanted = expected.document {
      return .document(fields(document, wanted))
    }
    if let list = value.array, let wanted = expected.array { return .array(items(list, wanted)) }
    return value
  }

  static func fields(_ document: Document, _ expected: Document) -> Document {
    DocumentWriter.document { writer in
      for field in expected {
        let name = FieldName(field.name)
        if let value = of(document[name], onto: field.value) { writer.append(name, value) }
      }
    }
  }

  private static func items(_ list: Document, _ expected: Document) -> Document {
    let wanted = expected.map(\.value)
    return DocumentWriter.document { writer in
      for (index, item) in list.enumerated() {
        let value = index < wanted.count ? of(item.value, onto: wanted[index]) : item.value
        writer.append(index: index, value ?? item.value)
      }
    }
  }
}
