import Controller
import TestSupport
import Testing

/// Patterns of names as shells have them.
@Suite("Patterns of project names")
struct GlobTests {
  @Test(
    "Examples",
    arguments: [
      ("Hulk*", "Hulk 2", true), ("Hulk*", "Hulk", true), ("Hulk*", "The Hulk", false),
      ("hulk", "Hulk", false), ("*", "", true), ("?", "", false), ("S??", "S01", true),
      ("S0[123]", "S02", true), ("S0[!123]", "S02", false), ("S0[1-3]", "S03", true),
      ("[]]", "]", true), ("[a-]", "-", true), ("[WIP", "[WIP", true), ("[WIP", "W", false),
      ("[]", "[]", true), ("É*", "E\u{301}t\u{E9}", true), ("", "", true), ("", "a", false),
    ])
  func examples(pattern: String, name: String, isMatch: Bool) {
    #expect(Glob(pattern).matches(name) == isMatch)
  }

  @Test("Those that match one name only, and those that match all")
  func kinds() {
    #expect(Glob("Hulk").isLiteral && Glob("[WIP").isLiteral)
    #expect(!Glob("Hulk?").isLiteral && !Glob("[a]").isLiteral)
    #expect(Glob("*").matchesAll && Glob("**").matchesAll)
    #expect(!Glob("*a").matchesAll && !Glob("").matchesAll)
  }

  @Test("Any pattern gives what trying every way gives", arguments: 0..<200)
  func naive(_ seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var count = 0
    for _ in 0..<200 {
      let parts = (0..<random.below(7)).map { _ in
        random.pick(["*", "?", "a", "b", "[ab]", "[!a]", "[a-b]", "["])
      }
      let name = (0..<random.below(8)).map { _ in random.pick(["a", "b", "c", "["]) }.joined()
      // A `[` that stands alone takes no other part for its end, as only sets bring a `]`.
      let pattern = parts.filter { $0 != "[" || !parts.contains { $0.hasSuffix("]") } }
      let expected = NaiveGlob.matches(pattern[...], name[...])
      #expect(Glob(pattern.joined()).matches(name) == expected, "\(pattern.joined()) \(name)")
      if expected { count += 1 }
    }
    #expect(count > 0, "nothing ever matched")
  }

  @Test("A hostile pattern ends")
  func hostile() {
    let pattern = Glob(String(repeating: "*a", count: 200) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 2000)))
  }
}

/// Tries every way.
private enum NaiveGlob {
  static func matches(_ pattern: ArraySlice<String>, _ name: Substring) -> Bool {
    guard let part = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    if part == "*" {
      return matches(rest, name) || (!name.isEmpty && matches(pattern, name.dropFirst()))
    }
    guard let first = name.first else { return false }
    let fits =
      switch part {
      case "?": true
      case "[ab]", "[a-b]": "ab".contains(first)
      case "[!a]": first != "a"
      default: part == String(first)
      }
    return fits && matches(rest, name.dropFirst())
  }
}
