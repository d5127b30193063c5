internal import BSON
internal import YAML

extension Value {
  /// What a node of a test's file says, as Kitsu's JSON would come out in BSON.
  init(_ node: Node) {
    switch node.content {
    case .scalar(let scalar): self = Value(scalar)
    case .sequence(let items):
      self = .array(
        DocumentWriter.document { writer in
          for (index, item) in items.enumerated() { writer.append(index: index, Value(item)) }
        })
    case .mapping(let entries):
      self = .document(
        DocumentWriter.document { writer in
          for entry in entries { writer.append(FieldName(entry.name), Value(entry.value)) }
        })
    }
  }

  init(_ scalar: Node.Scalar) {
    switch scalar.value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(Int(number))
    case .double(let number):
      self = number.isFinite ? .double(number) : .unrepresentable("the number \(number)")
    case .text(let text): self = Value(text: text)
    }
  }

  init(text: String) {
    self =
      text.utf8.contains(0) ? .unrepresentable("a text with a NUL character") : .string(text)
  }

  static func list(_ texts: [String]) -> Value {
    .array(
      DocumentWriter.document { writer in
        for (index, text) in texts.enumerated() { writer.append(index: index, .string(text)) }
      })
  }

  static func list(_ documents: [Document]) -> Value {
    .array(
      DocumentWriter.document { writer in
        for (index, item) in documents.enumerated() { writer.append(index: index, .document(item)) }
      })
  }
}
