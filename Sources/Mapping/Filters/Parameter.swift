/// What a filter takes in parentheses. Constants are read, and refused, before any data.
struct Parameter: Sendable {
  enum Kind: Sendable {
    case value
    case text
    /// A text that is not empty.
    case separator
    case whole
    /// A whole number from 0 to 100.
    case width
    /// A constant pattern.
    case pattern
    case dateFormat
  }

  /// As the reference writes it.
  let label: String
  let kind: Kind
  var isOptional = false

  init(_ label: String, _ kind: Kind) {
    self.label = label
    self.kind = kind
  }

  static func optional(_ label: String, _ kind: Kind) -> Parameter {
    var parameter = Parameter(label, kind)
    parameter.isOptional = true
    return parameter
  }

  var type: StaticType {
    switch kind {
    case .value: .unknown
    case .text, .separator, .pattern, .dateFormat: .text
    case .whole, .width: .number
    }
  }

  /// Makes an argument of a value.
  func read(_ datum: Datum, of filter: String) throws(Filter.Refusal) -> Argument {
    switch (kind, datum) {
    case (.value, _): return .value(datum)
    case (.text, .text(let text)): return .text(text)
    case (.separator, .text(let text)) where !text.isEmpty: return .text(text)
    case (.whole, .int(let number)): return .whole(Int(number))
    case (.width, .int(let number)) where (0...100).contains(number): return .whole(Int(number))
    case (.dateFormat, .text(let text)): return .dateFormat(try DateFormat(text))
    default: throw Filter.Refusal("'\(filter)' needs \(wanted), not \(datum.shown)")
    }
  }

  private var wanted: String {
    switch kind {
    case .value: "a value"
    case .text, .dateFormat: "a text"
    case .separator: "a text that is not empty"
    case .whole: "a whole number"
    case .width: "a width from 0 to 100"
    case .pattern: "a pattern"
    }
  }
}

/// An argument that was read.
enum Argument {
  case value(Datum)
  case text(String)
  case whole(Int)
  case pattern(Pattern)
  case dateFormat(DateFormat)
}

/// The arguments of one call; those that are optional may be missing.
struct Arguments {
  let all: [Argument]

  private subscript(index: Int) -> Argument? { all.indices.contains(index) ? all[index] : nil }

  func value(_ index: Int) -> Datum {
    if case .value(let datum)? = self[index] { datum } else { .null }
  }

  func text(_ index: Int) -> String? {
    if case .text(let text)? = self[index] { text } else { nil }
  }

  func whole(_ index: Int) -> Int? {
    if case .whole(let number)? = self[index] { number } else { nil }
  }

  func pattern(_ index: Int) throws(Filter.Refusal) -> Pattern {
    guard case .pattern(let pattern)? = self[index] else { throw Filter.Refusal("no pattern") }
    return pattern
  }

  func dateFormat(_ index: Int) -> DateFormat? {
    if case .dateFormat(let format)? = self[index] { format } else { nil }
  }
}
