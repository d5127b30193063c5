internal import BSON

/// A part of a JSON Schema, written in Swift as it stands in JSON.
indirect enum SchemaNode: Sendable {
  struct Member: Sendable {
    let name: String
    let value: SchemaNode
  }

  case object([Member])
  case list([SchemaNode])
  case text(String)
  case flag(Bool)
  case number(Int)

  /// A reference to one of the schema's own definitions.
  static func definition(_ name: String) -> SchemaNode { ["$ref": .text("#/$defs/\(name)")] }

  static func texts(_ texts: [String]) -> SchemaNode { .list(texts.map(SchemaNode.text)) }

  /// An object with these members, in this order.
  static func members(_ members: [(String, SchemaNode)]) -> SchemaNode {
    .object(members.map { Member(name: $0.0, value: $0.1) })
  }

  /// The same object with what people read about it in front.
  func described(_ summary: String) -> SchemaNode {
    guard case .object(let members) = self else { return self }
    return .object([Member(name: "description", value: .text(summary))] + members)
  }

  var bson: BSON.Value {
    switch self {
    case .object(let members):
      .document(
        DocumentWriter.document { writer in
          for member in members { writer.append(FieldName(member.name), member.value.bson) }
        })
    case .list(let items):
      .array(
        DocumentWriter.document { writer in
          for (index, item) in items.enumerated() { writer.append(index: index, item.bson) }
        })
    case .text(let text): .string(text)
    case .flag(let flag): .bool(flag)
    case .number(let number): .int(number)
    }
  }
}

extension SchemaNode: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, SchemaNode)...) { self = .members(elements) }
}

extension SchemaNode: ExpressibleByArrayLiteral {
  init(arrayLiteral elements: SchemaNode...) { self = .list(elements) }
}

extension SchemaNode: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self = .text(text) }
}

extension SchemaNode: ExpressibleByBooleanLiteral {
  init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

extension SchemaNode: ExpressibleByIntegerLiteral {
  init(integerLiteral number: Int) { self = .number(number) }
}
