/// Cuts an expression into tokens.
struct Lexer {
  static let keywords: Set<String> = ["and", "or", "not", "in", "if", "then", "else"]
  private static let operators = [
    "??", "==", "!=", "<=", ">=", "|", ".", ",", "(", ")", "[", "]", "+", "-", "*", "/", "<", ">",
  ]

  private let bytes: [UInt8]
  private var offset = 0

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// More than a person writes; keeps the depth of every later recursion bounded.
  private static let maximumTokens = 1000

  static func tokens(of text: String) throws(SyntaxError) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    repeat {
      guard tokens.count < maximumTokens else {
        throw SyntaxError(message: "the expression is too long", offset: lexer.offset)
      }
      tokens.append(try lexer.next())
    } while tokens.last?.kind != .end
    return tokens
  }

  private mutating func next() throws(SyntaxError) -> Token {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    let start = offset
    guard offset < bytes.count else { return Token(kind: .end, offset: start) }
    let byte = bytes[offset]
    if Lexer.startsName(byte) { return Token(kind: word(), offset: start) }
    if Lexer.isDigit(byte) { return Token(kind: try number(), offset: start) }
    if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
      return Token(kind: try text(quote: byte), offset: start)
    }
    for symbol in Lexer.operators where bytes[offset...].starts(with: symbol.utf8) {
      offset += symbol.utf8.count
      return Token(kind: .symbol(symbol), offset: start)
    }
    throw unexpected(byte)
  }

  private func unexpected(_ byte: UInt8) -> SyntaxError {
    let rest = String(decoding: bytes[offset...], as: UTF8.self)
    let character = rest.first.map(String.init) ?? "?"
    let hints = [
      "=": "compare with '=='", "&": "write 'and'", "!": "write 'not'", "?": "write '??'",
    ]
    return SyntaxError(
      message: "'\(character)' means nothing here", offset: offset, hint: hints[character])
  }

  private mutating func word() -> Token.Kind {
    let start = offset
    while offset < bytes.count, Lexer.startsName(bytes[offset]) || Lexer.isDigit(bytes[offset]) {
      offset += 1
    }
    let word = String(decoding: bytes[start..<offset], as: UTF8.self)
    return Lexer.keywords.contains(word) ? .symbol(word) : .name(word)
  }

  private mutating func number() throws(SyntaxError) -> Token.Kind {
    let start = offset
    while offset < bytes.count, Lexer.isDigit(bytes[offset]) { offset += 1 }
    let isFraction =
      offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: ".")
      && Lexer.isDigit(bytes[offset + 1])
    if isFraction {
      offset += 1
      while offset < bytes.count, Lexer.isDigit(bytes[offset]) { offset += 1 }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isFraction, let number = Double(text) { return .number(number) }
    guard let number = Int64(text) else {
      throw SyntaxError(message: "the number \(text) is too large", offset: start)
    }
    return .integer(number)
  }

  /// `'…'` or `"…"`; a doubled quote stands for one, a backslash has no meaning.
  private mutating func text(quote: UInt8) throws(SyntaxError) -> Token.Kind {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      guard byte == quote else {
        content.append(byte)
        continue
      }
      guard offset < bytes.count, bytes[offset] == quote else {
        return .text(String(decoding: content, as: UTF8.self))
      }
      content.append(quote)
      offset += 1
    }
    throw SyntaxError(message: "the text that starts here has no closing quote", offset: start)
  }

  static func startsName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
