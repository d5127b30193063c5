import TestSupport
import Testing
import YAML

@Suite("Writing YAML")
struct YAMLWriterTests {
  /// What is read back must be the same: of scalars the text and what it means, however a null is
  /// written.
  private enum Shape: Equatable {
    case scalar(String, String)
    case list([Shape])
    case map([String], [Shape])

    init(_ node: Node) {
      switch node.content {
      case .scalar(let scalar):
        self = .scalar(scalar.value == .null ? "" : scalar.text, "\(scalar.value)")
      case .sequence(let items): self = .list(items.map(Shape.init))
      case .mapping(let entries):
        self = .map(entries.map(\.name), entries.map { Shape($0.value) })
      }
    }
  }

  private func expectRoundTrip(
    _ node: Node, comment: @escaping (Node) -> String? = { _ in nil },
    _ location: SourceLocation = #_sourceLocation
  ) {
    let text = YAMLWriter.text(node, comment: comment)
    do {
      let read = try parse(text)
      #expect(Shape(read) == Shape(node), "\(text)", sourceLocation: location)
    } catch {
      Issue.record("\(error)\n\(text)", sourceLocation: location)
    }
  }

  @Test("Maps in block style; lists and directives between braces where they fit into a line")
  func layout() throws {
    let text = """
      plain: text with spaces
      quoted: 'true'
      number: 7
      nothing:
      map:
        a: {$each: list, as: x, value: '${x.name}'}
        empty: {}
        deeper:
          b: [1, 'it''s', {c: [], d: null}]
      list:
        - {pattern: '[^a-z0-9_]+ this is rather long, so that the list does not fit into one line'}
        - key: {pattern: '[^a-z0-9_]+ this is rather long, so that the map does not fit into a line'}
          other:
            - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            - bbbbbbbbbbbbbbbbbbbb
      expression: ${shot.name | lowercase}
      lines: |
        one
          two

        three
      stripped: |-
        one
        two

      """
    #expect(YAMLWriter.text(try parse(text)) == text)
  }

  @Test("Comments stand behind single values and what is in one line")
  func comments() throws {
    let node = try parse("a: 1\nb: {c: [x], d: }\ne: |\n  one\n  two\ns: {$seed: {f: 1}}\n")
    let text = YAMLWriter.text(node) { "line \($0.position.line)" }
    #expect(
      text == """
        a: 1 # line 1
        b:
          c: [x] # line 2
          d: # line 2
        e: | # line 3
          one
          two
        s: {$seed: {f: 1}} # line 6

        """)
    expectRoundTrip(node) { _ in "a comment: # {x" }
  }

  @Test("What is one line but of several files is written apart")
  func files() throws {
    let list = try parse("[1, 2]")
    let other = try YAML.parse(SourceText(name: "o.yaml", text: "3"))
    let both = Node(content: .sequence((list.items ?? []) + [other]), position: list.position)
    let text = YAMLWriter.text(both) { $0.position.file === other.position.file ? "o" : nil }
    #expect(text == "- 1\n- 2\n- 3 # o\n")
  }

  @Test(
    "Texts that look like something else",
    arguments: [
      "''", "'true'", "'null'", "'~'", "'12'", "'- a'", "'-'", "'a: b'", "'a #b'", "'a:'", "':a'",
      "'#a'", "'&a'", "'*a'", "'!a'", "'|'", "'>'", "'%a'", "'@a'", "'`a'", "'---'", "'...'",
      "' a'", "'a '", #""\t""#, #""a\nb""#, #""a\n\n""#, #""\n a""#, #""a \nb""#, #""\r\n""#,
      #""\0\e\x85\u2028\uFEFF""#, #""'\u0301""#, #""a #\u0301""#, "---a", "-1", "0x1F", "a?b",
      "?a", "a,b", "a]b", "''''", "'{root}/{project}'", "${a | b}", "$${a}", "|\n  a\n  b",
      "|+\n  a\n\n", "1e3", ".nan", "-.inf",
    ])
  func scalars(text: String) throws {
    let node = try parse("a: \(text)\n? \(text)\n: [\(text.hasPrefix("|") ? "x" : "b")]\n")
    expectRoundTrip(node)
    let value = try #require(node["a"])
    expectRoundTrip(value)
    expectRoundTrip(Node(content: .sequence([value, node]), position: node.position))
  }

  @Test("Keys of more than 1000 characters, and a value deeper than a line is wide")
  func extremes() throws {
    let key = String(repeating: "k", count: 1500)
    expectRoundTrip(try parse("? \(key)\n: {a: [1, {? \(key)\n: [x, {}]}]}\n"))
    let deep =
      (0..<60).map { String(repeating: "  ", count: $0) + "a:\n" }.joined()
    expectRoundTrip(try parse(deep + String(repeating: "  ", count: 60) + "b: [{}, []]\n"))
  }

  /// Random trees of hostile texts.
  private struct Generator {
    var random: SeededRandom
    let position: Position

    mutating func node(_ depth: Int) -> Node {
      switch random.below(depth > 4 ? 1 : 3) {
      case 0: return Node(content: .scalar(scalar()), position: position)
      case 1:
        let items = (0..<random.below(4)).map { _ in node(depth + 1) }
        return Node(content: .sequence(items), position: position)
      default:
        var names: Set<String> = []
        var entries: [Node.Entry] = []
        for _ in 0..<random.below(4) {
          let key = scalar()
          guard names.insert(key.text).inserted, key.text != "<<" else { continue }
          entries.append(
            Node.Entry(key: Node(content: .scalar(key), position: position), value: node(depth + 1))
          )
        }
        return Node(content: .mapping(entries), position: position)
      }
    }

    private mutating func scalar() -> Node.Scalar {
      let pieces = [
        "a", "b c", ": ", " #", "\n", "'", "\"", "${x}", "- ", "true", "1", "{", "]", "é", " ",
      ]
      if random.chance(20) { return Node.Scalar(text: random.pick(["1", "true", "x", "", "~"])) }
      let text =
        random.chance(50)
        ? random.text(upTo: 20) : (0..<random.below(6)).map { _ in random.pick(pieces) }.joined()
      return Node.Scalar(text: text, isPlain: false)
    }
  }

  @Test("Random trees", arguments: 1...4)
  func random(seed: UInt64) throws {
    let position = try parse("a").position
    var generator = Generator(random: SeededRandom(seed), position: position)
    for _ in 0..<200 { expectRoundTrip(generator.node(0)) }
  }
}
