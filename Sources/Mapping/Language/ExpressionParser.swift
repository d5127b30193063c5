/// Parses expressions. From the tightest to the loosest:
///
///     . [] call      postfix
///     -              sign
///     * /
///     + -
///     == != < <= > >= in    do not chain
///     not
///     and
///     or
///     if a then b else c    a and b end at their keyword and may hold any expression
///     | ??           filter and "if null", one level, from left to right
struct ExpressionParser {
  /// Deeper nesting than a person writes; keeps recursion bounded.
  private static let maximumDepth = 60

  private let tokens: [Token]
  private var position = 0
  private var depth = 0

  private init(_ tokens: [Token]) { self.tokens = tokens }

  static func parse(_ text: String) throws(SyntaxError) -> Expression {
    var parser = ExpressionParser(try Lexer.tokens(of: text))
    let expression = try parser.pipeline()
    guard parser.current.kind == .end else { throw parser.unexpected() }
    return expression
  }

  // MARK: Tokens

  private var current: Token { tokens[position] }

  private mutating func take(_ symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String, _ why: String) throws(SyntaxError) {
    guard take(symbol) else {
      throw SyntaxError(
        message: "expected '\(symbol)' \(why), found \(current.shown)", offset: current.offset,
        hint: bindingHint)
    }
  }

  private mutating func name(_ what: String) throws(SyntaxError) -> String {
    guard case .name(let name) = current.kind else {
      throw SyntaxError(
        message: "expected \(what), found \(current.shown)", offset: current.offset)
    }
    position += 1
    return name
  }

  private func unexpected() -> SyntaxError {
    SyntaxError(
      message: "\(current.shown) means nothing here", offset: current.offset, hint: bindingHint)
  }

  /// What most mistakes around filters are.
  private var bindingHint: String? {
    let usesFilter = tokens.contains { $0.isSymbol("|") || $0.isSymbol("??") }
    return usesFilter
      ? "'|' and '??' bind weakest: put ( ) around the filtered value, as in (tasks | length) > 0"
      : nil
  }

  // MARK: Levels

  private mutating func pipeline() throws(SyntaxError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionParser.maximumDepth else {
      throw SyntaxError(message: "the expression is nested too deeply", offset: current.offset)
    }
    var left = try choice()
    while true {
      let offset = current.offset
      if take("|") {
        let filter = try name("the name of a filter")
        let arguments = take("(") ? try list(until: ")") : []
        left = Expression(form: .filter(left, filter, arguments), offset: offset)
      } else if take("??") {
        left = Expression(form: .coalesce(left, try choice()), offset: offset)
      } else {
        return left
      }
    }
  }

  private mutating func choice() throws(SyntaxError) -> Expression {
    let offset = current.offset
    guard take("if") else { return try disjunction() }
    let condition = try pipeline()
    try expect("then", "after the condition")
    let then = try pipeline()
    try expect("else", "after the first result")
    let otherwise = try choice()
    return Expression(
      form: .choice(condition: condition, then: then, otherwise: otherwise), offset: offset)
  }

  private mutating func disjunction() throws(SyntaxError) -> Expression {
    var left = try conjunction()
    while current.isSymbol("or") {
      let offset = current.offset
      position += 1
      left = Expression(form: .binary(.or, left, try conjunction()), offset: offset)
    }
    return left
  }

  private mutating func conjunction() throws(SyntaxError) -> Expression {
    var left = try negation()
    while current.isSymbol("and") {
      let offset = current.offset
      position += 1
      left = Expression(form: .binary(.and, left, try negation()), offset: offset)
    }
    return left
  }

  private mutating func negation() throws(SyntaxError) -> Expression {
    let offset = current.offset
    var count = 0
    while take("not") { count += 1 }
    let operand = try comparison()
    guard count > 0 else { return operand }
    let once = Expression(form: .not(operand), offset: offset)
    return count % 2 == 1 ? once : Expression(form: .not(once), offset: offset)
  }

