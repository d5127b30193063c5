import Testing
import YAML

@Suite("YAML: scalars")
struct ScalarTests {
  @Test(
    "Plain scalars follow the core schema of YAML 1.2",
    arguments: [
      ("", ScalarValue.null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)),
      ("yes", .text("yes")), ("no", .text("no")), ("on", .text("on")), ("Off", .text("Off")),
      ("y", .text("y")), ("nULL", .text("nULL")), ("tRUE", .text("tRUE")),
      ("0", .int(0)), ("-17", .int(-17)), ("+5", .int(5)), ("012", .int(12)), ("0x1F", .int(31)),
      ("0o17", .int(15)), ("0x", .text("0x")), ("0x-5", .text("0x-5")), ("0o8", .text("0o8")),
      ("0b1", .text("0b1")), ("1_000", .text("1_000")), ("1:30", .text("1:30")),
      ("2026-01-01", .text("2026-01-01")), ("1920x1080", .text("1920x1080")),
      ("1.5", .double(1.5)), ("-.5", .double(-0.5)), ("1.", .double(1)), ("1e3", .double(1000)),
      (".", .text(".")), ("1.2.3", .text("1.2.3")), ("e5", .text("e5")),
      (".inf", .double(.infinity)), ("-.INF", .double(-.infinity)), ("inf", .text("inf")),
      ("nan", .text("nan")), ("9223372036854775807", .int(.max)), ("=", .text("=")),
    ])
  func plain(text: String, expected: ScalarValue) throws {
    let scalar = try #require(try parse("a: \(text)\n")["a"]?.scalar)
    #expect(scalar.value == expected)
  }

  @Test("Not a number is one")
  func notANumber() throws {
    guard case .double(let number)? = try parse("a: .nan")["a"]?.scalar?.value else {
      Issue.record("'.nan' is no double")
      return
    }
    #expect(number.isNaN)
  }

  @Test("Quoted and block scalars are text", arguments: ["'1'", "\"1\"", "|-\n  1", ">-\n  1"])
  func quoted(text: String) throws {
    let scalar = try #require(try parse("a: \(text)\n")["a"]?.scalar)
    #expect(scalar.value == .text("1") && !scalar.isPlain)
  }

  @Test("Kinds are told in plain words")
  func kinds() throws {
    let root = try parse("a: 1\nb: []\nc: {}\nd:\ne: ''")
    let kinds = root.entries?.map { "\($0.name) \($0.value.kind)" }
    #expect(kinds == ["a a value", "b a list", "c a map", "d nothing", "e a value"])
    #expect(root.kind == "a map" && root["x"] == nil)
  }

  @Test("An alias stands for its node")
  func aliases() throws {
    let root = try parse("a: &x {t: [1, 2]}\nb: *x\nc: [*x, *x]")
    #expect(root["b"]?["t"]?.items?.count == 2)
    #expect(root["c"]?.items?.count == 2)
    #expect(root["b"]?.position.lineAndColumn == [1, 4])
  }
}
