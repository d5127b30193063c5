import BSON
import Testing
import YAML

@testable import Mapping

@Suite("Filters")
struct FilterTests {
  @Test(
    "Texts",
    arguments: [
      ("'ÀB' | lowercase", Value.string("àb")), ("'àb' | uppercase", .string("ÀB")),
      ("5 | text", .string("5")), ("true | text", .string("true")), ("1.50 | text", .string("1.5")),
      ("2.0 | text", .string("2")), ("shot.data.padded | trim", .string("x")),
      ("'\u{A0}x\t' | trim", .string("x")), ("7 | pad(4)", .string("0007")),
      ("'12345' | pad(4)", .string("12345")), ("'é' | pad(2)", .string("0é")),
      ("'x' | pad(0)", .string("x")), ("'Ça Va!' | clean", .string("ca_va")),
      ("12 | clean", .string("12")),
    ])
  func texts(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "Splitting and joining",
    arguments: [
      ("'1920x1080' | split('x')", #"["1920", "1080"]"#),
      ("'a,,b' | split(',')", #"["a", "", "b"]"#),
      ("'abc' | split('--')", #"["abc"]"#), ("'a--b' | split('--')", #"["a", "b"]"#),
    ])
  func splits(text: String, expected: String) throws { try check(text, list(expected)) }

  @Test(
    "Joining",
    arguments: [
      ("['a', 'b'] | join('_')", "a_b"), ("['a', 'b'] | join", "ab"), ("[] | join(',')", ""),
      ("[1, 2.5, true] | join('/')", "1/2.5/true"), ("[null, 'b'] | join('_')", "_b"),
      ("[null, 'b'] | compact | join('_')", "b"),
    ])
  func joins(text: String, expected: String) throws { try check(text, .string(expected)) }

  @Test(
    "Numbers",
    arguments: [
      ("'1001' | int", Value.int32(1001)), ("' 1001 ' | int", .int32(1001)),
      ("'1001.0' | int", .int32(1001)), ("'-5' | int", .int32(-5)), ("'1e3' | int", .int32(1000)),
      ("2.0 | int", .int32(2)), ("'9007199254740993' | int", .int64(9_007_199_254_740_993)),
      ("shot.data.long | int", .int64(9_007_199_254_740_993)),
      ("9007199254740993 | round", .int64(9_007_199_254_740_993)),
      ("'23.976' | number", .double(23.976)), ("'25' | number", .int32(25)),
      ("'25.0' | number", .int32(25)), ("25 | number", .int32(25)), ("0.5 | number", .double(0.5)),
      ("'9007199254740993' | number", .int64(9_007_199_254_740_993)),
      ("2.5 | round", .int32(3)), ("-2.4 | round", .int32(-2)), ("3 | round", .int32(3)),
    ])
  func numbers(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "Truth",
    arguments: [
      ("'true' | bool", true), ("'Yes' | bool", true), ("'1' | bool", true), ("1 | bool", true),
      ("'off' | bool", false), ("'FALSE' | bool", false), ("0 | bool", false),
      ("true | bool", true),
    ])
  func truth(text: String, expected: Bool) throws { try check(text, .bool(expected)) }

  @Test(
    "Lists",
    arguments: [
      ("shot.data.words | compact", #"["b", "a", "b"]"#), ("shot.data.list | unique", "[3, 1, 2]"),
      ("[1, 1.0, '1'] | unique", #"[1, "1"]"#), ("shot.data.list | sort", "[1, 1, 2, 3]"),
      ("['b', 'a', 'B'] | sort", #"["B", "a", "b"]"#), ("[] | sort", "[]"),
      ("[2, 1.5] | sort", "[1.5, 2]"), ("['A b', 'C'] | map(clean)", #"["a_b", "c"]"#),
      ("['1', '2'] | map(int)", "[1, 2]"), ("[['a'], []] | map(length)", "[1, 0]"),
      ("['x'] | map(twice)", #"["xx"]"#),
    ])
  func lists(text: String, expected: String) throws {
    #expect(
      try Bench.expression(text, define: "{twice: '${value}${value}'}")
        == .value(try list(expected)))
  }

  @Test(
    "Items and lengths",
    arguments: [
      ("shot.data.list | first", Value.int32(3)), ("shot.data.list | last", .int32(1)),
      ("shot.data.list | length", .int32(4)), ("'né🚀' | length", .int32(3)),
      ("shot.data.map | length", .int32(2)), ("[] | length", .int32(0)),
    ])
  func items(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "What a filter cannot take is an error",
    arguments: [
      ("'x' | bool", "the text 'x' is neither true nor false"),
      ("2 | bool", "2 is neither true nor false"), ("'' | int", "'int' cannot read a number"),
      ("'0x10' | int", "'int' cannot read a number"), ("'1.5' | int", "the text '1.5' is no whole"),
      ("'nan' | number", "'number' cannot read a number"),
      ("'1e999' | number", "'number' cannot read a number"),
      ("'1 2' | number", "'number' cannot read a number"),
      ("'99e99' | int", "the text '99e99' is no"),
      ("['a', 1] | sort", "'sort' needs a list of texts or a list of numbers"),
      ("shot.data.words | sort", "'sort' needs a list of texts"),
      ("shot.data.nine | length", "'length' needs a list, not 9"),
      ("shot.data.nine | first", "'first' needs a list, not 9"),
      ("shot.data.nine | map(int)", "'map' needs a list, not 9"),
      ("shot.data.map | text", "'text' needs a text, not a map"),
      ("'a' | split('')", "'split' needs a separator"),
      ("'a' | pad(101)", "'pad' needs a width from 0 to 100"),
      ("'a' | pad('x')", "'pad' needs a width from 0 to 100"),
      ("'!!!' | clean", "nothing is left of '!!!' after 'clean'"),
      ("shot.data.map | clean", "'clean' needs a text, not a map"),
    ])
  func refusals(text: String, reason: String) throws {
    guard case .held(let told) = try Bench.expression(text) else {
      Issue.record("'\(text)' is no error")
      return
    }
    #expect(told.hasPrefix(reason), "\(told)")
  }

  @Test("Null stays null, whatever the filter, and 'length' counts it as nothing")
  func nulls() throws {
    for name in Filter.all.keys.sorted() {
      let arguments = ["split": "(',')", "pad": "(3)"][name] ?? ""
      let found = try Bench.expression("shot.data.missing | \(name)\(arguments)")
      #expect(found == (name == "length" ? .value(.int32(0)) : .missing), "\(name)")
    }
  }

  @Test("A studio's own filter is an expression over 'value'")
  func defined() throws {
    let define =
      "{half: '${value | number / 2}', tag: 'v${value | pad(3)}', both: '${value | tag | clean}'}"
    #expect(mistakes(in: shotMapping(data: "{}", define: define)).count == 1)
    let sound =
      "{half: '${(value | number) / 2}', tag: 'V${value | pad(3)}', both: '${value | tag | clean}'}"
    #expect(try Bench.expression("'5' | half", define: sound) == .value(.double(2.5)))
    #expect(try Bench.expression("7 | both", define: sound) == .value(.string("v007")))
    #expect(try Bench.expression("null | tag", define: sound) == .value(.string("V")))
  }

  private func check(_ text: String, _ expected: Value) throws {
    let found = try Bench.expression(text)
    #expect(found == .value(expected), "\(text)")
    if case .value(let value) = found { #expect(value.type == expected.type, "\(text)") }
  }
}
