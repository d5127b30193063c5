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
      ("12 | clean", .string("12")), ("'o''neill-SMITH 2nd' | title", .string("O'neill-Smith 2nd")),
      ("'Łódź 角' | ascii", .string("Lodz u89d2")), ("'  Ça -- Va!' | slug", .string("ca_va")),
      ("'!!!' | slug", .string("")), ("'a_1' | slug", .string("a_1")),
      ("'sh-010 x' | replace('[^a-z0-9]', '_')", .string("sh_010_x")),
      ("'aaa' | replace('a', '')", .string("")),
      ("'it''s' | replace(\"'\", '-')", .string("it-s")),
      ("'née' | reverse", .string("eén")), ("'née' | slice(1)", .string("ée")),
      ("'née' | slice(-2, -1)", .string("é")), ("'abc' | slice(2, 1)", .string("")),
      ("'abc' | slice(-9, 9)", .string("abc")),
      ("'abc' | slice(-9223372036854775807)", .string("abc")),
      ("shot.data.missing | default('x')", .string("x")), ("1 | default('x')", .int32(1)),
    ])
  func texts(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "Splitting and joining",
    arguments: [
      ("'1920x1080' | split('x')", #"["1920", "1080"]"#),
      ("'a,,b' | split(',')", #"["a", "", "b"]"#),
      ("'abc' | split('--')", #"["abc"]"#), ("'a--b' | split('--')", #"["a", "b"]"#),
      ("'aaab' | split('aab')", #"["a", ""]"#), ("'abab' | split('ab')", #"["", "", ""]"#),
      ("'néeé' | split('é')", #"["n", "e", ""]"#),
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
      ("-2.5 | floor", .int32(-3)), ("-2.5 | ceil", .int32(-2)), ("7 | ceil", .int32(7)),
      ("-7 | abs", .int32(7)), ("-0.5 | abs", .double(0.5)), ("[1, 2, 3] | sum", .int32(6)),
      ("[1, 0.5] | sum", .double(1.5)), ("[null] | sum", .int32(0)),
      ("[9007199254740993, 1] | max", .int64(9_007_199_254_740_993)),
      ("[2, 1.5, null] | min", .double(1.5)),
    ])
  func numbers(text: String, expected: Value) throws { try check(text, expected) }

  @Test(
    "Truth",
    arguments: [
      ("'true' | bool", true), ("'Yes' | bool", true), ("'1' | bool", true), ("1 | bool", true),
      ("'off' | bool", false), ("'FALSE' | bool", false), ("0 | bool", false),
      ("true | bool", true), ("'sh010' | starts_with('sh')", true),
      ("'sh' | starts_with('sh0')", false),
      ("'x' | starts_with('')", true), ("'sh010' | ends_with('010')", true),
      ("'ae\u{301}' | ends_with('e\u{301}')", true), ("'aab' | contains('ab')", true),
      ("'ab' | contains('abc')", false), ("'x' | contains('')", true),
      ("'ababac' | contains('abac')", true), ("shot.data.list | contains(2.0)", true),
      ("shot.data.list | contains('2')", false), ("'sh010' | matches('[a-z]+[0-9]+')", true),
      ("'xsh010' | matches('sh')", false),
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
      ("['x'] | map(twice)", #"["xx"]"#), ("shot.data.words | sort", #"["a", "b", "b"]"#),
      ("[true, false, true] | sort", "[false, true, true]"),
      ("[[1, [2]], 3, null, shot.data.list] | flatten", "[1, [2], 3, 3, 1, 2, 1]"),
      ("shot.data.list | reverse", "[1, 2, 1, 3]"), ("shot.data.list | slice(1, -1)", "[1, 2]"),
      ("shot.data.map | keys", #"["a", "with space"]"#),
      ("shot.data.map | values", #"[{"b": 7}, 8]"#),
      ("[[1], [1.0], ['1']] | unique", #"[[1], ["1"]]"#),
      ("'[1, {\"a\": null}]' | parse_json", #"[1, {"a": null}]"#),
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
      ("shot.data.words | min", .string("a")), ("shot.data.words | max", .string("b")),
      ("shot.data.map | json", .string(#"{"a":{"b":7},"with space":8}"#)),
      ("['é', null, 0.5, true, [1]] | json", .string(#"["é",null,0.5,true,[1]]"#)),
      ("('{\"b\": {\"c\": [5]}}' | parse_json).b.c[0]", .int32(5)),
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
      ("['a', 1] | sort", "'sort' needs all texts, all numbers or all true and false"),
      ("[[1], [2]] | sort", "'sort' needs all texts, all numbers or all true and false"),
      ("['a', 1] | max", "'max' needs all texts, all numbers or all true and false"),
      ("[1, 'a'] | sum", "'sum' needs numbers, not the text 'a'"),
      ("[9223372036854775807, 1] | sum", "the sum is too large"),
      ("(0 - 9223372036854775807 - 1) | abs", "the result of 'abs' is too large"),
      ("shot.data.map | reverse", "'reverse' needs a text, not a map"),
      ("'a' | contains(shot.data.nine)", "'contains' looks for a text in a text, not for 9"),
      ("'a' | starts_with(shot.data.nine)", "'starts_with' needs a text, not 9"),
      ("['a'] | join(shot.data.missing)", "'join' needs a text, not null"),
      ("'a' | split(shot.data.nine)", "'split' needs a text that is not empty, not 9"),
      ("'a' | pad(shot.data.long)", "'pad' needs a width from 0 to 100, not 9007199254740993"),
      ("'a' | slice(0.5 * 3)", "'slice' needs a whole number, not 1.5"),
      ("shot | json", "'json' needs a value, not a record (shot)"),
      ("shot.data | json", "'huge' cannot be used"),
      ("shot.data | values", "'huge' cannot be used"),
      ("shot.data.nine | keys", "'keys' needs a map, not 9"),
      ("'{' | parse_json", "'parse_json' cannot read the text"),
      ("'1], \"\": [2' | parse_json", "'parse_json' cannot read the text"),
      ("'1], \"a\": [2' | parse_json", "'parse_json' needs one JSON value"),
      ("'1, 2' | parse_json", "'parse_json' needs one JSON value"),
      ("'' | parse_json", "'parse_json' needs one JSON value"),
      ("'1e400' | parse_json", "'0' cannot be used"),
      ("shot.data.nine | length", "'length' needs a list, not 9"),
      ("shot.data.nine | first", "'first' needs a list, not 9"),
      ("shot.data.nine | map(int)", "'map' needs a list, not 9"),
      ("shot.data.map | text", "'text' needs a text, not a map"),
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

  @Test("Null stays null, whatever the filter, but for 'length' and 'default'")
  func nulls() throws {
    let arguments = [
      "split": "(',')", "pad": "(3)", "replace": "('a', 'b')", "matches": "('a')",
      "starts_with": "('a')", "ends_with": "('a')", "contains": "(1)", "slice": "(1)",
      "map": "(x, 1)", "filter": "(x, true)", "default": "(7)", "lookup": "('t', 1)",
    ]
    for name in Filter.all.keys.sorted() {
      let found = try Bench.expression(
        "shot.data.missing | \(name)\(arguments[name] ?? "")", tables: "{t: {a: 1}}")
      let expected: Outcome =
        switch name {
        case "length": .value(.int32(0))
        case "default": .value(.int32(7))
        default: .missing
        }
      #expect(found == expected, "\(name)")
      #expect(Filter.all[name]?.takesNull == (expected != .missing), "\(name)")
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
