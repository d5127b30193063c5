/// Splits a scalar's text into plain text and `${…}` expressions.
enum TemplateParser {
  /// Gives nil where the text holds no expression. A text that is exactly one `${…}`, blanks
  /// around it aside, is that expression and keeps its type; any other is a text. `$${` is a
  /// literal `${`.
  static func parse(_ text: String) throws(SyntaxError) -> Expression? {
    let bytes = Array(text.utf8)
    var parts: [Expression.Part] = []
    var literal: [UInt8] = []
    var hasExpression = false
    var position = 0
    while position < bytes.count {
      if bytes[position...].starts(with: "$${".utf8) {
        literal += Array("${".utf8)
        position += 3
      } else if bytes[position...].starts(with: "${".utf8) {
        hasExpression = true
        if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
        literal = []
        let end = try closingBrace(bytes, from: position)
        parts.append(.expression(try expression(bytes[(position + 2)..<end], at: position + 2)))
        position = end + 1
      } else {
        literal.append(bytes[position])
        position += 1
      }
    }
    if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
    if hasExpression { return whole(parts) ?? Expression(form: .template(parts), offset: 0) }
    guard text.contains("$${") else { return nil }
    return Expression(form: .text(String(decoding: literal, as: UTF8.self)), offset: 0)
  }

  private static func whole(_ parts: [Expression.Part]) -> Expression? {
    var single: Expression?
    for part in parts {
      switch part {
      case .text(let text):
        guard text.allSatisfy(\.isWhitespace) else { return nil }
      case .expression(let expression):
        guard single == nil else { return nil }
        single = expression
      }
    }
    return single
  }

  /// Where the `}` of a `${` stands; braces inside quoted texts do not count.
  private static func closingBrace(_ bytes: [UInt8], from start: Int) throws(SyntaxError) -> Int {
    var position = start + 2
    var quote: UInt8?
    var quoteStart = start
    while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        quoteStart = position
      } else if byte == UInt8(ascii: "}") {
        return position
      }
      position += 1
    }
    let isQuote = quote != nil
    throw SyntaxError(
      message: isQuote
        ? "the text that starts here has no closing quote" : "'${' has no closing '}'",
      offset: isQuote ? quoteStart : start,
      hint: "quote the whole value if it holds ': ', ' #' or stands inside { } or [ ]")
  }

  private static func expression(
    _ bytes: ArraySlice<UInt8>, at offset: Int
  ) throws(SyntaxError) -> Expression {
    do {
      let parsed = try ExpressionParser.parse(String(decoding: bytes, as: UTF8.self))
      return parsed.shifted(by: offset)
    } catch {
      throw SyntaxError(message: error.message, offset: error.offset + offset, hint: error.hint)
    }
  }
}

extension Expression {
  /// The same expression with its offsets counted from an earlier start.
  func shifted(by delta: Int) -> Expression {
    func move(_ expression: Expression) -> Expression { expression.shifted(by: delta) }
    let moved: Form
    switch form {
    case .null, .bool, .integer, .number, .text, .name: moved = form
    case .list(let items): moved = .list(items.map(move))
    case .field(let base, let name): moved = .field(move(base), name)
    case .index(let base, let index): moved = .index(move(base), move(index))
    case .call(let name, let items): moved = .call(name, items.map(move))
    case .filter(let base, let name, let items):
      moved = .filter(move(base), name, items.map(move))
    case .coalesce(let left, let right): moved = .coalesce(move(left), move(right))
    case .negate(let operand): moved = .negate(move(operand))
    case .not(let operand): moved = .not(move(operand))
    case .binary(let operation, let left, let right):
      moved = .binary(operation, move(left), move(right))
    case .choice(let condition, let then, let otherwise):
      moved = .choice(condition: move(condition), then: move(then), otherwise: move(otherwise))
    case .template: moved = form
    }
    return Expression(form: moved, offset: offset + delta)
  }
}