  private mutating func comparison() throws(SyntaxError) -> Expression {
    let left = try sum()
    guard let operation = comparisonOperator() else { return left }
    let offset = current.offset
    position += 1
    let right = try sum()
    if comparisonOperator() != nil {
      throw SyntaxError(
        message: "comparisons do not chain", offset: current.offset,
        hint: "join two comparisons with 'and'")
    }
    return Expression(form: .binary(operation, left, right), offset: offset)
  }

  private func comparisonOperator() -> BinaryOperator? {
    guard case .symbol(let symbol) = current.kind, BinaryOperator.comparisons.contains(symbol)
    else { return nil }
    return BinaryOperator(rawValue: symbol)
  }

  private mutating func sum() throws(SyntaxError) -> Expression {
    var left = try product()
    while case .symbol(let symbol) = current.kind, symbol == "+" || symbol == "-",
      let operation = BinaryOperator(rawValue: symbol)
    {
      let offset = current.offset
      position += 1
      left = Expression(form: .binary(operation, left, try product()), offset: offset)
    }
    return left
  }

  private mutating func product() throws(SyntaxError) -> Expression {
    var left = try sign()
    while case .symbol(let symbol) = current.kind, symbol == "*" || symbol == "/",
      let operation = BinaryOperator(rawValue: symbol)
    {
      let offset = current.offset
      position += 1
      left = Expression(form: .binary(operation, left, try sign()), offset: offset)
    }
    return left
  }

  private mutating func sign() throws(SyntaxError) -> Expression {
    let offset = current.offset
    guard take("-") else { return try postfix() }
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionParser.maximumDepth else {
      throw SyntaxError(message: "the expression is nested too deeply", offset: offset)
    }
    return Expression(form: .negate(try sign()), offset: offset)
  }

  private mutating func postfix() throws(SyntaxError) -> Expression {
    var base = try primary()
    while true {
      let offset = current.offset
      if take(".") {
        let field = try fieldName()
        base = Expression(form: .field(base, field), offset: offset + 1)
      } else if take("[") {
        let index = try pipeline()
        try expect("]", "after the index")
        base = Expression(form: .index(base, index), offset: offset)
      } else {
        return base
      }
    }
  }

  /// After a dot a keyword is a name as well.
  private mutating func fieldName() throws(SyntaxError) -> String {
    if case .symbol(let word) = current.kind, Lexer.keywords.contains(word) {
      position += 1
      return word
    }
    return try name("the name of a field")
  }

  private mutating func primary() throws(SyntaxError) -> Expression {
    let token = current
    let form: Expression.Form
    switch token.kind {
    case .integer(let number): form = .integer(number)
    case .number(let number): form = .number(number)
    case .text(let text): form = .text(text)
    case .name("null"): form = .null
    case .name("true"): form = .bool(true)
    case .name("false"): form = .bool(false)
    case .name(let name): return try named(name)
    case .symbol("("):
      position += 1
      let inner = try pipeline()
      try expect(")", "to match '('")
      return inner
    case .symbol("["):
      position += 1
      return Expression(form: .list(try list(until: "]")), offset: token.offset)
    case .symbol, .end:
      throw SyntaxError(
        message: "expected a value, found \(token.shown)", offset: token.offset)
    }
    position += 1
    return Expression(form: form, offset: token.offset)
  }

  private mutating func named(_ name: String) throws(SyntaxError) -> Expression {
    let offset = current.offset
    position += 1
    guard take("(") else { return Expression(form: .name(name), offset: offset) }
    return Expression(form: .call(name, try list(until: ")")), offset: offset)
  }

  private mutating func list(until close: String) throws(SyntaxError) -> [Expression] {
    var items: [Expression] = []
    if take(close) { return items }
    repeat { items.append(try pipeline()) } while take(",")
    try expect(close, "at the end of the list")
    return items
  }
}
