/// JSON as a value: what a plan says and what MongoDB holds, compared as a whole.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([JSONValue])
  case map([String: JSONValue])

  subscript(_ names: String...) -> JSONValue? { self[path: names] }

  subscript(path names: [String]) -> JSONValue? {
    var value = self
    for name in names {
      guard case .map(let fields) = value, let next = fields[name] else { return nil }
      value = next
    }
    return value
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var int: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
  var double: Double? { if case .number(let number) = self { number } else { nil } }
  var list: [JSONValue]? { if case .list(let items) = self { items } else { nil } }
  var map: [String: JSONValue]? { if case .map(let fields) = self { fields } else { nil } }
  /// The texts of a list.
  var texts: [String]? { list?.compactMap(\.string) }

  /// An ObjectId in MongoDB's extended JSON.
  static func id(_ hex: String) -> JSONValue { ["$oid": .string(hex)] }
  var id: String? { self["$oid"]?.string }
}

extension JSONValue: Codable {
  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let fields = try? single.decode([String: JSONValue].self) {
      self = .map(fields)
    } else if let items = try? single.decode([JSONValue].self) {
      self = .list(items)
    } else if let text = try? single.decode(String.self) {
      self = .string(text)
    } else if let flag = try? single.decode(Bool.self) {
      self = .bool(flag)
    } else {
      self = .number(try single.decode(Double.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .null: try single.encodeNil()
    case .bool(let flag): try single.encode(flag)
    case .number(let number):
      if let whole = Int(exactly: number) {
        try single.encode(whole)
      } else {
        try single.encode(number)
      }
    case .string(let text): try single.encode(text)
    case .list(let items): try single.encode(items)
    case .map(let fields): try single.encode(fields)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .number(Double(number)) }
  init(floatLiteral number: Double) { self = .number(number) }
  init(booleanLiteral flag: Bool) { self = .bool(flag) }
  init(arrayLiteral items: JSONValue...) { self = .list(items) }
  init(dictionaryLiteral fields: (String, JSONValue)...) {
    self = .map(Dictionary(fields) { _, last in last })
  }
  init(nilLiteral: ()) { self = .null }
}
