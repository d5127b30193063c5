import BSON
import Testing
import YAML

/// The table of `mappings/README.md`, from the tightest to the loosest.
@Suite("Expressions: precedence")
struct PrecedenceTests {
  @Test(
    "Fields, indices and calls bind tighter than a sign",
    arguments: [
      ("-shot.nb_frames", Value.int32(-50)), ("-[1, 2][0]", .int32(-1)),
      ("-try(2, 3)", .int32(-2)), ("shot.data.map.a.b", .int32(7)),
      ("shot.data.map['with space']", .int32(8)), ("shot.data.list[-1]", .int32(1)),
      ("shot.data.list[0 + 1]", .int32(1)),
    ])
  func postfix(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "A sign binds tighter than a product, a product than a sum",
    arguments: [
      ("-2 * 3", Value.int32(-6)), ("2 * -3", .int32(-6)), ("- - 2", .int32(2)),
      ("-2 + 3", .int32(1)), ("2 + 3 * 4", .int32(14)), ("(2 + 3) * 4", .int32(20)),
      ("2 * 3 + 4", .int32(10)), ("10 - 6 / 2", .int32(7)),
    ])
  func arithmetic(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "Operators of one level go from left to right",
    arguments: [
      ("10 - 4 - 3", Value.int32(3)), ("24 / 4 / 2", .int32(3)), ("24 / 4 * 2", .int32(12)),
      ("10 - 4 + 3", .int32(9)), ("7 / 2", .double(3.5)), ("6 / 2", .int32(3)),
    ])
  func associativity(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "A sum binds tighter than a comparison, a comparison than 'not'",
    arguments: [
      ("1 + 1 == 2", true), ("1 + 1 in [2]", true), ("3 > 1 + 1", true), ("2 <= 1", false),
      ("not 1 == 2", true), ("not 3 in [1]", true), ("not 1 < 2", false), ("1 != 1.0", false),
      ("'a' < 'b'", true), ("2 >= 2", true),
    ])
  func comparison(text: String, expected: Bool) throws { try check(text, .bool(expected)) }

  @Test(
    "'not' binds tighter than 'and', 'and' than 'or'",
    arguments: [
      ("not false and false", false), ("not (false and false)", true),
      ("true or false and false", true), ("(true or false) and false", false),
      ("not true or true", true), ("not not true", true), ("not not not true", false),
    ])
  func logic(text: String, expected: Bool) throws { try check(text, .bool(expected)) }

  @Test(
    "'or' binds tighter than 'if', 'if' than '|' and '??'",
    arguments: [
      ("if false then 1 else true or false", Value.bool(true)),
      ("if false or true then 1 else 2", .int32(1)),
      ("if true then null else 1 ?? 5", .int32(5)),
      ("if true then null else (1 ?? 5)", .null),
      ("if true then 'abc' else 'x' | length", .int32(3)),
      ("if false then 'x' else if true then 'ab' else 'c' | length", .int32(2)),
      // Between its words 'if' holds whole expressions.
      ("if 'a' | length == 1 then 'yes' else 'no'", .string("refused")),
      ("if ('a' | length) == 1 then 'abc' | length else 0", .int32(3)),
      ("if null ?? true then 1 else 2", .int32(1)),
    ])
  func choice(text: String, expected: Value) throws {
    if expected == .string("refused") {
      #expect(mistakes(in: shotMapping(data: "{v: \(quoted(text))}")).count == 1)
    } else if expected == .null {
      #expect(try Bench.expression(text) == .missing)
    } else {
      try check(text, expected)
    }
  }

  @Test(
    "'|' and '??' are one level and read from left to right",
    arguments: [
      ("'x' ?? 'abc' | length", Value.int32(1)), ("null ?? 'abc' | length", .int32(3)),
      ("'abc' | length ?? 9", .int32(3)), ("null | int ?? 9", .int32(9)),
      ("null ?? null ?? 3", .int32(3)), ("1 + 2 | text", .string("3")),
      ("1 == 1 | text", .string("true")), ("'a-b' | split('-') | first", .string("a")),
      ("shot.data.out | int ?? (1 + 2)", .int32(3)),
    ])
  func pipelines(text: String, expected: Value) throws { try check(text, expected) }

  @Test("Comparisons do not chain")
  func chains() {
    for text in ["1 < 2 < 3", "1 == 1 == 1", "1 in [1] in [2]"] {
      let found = mistakes(in: shotMapping(data: "{v: \(quoted(text))}"))
      #expect(found.map(\.message) == ["comparisons do not chain"])
    }
  }

  private func check(_ text: String, _ expected: Value) throws {
    let found = try Bench.expression(text)
    #expect(found == .value(expected), "\(text)")
    // Also by type: 3 is no 3.0.
    if case .value(let value) = found { #expect(value.type == expected.type, "\(text)") }
  }
}
