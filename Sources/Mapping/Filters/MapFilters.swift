internal import BSON

extension Filter {
  static let mapFilters: [Filter] = [
    Filter(
      "keys", inputs: [.map], result: .always(.list(.text)), "the names of a map's fields",
      [Example(#"'{"a": 1, "b": 2}' | parse_json | keys"#, #"["a","b"]"#)]
    ) { (datum, _) throws(Refusal) in
      .list(try fields(datum, "keys").map { .text($0.name) })
    },
    Filter(
      "values", inputs: [.map], result: .always(.list(.unknown)), "the values of a map's fields",
      [Example(#"'{"a": 1, "b": 2}' | parse_json | values"#, "[1,2]")]
    ) { (datum, _) throws(Refusal) in
      var values: [Datum] = []
      for element in try fields(datum, "values") { values.append(try sound(element)) }
      return .list(values)
    },
    Filter(
      "lookup", [Parameter("'table'", .text), .optional("default", .value)],
      result: .always(.unknown),
      "the value at that key of one of the mapping's `tables`; the default, or null, where there is "
        + "none",
      [
        Example("'Props' | lookup('silos')", #""prop""#),
        Example("'FX' | lookup('silos', 'other')", #""other""#),
      ],
      work: .lookup),
    Filter(
      "json", result: .always(.text), "the value as JSON in one line, fields in Kitsu's order",
      [Example("[1, 'a', null] | json", #""[1,\"a\",null]""#)]
    ) { (datum, _) throws(Refusal) in
      .text(JSONText.write(try value(datum)))
    },
    Filter(
      "parse_json", inputs: [.text], result: .always(.unknown), "the value of a JSON text",
      [Example("'[1, 2]' | parse_json | last", "2")]
    ) { (datum, _) throws(Refusal) in
      try parse(try text(datum, "parse_json"))
    },
  ]

  private static func fields(_ datum: Datum, _ filter: String) throws(Refusal) -> [Element] {
    guard case .map(let map) = datum else {
      throw Refusal("'\(filter)' needs a map, not \(datum.shown)")
    }
    return Array(map)
  }

  private static func sound(_ element: Element) throws(Refusal) -> Datum {
    if let flaw = element.flaw { throw Refusal("'\(element.name)' cannot be used: \(flaw)") }
    return Datum(element: element)
  }

  private static func value(_ datum: Datum) throws(Refusal) -> Value {
    switch datum {
    case .null: return .null
    case .bool(let flag): return .bool(flag)
    case .int(let number): return .int(Int(number))
    case .double(let number): return .double(number)
    case .text(let text): return .string(text)
    case .id(let id): return .string(id.description)
    case .map(let map):
      try checkAll(map)
      return .document(map)
    case .rawList(let list):
      try checkAll(list)
      return .array(list)
    case .list(let items):
      var values: [Value] = []
      for item in items { values.append(try value(item)) }
      return .array(
        DocumentWriter.document { writer in
          for (index, value) in values.enumerated() { writer.append(index: index, value) }
        })
    case .record: throw Refusal("'json' needs a value, not \(datum.shown)")
    }
  }

  private static func checkAll(_ value: Document) throws(Refusal) {
    for element in value {
      _ = try sound(element)
      if let inner = element.document ?? element.array { try checkAll(inner) }
    }
  }

  /// The text stands as the one item of a list; it cannot end that and go on, as the reader refuses
  /// a name that occurs twice.
  private static func parse(_ text: String) throws(Refusal) -> Datum {
    try check(text: text.utf8.count)
    let root: Document
    do {
      root = try JSON.document("{\"\": [\(text)\n]}")
    } catch {
      throw Refusal("'parse_json' cannot read the text: \(error.reason)")
    }
    let elements = Array(root)
    guard elements.count == 1, let items = elements[0].array.map(Array.init), items.count == 1
    else { throw Refusal("'parse_json' needs one JSON value") }
    return try sound(items[0])
  }
}
