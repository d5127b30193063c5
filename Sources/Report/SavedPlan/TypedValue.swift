internal import BSON

/// Values as JSON that tells every type of BSON apart, as MongoDB's extended JSON does; a map that
/// looks like such a form itself stands under `$literal`.
enum TypedValue {
  static func json(_ value: Value) -> Value {
    switch value {
    case .null, .bool, .int32, .string: value
    case .double(let number): number.isFinite ? value : form("$numberDouble", .string("\(number)"))
    case .int64(let number): form("$numberLong", .string("\(number)"))
    case .objectID(let id): form("$oid", .string(id.description))
    case .date(let time): form("$date", form("$numberLong", .string("\(time)")))
    case .document(let map): json(map: map)
    case .array(let list): json(list: list)
    case .unrepresentable(let reason): form("$unrepresentable", .string(reason))
    case .other(let type, let bytes): raw(type, bytes)
    }
  }

  private static func json(map: Document) -> Value {
    var names: Set<String> = []
    let isUnique = map.allSatisfy { names.insert($0.name).inserted }
    // A stored document may have a name twice, JSON may not.
    guard isUnique else { return raw(.document, map.withBytes { Array($0) }) }
    let typed = DocumentWriter.document { writer in
      for element in map { writer.append(FieldName(element.name), json(element.value)) }
    }
    let isForm = names.contains { $0.hasPrefix("$") }
    return isForm ? form("$literal", .document(typed)) : .document(typed)
  }

  private static func json(list: Document) -> Value {
    let typed = DocumentWriter.document { writer in
      for (index, element) in list.enumerated() { writer.append(index: index, json(element.value)) }
    }
    return .array(typed)
  }

  private static func raw(_ type: ElementType, _ bytes: [UInt8]) -> Value {
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return form("$bson", .string("\(type.mongoName) \(digits)"))
  }

  private static func form(_ name: FieldName, _ value: Value) -> Value {
    .document(DocumentWriter.document { $0.append(name, value) })
  }
}
