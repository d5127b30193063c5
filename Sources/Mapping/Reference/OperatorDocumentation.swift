/// The operators from the tightest to the loosest, as ``ExpressionParser`` has them.
struct OperatorDocumentation: Sendable {
  let operators: [String]
  let summary: String
  let examples: [Example]

  private init(_ operators: [String], _ summary: String, _ examples: [Example]) {
    self.operators = operators
    self.summary = summary
    self.examples = examples
  }

  static let levels = [
    OperatorDocumentation(
      [".", "[]", "f(x)"], "a field, an item (`-1` is the last) or a key, a function",
      [
        Example("['a', 'b'][-1]", #""b""#),
        Example(#"('{"a b": 1}' | parse_json)['a b']"#, "1"),
      ]),
    OperatorDocumentation(["-"], "the sign", [Example("-2 * 3", "-6")]),
    OperatorDocumentation(
      ["*", "/"], "whole numbers stay whole where they can",
      [Example("7 / 2", "3.5"), Example("6 / 2", "3")]),
    OperatorDocumentation(
      ["+", "-"], "from left to right", [Example("10 - 4 - 3", "3"), Example("2 + 3 * 4", "14")]),
    OperatorDocumentation(
      ["==", "!=", "<", "<=", ">", ">=", "in"], "true or false; they do not chain",
      [Example("1 + 1 in [2]", "true")]),
    OperatorDocumentation(["not"], "the opposite", [Example("not 1 == 2", "true")]),
    OperatorDocumentation(["and"], "both", [Example("not false and false", "false")]),
    OperatorDocumentation(["or"], "one of them", [Example("true or false and false", "true")]),
    OperatorDocumentation(
      ["if a then b else c"],
      "`a` and `b` may hold any expression. A filter behind `c` is over the whole `if`; one over `c` "
        + "alone stands with it in parentheses: <code>else (c &#124; f)</code>",
      [
        Example("if 1 > 2 then 'a' else 'b'", #""b""#),
        Example("if true then 'A' else 'B' | lowercase", #""a""#),
        Example("if true then 'A' else ('B' | lowercase)", #""A""#),
      ]),
    OperatorDocumentation(
      ["|", "??"], "a filter, and \"if null\": one level, from left to right",
      [Example("null ?? 'A' | lowercase", #""a""#)]),
  ]
}

/// What is called by name, with its arguments in parentheses.
struct FunctionDocumentation: Sendable {
  let usage: String
  let summary: String
  let examples: [Example]

  static let all = [
    FunctionDocumentation(
      usage: "try(x, y)", summary: "`x`, or `y` where `x` is an error",
      examples: [Example("try('abc' | int, 0)", "0")]),
    FunctionDocumentation(
      usage: "name_of('rule', key)",
      summary:
        "the name that a document of that rule has or gets in Avalon; the key is for folders",
      examples: []),
  ]
}
