/// A word of an expression and where it starts, in bytes from the expression's start.
struct Token: Equatable {
  enum Kind: Equatable {
    case name(String)
    case integer(Int64)
    case number(Double)
    case text(String)
    /// An operator, a bracket or a keyword.
    case symbol(String)
    case end
  }

  let kind: Kind
  let offset: Int

  func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }

  /// The token as a person knows it.
  var shown: String {
    switch kind {
    case .name(let name): "'\(name)'"
    case .integer(let number): "'\(number)'"
    case .number(let number): "'\(number)'"
    case .text(let text): "the text '\(text)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the expression"
    }
  }
}

/// A mistake in an expression; the offset counts bytes from the expression's start.
struct SyntaxError: Error {
  let message: String
  let offset: Int
  var hint: String?
}
