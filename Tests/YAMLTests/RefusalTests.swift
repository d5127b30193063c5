import TestSupport
import Testing
import YAML

@Suite("YAML: refusals")
struct RefusalTests {
  @Test(
    "What has no place in a settings file is refused at its place",
    arguments: [
      ("a: !!str 1", "the tag 'tag:yaml.org,2002:str' is not allowed", 1, 4),
      ("a: !local 1", "the tag '!local' is not allowed", 1, 4),
      ("a: ! 1", "the tag '!' is not allowed", 1, 4),
      ("a:\n  - !!map {}", "the tag 'tag:yaml.org,2002:map' is not allowed", 2, 5),
      ("a: !!seq []", "the tag 'tag:yaml.org,2002:seq' is not allowed", 1, 4),
      ("a: &x {b: 1}\nc:\n  <<: *x", "merge keys ('<<') are not allowed", 3, 3),
      ("a: 1\nb: 2\na: 3", "the key 'a' occurs twice", 3, 1),
      ("a: {x: 1, 'x': 2}", "the key 'x' occurs twice", 1, 11),
      ("a: 1\n---\nb: 2", "a second document in one file", 2, 1),
      ("a: 1\n...\n---\nb: 2", "a second document in one file", 3, 1),
      ("[a]: 1", "a key must be a plain text, not a list", 1, 1),
      ("? {a: 1}\n: 2", "a key must be a plain text, not a map", 1, 3),
      ("a: *x", "the alias '*x' has no anchor before it", 1, 4),
      ("a: &x [*x]", "the alias '*x' has no anchor before it", 1, 8),
      ("", "the file is empty", 1, 1), ("# only a comment\n", "the file is empty", 1, 1),
    ])
  func refused(text: String, message: String, line: Int, column: Int) throws {
    let found = try #require(mistake(in: text))
    #expect(found.message == message)
    #expect(found.position.lineAndColumn == [line, column])
  }

  @Test(
    "Broken YAML is told at its place",
    arguments: [
      ("a: [1, 2", 1), ("a: 'open", 1), ("a: 1\n b: 2", 2), ("a:\n\t- x", 2), ("a: }", 1),
      ("a: @x", 1), ("a: \"\\q\"", 1), ("- a\nb: 1", 2),
    ])
  func broken(text: String, line: Int) throws {
    let found = try #require(mistake(in: text))
    #expect(!found.message.isEmpty)
    #expect((line...line + 1).contains(found.position.line), "\(found)")
  }

  @Test("Bytes that are no text are refused")
  func bytes() throws {
    for wrong: [UInt8] in [
      [0xFF, 0xFE, 0x61, 0], [0x61, 0x3A, 0x20, 0xC3], [0x61, 0x3A, 0x20, 0x01],
    ] {
      #expect(mistake(in: wrong) != nil)
    }
    let found = try #require(mistake(in: Array("a: 1\nb: x".utf8) + [0x02]))
    #expect(found.position.lineAndColumn == [2, 5])
  }

  @Test("Nesting is bounded, also through aliases")
  func depth() throws {
    func nested(_ levels: Int) -> String {
      "a: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(mistake(in: nested(YAML.maximumDepth - 1)) == nil)
    let found = try #require(mistake(in: nested(YAML.maximumDepth)))
    #expect(found.message == "nested deeper than 64 levels" && found.position.column == 67)
    #expect(mistake(in: nested(100_000)) != nil)
    var text = "k0: &a0 [x]\n"
    for index in 1...100 { text += "k\(index): &a\(index) [*a\(index - 1)]\n" }
    #expect(try #require(mistake(in: text)).message == "nested deeper than 64 levels")
  }

  @Test("A billion laughs are refused quickly")
  func aliasBomb() throws {
    var text = "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for index in 1...9 {
      let items = Array(repeating: "*l\(index - 1)", count: 10).joined(separator: ", ")
      text += "l\(index): &l\(index) [\(items)]\n"
    }
    let clock = ContinuousClock()
    var found: Diagnostic?
    let time = clock.measure { found = mistake(in: text) }
    #expect(try #require(found).message == "more than 200000 values, aliases counted out")
    #expect(time < .seconds(10))
  }

  @Test("Files are bounded in values and in bytes")
  func size() throws {
    let many = "a: [" + String(repeating: "1,", count: YAML.maximumNodes) + "]"
    #expect(try #require(mistake(in: many)).message.hasPrefix("more than 200000 values"))
    let large = [UInt8](repeating: UInt8(ascii: "#"), count: YAML.maximumBytes + 1)
    #expect(try #require(mistake(in: large)).message == "the file is larger than 4 MiB")
  }

  @Test("An unquoted expression that breaks YAML is shown in quotes")
  func quotingHint() throws {
    let cases = [
      "a: {b: ${shot.name}, c: 1}": "put the expression into quotes: '${shot.name}'",
      "a: [${x | join('_')}": "put the expression into quotes: '${x | join(''_'')}'",
      "a: ${x}: y": "put the expression into quotes: '${x}'",
    ]
    for (text, hint) in cases { #expect(try #require(mistake(in: text)).hint == hint, "\(text)") }
    #expect(try #require(mistake(in: "a: [1")).hint == nil)
  }

  @Test("Random text is read or refused", arguments: [1, 2, 3])
  func fuzz(seed: UInt64) {
    var random = SeededRandom(seed)
    let pieces = [
      "a", "b", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ", ", "'", "\"", "|\n", ">\n", "#",
      "&x ",
      "*x", "!t ", "${a}", "? ", "---\n", "é", "\u{2028}", "\r\n", "\\", "0x1F", "~", "%", "@",
    ]
    for _ in 0..<2000 {
      let text = (0..<random.below(30)).map { _ in random.pick(pieces) }.joined()
      guard let found = mistake(in: text) else { continue }
      #expect(found.position.line >= 1 && found.position.column >= 1)
      #expect(found.description.contains("m.yaml:"))
    }
  }
}
