package import BSON
package import YAML

/// Turns values of a document into parts of a mapping that give just these values.
package struct ConstantWriter {
  /// Deeper values are left out, so that the file stays within YAML's depth.
  private static let maximumDepth = 40

  /// What no mapping can hold and was left out, each with its path and the reason.
  package private(set) var leftOut: [String] = []

  package init() {}

  /// - Parameter path: where the value stands in its document.
  /// - Returns: nil where it is left out.
  package mutating func node(_ value: Value, at path: FieldPath) -> Node? {
    guard path.names.count <= ConstantWriter.maximumDepth else {
      return leave(path, "it is nested deeper than \(ConstantWriter.maximumDepth) levels")
    }
    switch value {
    case .null: return Node(key: "$literal", Node(plain: "null"))
    case .bool(let flag): return Node(plain: flag ? "true" : "false")
    case .int32(let number): return Node(plain: "\(number)")
    case .int64(let number): return Node(plain: "\(number)")
    case .double(let number):
      return number.isFinite ? Node(plain: "\(number)") : leave(path, "it is no finite number")
    case .string(let text): return Node(word: ConstantWriter.template(text))
    case .array(let list): return self.list(list, at: path)
    case .document(let map): return self.map(map, at: path)
    case .unrepresentable(let reason): return leave(path, reason)
    case .objectID, .date, .other:
      return leave(path, "a mapping has no values of the type \(value.type.mongoName)")
    }
  }

  private mutating func list(_ list: Document, at path: FieldPath) -> Node {
    var items: [Node] = []
    for item in list {
      guard let node = node(item.value, at: path.appending(FieldName(item.name))) else { continue }
      items.append(node)
    }
    return Node(.sequence(items))
  }

  private mutating func map(_ map: Document, at path: FieldPath) -> Node {
    var entries: [Node.Entry] = []
    for element in map {
      let name = FieldName(element.name)
      guard name.isAddressable, name.text != "<<" else {
        _ = leave(path.appending(name), "a mapping cannot name it")
        continue
      }
      guard let value = node(element.value, at: path.appending(name)) else { continue }
      entries.append(Node.Entry(key: Node(word: name.text), value: value))
    }
    return Node(.mapping(entries))
  }

  private mutating func leave(_ path: FieldPath, _ reason: String) -> Node? {
    leftOut.append("\(path) is left out: \(reason)")
    return nil
  }

  /// A text as the language has it, where `${` is written `$${`.
  private static func template(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "{", result.last == "$" { result.append("$") }
      result.append(scalar)
    }
    return String(result)
  }
}
