import BSON
import Testing

@Suite("Expressions: null and errors")
struct NullAndErrorTests {
  @Test(
    "Null goes through operators, and a field that is null is not written",
    arguments: [
      "null", "shot.data.missing", "shot.data.missing.deeper", "shot.data.missing[0]", "null + 1",
      "1 - null", "null * 2", "2 / null", "-null", "null < 1", "1 >= null", "null | int",
      "null | lowercase", "shot.data.empty | first", "shot.data.list[9]", "shot.data.list[-9]",
      "shot.data.list[null]", "null | map(clean)", "null | join(',')", "shot.data.blank",
      "shot.data.none", "shot.description", "if null then 1 else null",
    ])
  func null(text: String) throws { #expect(try Bench.expression(text) == .missing) }

  @Test(
    "Null is compared, counted and asked for",
    arguments: [
      ("null == null", Value.bool(true)), ("null != 1", .bool(true)), ("0 == null", .bool(false)),
      ("null in [null]", .bool(true)), ("1 in null", .bool(false)), ("null | length", .int32(0)),
      ("not null", .bool(true)), ("null and true", .bool(false)), ("null or true", .bool(true)),
      ("if null then 1 else 2", .int32(2)), ("shot.data.blank ?? 'x'", .string("x")),
      ("shot.data.none ?? 'x'", .string("x")), ("[null, 1] | length", .int32(2)),
      ("false and 1 / 0 == 1", .bool(false)), ("true or 1 / 0 == 1", .bool(true)),
      ("5 ?? 1 / 0", .int32(5)),
    ])
  func nullTests(text: String, expected: Value) throws {
    #expect(try Bench.expression(text) == .value(expected))
  }

  @Test(
    "What does not convert is an error, told with its cause and place",
    arguments: [
      ("shot.data.word | int", "'int' cannot read a number from the text 'abc'"),
      ("shot.data.word | int ?? 1", "'int' cannot read a number from the text 'abc'"),
      ("shot.data.half | int", "0.5 is no whole number"), ("1 / 0", "a division by zero"),
      ("shot.data.word + 1", "'+' needs numbers, not the text 'abc'"),
      ("-shot.data.word", "'-' needs a number, not the text 'abc'"),
      ("shot.data.word < 1", "the text 'abc' cannot be compared with 1"),
      ("1 in shot.data.word", "'in' needs a list, not the text 'abc'"),
      ("shot.data.nine.x", "'x' is asked of 9, which has no fields"),
      ("shot.data.nine[0]", "9 has no items"), ("shot.data.map[1]", "a map has no items"),
      ("shot.data.list['x']", "the text 'x' is no index of a list"),
      ("shot.data.nine and true", "a condition must be true or false, not 9"),
      ("not shot.data.word", "a condition must be true or false, not the text 'abc'"),
      ("9223372036854775807 + 1", "the result of '+' is too large"),
      ("9223372036854775807 * 2", "the result of '*' is too large"),
      ("shot.data.huge", "Kitsu's 'huge' cannot be used: the number 1e400 is out of range"),
      ("shot.data['huge']", "Kitsu's 'huge' cannot be used: the number 1e400 is out of range"),
      ("shot.data.poisoned", "Kitsu's 'poisoned' cannot be used: the number 1e400 is out of range"),
      (
        "shot.data.poisoned | first",
        "Kitsu's 'poisoned' cannot be used: the number 1e400 is out of range"
      ),
      ("shot.data", "Kitsu's 'huge' cannot be used: the number 1e400 is out of range"),
      ("shot ?? 1", "a whole shot cannot be stored: name one of its fields, or use '$ref'"),
      ("[shot.data.map] | join", "'join' needs a text, not a map"),
    ])
  func errors(text: String, reason: String) throws {
    guard case .held(let told) = try Bench.expression(text) else {
      Issue.record("'\(text)' is no error")
      return
    }
    #expect(told.hasPrefix(reason + " (m.yaml:"), "\(told)")
  }

  @Test("An error is told with the line and column of what failed")
  func place() throws {
    let column = "      data: {v: '${shot.data.word ".count + 1
    #expect(
      try Bench.expression("shot.data.word | int")
        == .held("'int' cannot read a number from the text 'abc' (m.yaml:15:\(column))"))
  }

  @Test(
    "'try' catches errors, '??' does not",
    arguments: [
      ("try(shot.data.word | int, 7)", Value.int32(7)), ("try(1 / 0, 'x')", .string("x")),
      ("try(5, 1 / 0)", .int32(5)), ("try(shot.data.huge, 1)", .int32(1)),
      ("try(try(1 / 0, 2 / 0), 3)", .int32(3)),
      // Null is no error.
      ("try(null, 1) ?? 2", .int32(2)),
    ])
  func tried(text: String, expected: Value) throws {
    #expect(try Bench.expression(text) == .value(expected))
  }

  @Test("'$literal' stores what stands there, null too")
  func literals() throws {
    #expect(try Bench.field("{$literal: null}") == .value(.null))
    #expect(try Bench.field("{$literal: '${shot.name}'}") == .value(.string("${shot.name}")))
    #expect(
      try Bench.field("{$literal: {a: [1, null, yes, 1.5, true]}}")
        == .value(try list(#"{"a": [1, null, "yes", 1.5, true]}"#)))
  }

  @Test("'self' is the document's own value")
  func own() throws {
    let value = try Bench.field(
      "'${self.data.a + self.top}', a: '${shot.nb_frames}'", document: "top: 3")
    #expect(value == .value(.int32(53)))
    #expect(
      try Bench.field("'${self.data.a}', a: '${shot.data.word | int}'")
        == Bench.field("'${self.data.a}', a: '${shot.data.word | int}'"))
  }
}
