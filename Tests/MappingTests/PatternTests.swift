import Testing

@testable import Mapping

@Suite("Patterns")
struct PatternTests {
  @Test(
    "A pattern matches the whole text or not",
    arguments: [
      ("abc", "abc", true), ("abc", "abcd", false), ("abc", "ab", false), ("", "", true),
      ("", "a", false), ("a*", "", true), ("a*", "aaa", true), ("a+", "", false),
      ("a?b", "b", true),
      ("a?b", "aab", false), ("a{2}", "aa", true), ("a{2}", "aaa", false), ("a{2,}", "aaaaa", true),
      ("a{2,}", "a", false), ("a{1,3}", "aaaa", false), ("a{0}", "", true), ("a{0,1}", "a", true),
      ("a|bc", "bc", true), ("a|bc", "ac", false), ("(a|b)c", "bc", true),
      ("(?:ab)+", "abab", true),
      ("a||b", "", true), ("()", "", true), ("[a-c]+", "abc", true), ("[a-c]+", "abd", false),
      ("[^a-c]+", "xyz", true), ("[^a-c]", "b", false), ("[]a]", "]", true), ("[^]a]", "b", true),
      ("[a-]", "-", true), ("[-a]", "-", true), ("[.]", "x", false), (#"[\]]"#, "]", true),
      (#"[\d_]+"#, "1_2", true), (#"\d+"#, "123", true), (#"\d"#, "٣", false),
      (#"\w+"#, "aZ_9", true),
      (#"\w"#, "é", false), (#"\s"#, "\t", true), (#"\S+"#, "é角", true), (#"\D"#, "1", false),
      (#"\W"#, "-", true), (#"\."#, "x", false), (#"\\"#, "\\", true), (#"\t\n"#, "\t\n", true),
      (".", "角", true), (".", "\n", true), ("..", "é", false), ("..", "e\u{301}", true),
      ("^ab$", "ab", true), ("a^b", "ab", false), ("a$b", "ab", false), ("(^a|b)c", "ac", true),
      ("x^*", "x", true), ("(a*)*", "aaa", true), ("(a*)+b", "aab", true),
      ("(a|ab)(c|bcd)", "abcd", true),
      ("(a?){3}", "aa", true), ("[😀-😂]+", "😁", true), ("é", "e\u{301}", false), ("]", "]", true),
      ("a}", "a}", true),
    ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try Pattern(pattern).matchesWhole(text) == expected)
  }

  @Test(
    "Replacement takes the leftmost and longest matches that are not empty",
    arguments: [
      ("[^a-z]+", "a1b22c", "_", "a_b_c"), ("a|ab", "abab", "x", "xx"), ("a*", "baac", "x", "bxc"),
      ("x", "abc", "y", "abc"), ("^a", "aaa", "x", "xaa"), ("a$", "aaa", "x", "aax"),
      (".", "é角", "_", "__"),
      ("aa", "aaaaa", "b", "bba"), ("a+", "aXaa", "", "X"), ("b", "", "x", ""),
      ("(a|b)+", "xabay", "$1", "x$1y"),
    ])
  func replaces(pattern: String, text: String, replacement: String, expected: String) throws {
    #expect(try Pattern(pattern).replaceAll(in: text, with: replacement) == expected)
  }

  @Test(
    "What is not of the language is refused at its place",
    arguments: [
      ("(a", "'(' has no ')'", 2), ("a)", "')' has no '(' before it", 1),
      ("[a", "'[' has no ']'", 2),
      ("*a", "'*' repeats nothing", 0), ("a**", "'*' follows another repetition", 2),
      ("a+?", "'?' follows another repetition", 2), ("a{", "a number is missing after '{'", 2),
      ("a{,3}", "a number is missing after '{'", 2), ("a{2", "'{' has no '}'", 3),
      ("a{3,2}", "the repetition ends before it starts", 6),
      ("a{101}", "more than 100 repetitions", 5),
      ("{2}", "'{' repeats nothing", 0), (#"\1"#, "'\\1' is not known", 2),
      (#"\b"#, "'\\b' is not known", 2),
      (#"\p{L}"#, "'\\p' is not known", 2), (#"a\"#, "the pattern ends with '\\'", 2),
      ("(?=a)", "only plain groups and '(?:' are known", 2),
      ("(?<n>a)", "only plain groups and '(?:' are known", 2),
      ("[b-a]", "the range ends before it starts", 4), (#"[\D]"#, "a negated class inside [ ]", 3),
      (#"[A-\d]"#, "a range ends with a plain character", 3), ("é(", "'(' has no ')'", 3),
    ])
  func refusals(pattern: String, message: String, offset: Int) throws {
    do throws(SyntaxError) {
      _ = try Pattern(pattern)
      Issue.record("'\(pattern)' was taken")
    } catch {
      #expect(error.message == message)
      #expect(error.offset == offset, "\(pattern)")
    }
  }

  @Test("Patterns that are too large are refused, those that are empty end")
  func limits() {
    for pattern in [
      String(repeating: "a", count: 501), "((a{100}){100}){100}", "((((a{9}){9}){9}){9}){9}",
      String(repeating: "(", count: 30) + String(repeating: ")", count: 30),
    ] {
      #expect(throws: SyntaxError.self) { try Pattern(pattern) }
    }
    let empty = String(repeating: "(", count: 15) + String(repeating: "){100}", count: 15)
    #expect(throws: Never.self) { try Pattern(empty) }
  }

  @Test(
    "What makes other engines take for ever takes linear time",
    arguments: [
      "(a+)+$", "(a|a)*$", "(a|aa)+$", "(a*)*b", "(.*)*x", "((a?){10}){10}a*$", "a|a*b",
      "((((a*)*)*)*)*b",
    ])
  func linearTime(pattern: String) throws {
    let pattern = try Pattern(pattern)
    func visits(_ length: Int) throws -> Int {
      let text = String(repeating: "a", count: length) + "!"
      #expect(!pattern.matchesWhole(text))
      let matches = pattern.matches(in: Array(text.unicodeScalars))
      #expect(matches.visits <= (length + 2) * pattern.program.count * 8)
      return matches.visits
    }
    // Each further character costs the same, wherever the text ends and whatever follows.
    let costs = try [10, 100, 1000, 10_000].map(visits)
    #expect((costs[3] - costs[2]) == 10 * (costs[2] - costs[1]))
    #expect((costs[2] - costs[1]) == 10 * (costs[1] - costs[0]))
  }

  @Test("A replacement is refused where it gets too long")
  func bounded() throws {
    let text = String(repeating: "a", count: 1000)
    let long = String(repeating: "b", count: 66)
    #expect(throws: Filter.Refusal.self) { try Pattern("a").replaceAll(in: text, with: long) }
    #expect(try Pattern("a+").replaceAll(in: text, with: long) == long)
  }
}
