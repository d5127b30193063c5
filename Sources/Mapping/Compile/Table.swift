internal import BSON
internal import YAML

/// A look-up table of a mapping (`tables:`): values by key.
struct Table {
  let document: Document
  private let values: [String: Datum]

  init(_ document: Document) {
    self.document = document
    var values: [String: Datum] = [:]
    for element in document { values[element.name] = Datum(element: element) }
    self.values = values
  }

  /// Nil where the table has no such key.
  func value(_ key: String) -> Datum? { values[key] }
}

extension ExpressionCompiler {
  /// Reads `tables:`, maps of maps.
  func compileTable(_ entry: Node.Entry) {
    guard let entries = entry.value.entries else {
      return report("a table is a map, not \(entry.value.kind)", at: entry.value.position)
    }
    let document = DocumentWriter.document { writer in
      for item in entries { writer.append(FieldName(item.name), literal(item.value)) }
    }
    tables[entry.name] = Table(document)
  }

  /// `tables.NAME`, a whole table as a map.
  func table(_ name: String, _ position: Position) -> Compiled {
    guard let table = tables[name] else {
      return mistake(
        "there is no table '\(name)'", position,
        hint: tables.isEmpty
          ? "tables stand under 'tables:'" : Suggestion.hint(for: name, in: Array(tables.keys)))
    }
    return Compiled(evaluator: ConstantEvaluator(.map(table.document), position), type: .map)
  }

  /// A value as it stands in the file.
  func literal(_ node: Node) -> Value {
    switch node.content {
    case .scalar(let scalar):
      switch scalar.value {
      case .null: return .null
      case .bool(let flag): return .bool(flag)
      case .int(let number): return .int(Int(number))
      case .double(let number): return .double(number)
      case .text(let text): return .string(text)
      }
    case .sequence(let items):
      let document = DocumentWriter.document { writer in
        for (index, item) in items.enumerated() { writer.append(index: index, literal(item)) }
      }
      return .array(document)
    case .mapping(let entries):
      let document = DocumentWriter.document { writer in
        for entry in entries {
          checkFieldName(entry)
          writer.append(FieldName(entry.name), literal(entry.value))
        }
      }
      return .document(document)
    }
  }

  func checkFieldName(_ entry: Node.Entry) {
    if !FieldName(entry.name).isAddressable {
      report("'\(entry.name)' cannot be a field's name in MongoDB", at: entry.key.position)
    }
  }
}
