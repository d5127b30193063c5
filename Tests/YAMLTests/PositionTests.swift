import Testing
import YAML

@Suite("YAML: positions")
struct PositionTests {
  /// Where the letter X of a scalar's text stands in the file.
  private func place(_ text: String) throws -> [Int] {
    let node = try #require(try parse(text)["a"])
    let scalar = try #require(node.text)
    let offset = try #require(scalar.utf8.firstIndex(of: UInt8(ascii: "X")))
    return node.position(ofTextByte: scalar.utf8.distance(from: scalar.startIndex, to: offset))
      .lineAndColumn
  }

  @Test(
    "A byte of a scalar's text is found in the file",
    arguments: [
      ("a: ${X}", [1, 6]), ("a: '${X}'", [1, 7]), ("a: \"${X}\"", [1, 7]), ("a:   éX", [1, 7]),
      ("# ä\na: 'é X'", [2, 7]), ("a: '''it''s'' X'", [1, 15]), ("a: {b: 1}\n", [0, 0]),
      ("a: |\n  X", [2, 3]), ("a: |-\n  one\n  two X\n", [3, 7]), ("a: |\n\n  X", [1, 4]),
      ("a: |\n   one\n\n   é X", [4, 6]), ("a: |2\n    X", [1, 4]),
      ("a: | # why\n  X", [2, 3]), ("a: &n '${X}'", [1, 10]),
    ])
  func scalars(text: String, expected: [Int]) throws {
    guard expected != [0, 0] else {
      #expect(try parse(text)["a"]?.position.lineAndColumn == [1, 4])
      return
    }
    #expect(try place(text) == expected)
  }

  @Test(
    "Where escapes or folds part text and file, the scalar's own place is told",
    arguments: ["a: \"\\u0041 X\"", "a: >\n  one\n  X", "a: 'one\n  X'", "a: one\n  X"])
  func unknownPlaces(text: String) throws {
    #expect(try place(text) == [1, 4])
  }

  @Test("Keys, items and values have their places, whatever the line ends")
  func nodes() throws {
    for end in ["\n", "\r\n"] {
      let root = try parse(["a:", "  - x", "  - é: {k: v}", "b: 1"].joined(separator: end))
      let item = try #require(root["a"]?.items?.last?.entries?.first)
      #expect(item.key.position.lineAndColumn == [3, 5])
      #expect(item.value.position.lineAndColumn == [3, 8])
      #expect(item.value["k"]?.position.lineAndColumn == [3, 12])
      #expect(root["b"]?.position.lineAndColumn == [4, 4])
      #expect(root["b"]?.position.file.line(2) == "  - x")
    }
  }

  @Test("Characters that YAML 1.1 took for line ends do not move what follows")
  func oddLineEnds() throws {
    let root = try parse("a: 'x\u{2028}y\u{85}z'\nb: 1\nc: 'é' ")
    #expect(root["b"]?.position.lineAndColumn == [2, 4])
    #expect(root["c"]?.position.lineAndColumn == [3, 4])
  }

  @Test("A byte order mark is no character of the first key")
  func byteOrderMark() throws {
    #expect(try parse("\u{FEFF}a: 1\nb: 2")["b"]?.position.lineAndColumn == [2, 4])
    #expect(try parse("\u{FEFF}a: 1")["a"]?.text == "1")
  }
}

@Suite("Diagnostics")
struct DiagnosticTests {
  @Test("A mistake is told with its line, a caret and a hint")
  func description() throws {
    let found = try #require(mistake(in: "rules:\n  a: 1\n  a: 2\n"))
    #expect(
      found.description == """
        m.yaml:3:3: error: the key 'a' occurs twice
            a: 2
            ^
        """)
    let hinted = try #require(mistake(in: "a: 1\n---\n"))
    #expect(hinted.description.hasSuffix("\n  hint: remove the '---'"))
  }

  @Test("Mistakes are told in the order of the file")
  func order() {
    let source = SourceText(name: "m.yaml", text: "ab\ncd\n")
    let all = [4, 0, 3, 1].map { Diagnostic("at \($0)", at: source.position(ofByte: $0)) }
    #expect(Diagnostics(all).all.map(\.message) == ["at 0", "at 1", "at 3", "at 4"])
  }

  @Test("Places outside the file are its ends")
  func outside() {
    let source = SourceText(name: "m.yaml", text: "ab\ncd")
    #expect(source.position(ofByte: -5).lineAndColumn == [1, 1])
    #expect(source.position(ofByte: 99).lineAndColumn == [2, 3])
    #expect(source.line(0) == "" && source.line(9) == "" && source.line(2) == "cd")
  }

  @Test(
    "A misspelt word finds the nearest known one",
    arguments: [
      ("lowercse", "did you mean 'lowercase'?"), ("LOWERCASE", "did you mean 'lowercase'?"),
      ("zzz", "known are length, lowercase, uppercase"), ("lenght", "did you mean 'length'?"),
    ])
  func suggestions(word: String, hint: String) {
    #expect(Suggestion.hint(for: word, in: ["uppercase", "lowercase", "length"]) == hint)
  }
}
