import BSON
import Testing

@Suite("Scalars: text and types")
struct TextAndTypeTests {
  @Test(
    "A scalar that is one expression keeps its type",
    arguments: [
      ("'${shot.nb_frames}'", Value.int32(50)), ("\"${shot.nb_frames}\"", .int32(50)),
      ("' ${shot.nb_frames} '", .int32(50)), ("'${shot.data.half}'", .double(0.5)),
      ("'${shot.data.yes}'", .bool(true)), ("'${shot.data.in}'", .string("1001")),
      ("'${shot.data.long}'", .int64(9_007_199_254_740_993)), ("'${2 > 1}'", .bool(true)),
      ("'${1.0}'", .double(1)), ("'${10 / 4 * 2}'", .double(5)),
    ])
  func types(yaml: String, expected: Value) throws {
    let found = try Bench.field(yaml)
    #expect(found == .value(expected))
    if case .value(let value) = found { #expect(value.type == expected.type) }
  }

  @Test(
    "Text around an expression makes text",
    arguments: [
      ("'v${shot.nb_frames}'", "v50"), ("'${1}${2}'", "12"), ("'${1} ${2}'", "1 2"),
      ("'${shot.data.half}!'", "0.5!"), ("'${4 / 2 * 1.0}f'", "2f"), ("'${true}.'", "true."),
      ("'<${shot.data.missing}>'", "<>"), ("'${''a}b''}c'", "a}bc"), ("'é${\"é\"}'", "éé"),
      ("'$${shot.name}'", "${shot.name}"), ("'$$${1}'", "$${1}"), ("'$${a} ${1}'", "${a} 1"),
      ("'$ {x} $'", "$ {x} $"), ("'${ shot . name }x'", "SH 010x"),
      ("'${''it''''s''}'", "it's"), ("'${\"a\"\"b\"}'", "a\"b"),
    ])
  func templates(yaml: String, expected: String) throws {
    #expect(try Bench.field(yaml) == .value(.string(expected)))
  }

  @Test(
    "Other scalars follow YAML",
    arguments: [
      ("1", Value.int32(1)), ("'1'", .string("1")), ("1.5", .double(1.5)), ("true", .bool(true)),
      ("'true'", .string("true")), ("on", .string("on")), ("yes", .string("yes")),
      ("1:30", .string("1:30")), ("shot.name", .string("shot.name")), ("''", .string("")),
      ("'$'", .string("$")),
    ])
  func constants(yaml: String, expected: Value) throws {
    #expect(try Bench.field(yaml) == .value(expected))
  }

  @Test("A constant null writes nothing")
  func nulls() throws {
    for yaml in ["null", "~", "'${null}'"] { #expect(try Bench.field(yaml) == .missing) }
  }

  @Test("What is no single value cannot stand in a text")
  func lists() throws {
    for (expression, shown) in [("shot.data.list", "a list"), ("shot.data.map", "a map")] {
      guard case .held(let reason) = try Bench.field("'x${\(expression)}'") else {
        Issue.record("\(expression) stood in a text")
        continue
      }
      #expect(reason.hasPrefix("\(shown) cannot stand in a text"))
    }
  }

  @Test("Lists and maps are written with what they hold; null items and fields are left out")
  func containers() throws {
    #expect(
      try Bench.field("[1, '${null}', '${shot.name}']") == .value(try list(#"[1, "SH 010"]"#)))
    #expect(
      try Bench.field("['${shot.data.list}', {a: '${null}', b: x}]")
        == .value(try list(#"[[3, 1, 2, 1], {"b": "x"}]"#)))
    #expect(try Bench.field("'${shot.data.words}'") == .value(try list(#"["b", "a", null, "b"]"#)))
    #expect(try Bench.field("'${[1, null, 2]}'") == .value(try list("[1, 2]")))
    #expect(try Bench.field("'${shot.data.map.a}'") == .value(try list(#"{"b": 7}"#)))
    #expect(try Bench.field("{a: {b: '${null}'}}") == .missing)
  }

  @Test(
    "Numbers are equal by value, texts by bytes",
    arguments: [
      ("1 == 1.0", true), ("'a' == 'A'", false), ("'1' == 1", false), ("[1, 2] == [1.0, 2]", true),
      ("[1, 2] == [2, 1]", false), ("shot.data.map == shot.data.map", true),
      ("sequence == shot.sequence", true), ("sequence == episode", false), ("true == 1", false),
      ("shot.data.list == [3, 1, 2, 1]", true), ("sequence in [shot.sequence]", true),
      ("9007199254740993 == 9007199254740992", false),
      ("shot.data.long == 9007199254740993", true),
    ])
  func equality(text: String, expected: Bool) throws {
    #expect(try Bench.expression(text) == .value(.bool(expected)))
  }
}
