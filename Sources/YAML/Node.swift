/// A node of a YAML tree with its place in the file.
package struct Node: Sendable {
  package enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  package struct Scalar: Sendable {
    package let text: String
    /// Quoted and block scalars are text whatever they look like.
    package let isPlain: Bool
    let origin: TextOrigin
  }

  package struct Entry: Sendable {
    package let key: Node
    package let value: Node

    package init(key: Node, value: Node) {
      self.key = key
      self.value = value
    }

    /// Keys are scalars: the parser refuses others.
    package var name: String { key.text ?? "" }
  }

  package let content: Content
  package let position: Position

  package init(content: Content, position: Position) {
    self.content = content
    self.position = position
  }

  package var text: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
  package var items: [Node]? { if case .sequence(let items) = content { items } else { nil } }
  package var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  package subscript(name: String) -> Node? { entries?.first { $0.name == name }?.value }

  /// "a map", "a list", "a text": for messages.
  package var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isPlain && scalar.value == .null ? "nothing" : "a value"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  /// The place of a byte of a scalar's text; the scalar's own place where escapes or folded lines
  /// make that unknown.
  package func position(ofTextByte offset: Int) -> Position {
    guard case .scalar(let scalar) = content,
      let byte = scalar.origin.byte(of: offset, in: scalar.text)
    else { return position }
    return position.file.position(ofByte: byte)
  }
}

/// What a scalar means by YAML 1.2's core schema: `on`, `yes` and `1:30` are text.
package enum ScalarValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case text(String)
}

extension Node.Scalar {
  /// A scalar that stands in no file letter by letter.
  package init(text: String, isPlain: Bool = true) {
    self.init(text: text, isPlain: isPlain, origin: .unknown)
  }

  package var value: ScalarValue {
    guard isPlain else { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .double(.nan)
    case ".inf", "+.inf", ".Inf", ".INF": return .double(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
    default: return number ?? .text(text)
    }
  }

  private var number: ScalarValue? {
    guard let first = text.utf8.first, first < 0x3A else { return nil }
    if text.hasPrefix("0x") { return whole(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return whole(text.dropFirst(2), radix: 8) }
    if let integer = Int64(text) { return .int(integer) }
    let allowed = Set("0123456789+-.eE")
    guard text.allSatisfy(allowed.contains), let double = Double(text), double.isFinite else {
      return nil
    }
    return .double(double)
  }

  private func whole(_ digits: Substring, radix: Int) -> ScalarValue? {
    guard let first = digits.first, first != "+", first != "-" else { return nil }
    return Int64(digits, radix: radix).map(ScalarValue.int)
  }
}
