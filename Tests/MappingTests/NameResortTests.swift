import BSON
import Identity
import TestSupport
import Testing

@testable import Mapping

@Suite("Names: what becomes of those that cannot be")
struct NameResortTests {
  private func mapping(_ names: String, rule: String = "{}") -> String {
    """
    apiVersion: avalon-sync/v1
    kind: Mapping
    names: \(names)
    rules:
      asset:
        from: asset
        names: \(rule)
        name: ${asset.name}
        document: {type: asset, data: {}}
    """
  }

  private func names(
    _ mapping: String, _ assets: [(kitsu: String, avalon: String?)], taken: [String: String] = [:]
  ) throws -> [String?] {
    var show = Show()
    let ids = assets.map { show.add(.asset, $0.kitsu) }
    var known: [String: String] = [:]
    for (id, asset) in zip(ids, assets) { known[id] = asset.avalon }
    var facts = try facts(known)
    facts.taken = taken
    let evaluation = try evaluate(try compile(mapping), show, facts)
    #expect(evaluation.failure == nil)
    return ids.map { evaluation.names[$0] }
  }

  @Test("With 'suffix' newcomers get numbers, and keep them")
  func suffix() throws {
    let text = mapping("{on_collision: suffix}")
    #expect(
      try names(text, [("bob", nil), ("bob", nil), ("bob", nil)]) == ["bob", "bob_2", "bob_3"])
    #expect(
      try names(text, [("bob", "bob_3"), ("bob", "bob"), ("bob", nil)])
        == ["bob_3", "bob", "bob_2"])
    #expect(
      try names(text, [("bob", nil), ("bob_2", nil)], taken: ["bob": "an artist's"])
        == ["bob_3", "bob_2"])
    #expect(try names(text, [("bob", "bob_2")]) == ["bob"])
  }

  @Test("A number that the pattern or the length does not allow holds")
  func noNumber() throws {
    let text = mapping("{on_collision: suffix, must_match: '[a-z]+'}")
    #expect(try names(text, [("bob", "bob"), ("bob", nil)]) == ["bob", nil])
  }

  @Test("Names that differ in case alone are one where the file system says so")
  func caseless() throws {
    let assets: [(kitsu: String, avalon: String?)] = [("Bob", "Bob"), ("bob", nil)]
    #expect(try names(mapping("{}"), assets) == ["Bob", "bob"])
    #expect(try names(mapping("{case: insensitive}"), assets) == ["Bob", nil])
    #expect(
      try names(mapping("{case: insensitive, on_collision: suffix}"), assets) == ["Bob", "bob_2"])
    #expect(
      try names(mapping("{case: insensitive}"), [("bob", nil)], taken: ["BOB": "x"]) == [nil])
    // Its own name in another case is a rename, not a collision.
    #expect(try names(mapping("{case: insensitive}"), [("bob", "Bob")]) == ["bob"])
  }

  @Test("With 'fail' nothing of the project is to be written, with the reason")
  func fail() throws {
    var show = Show()
    _ = show.add(.asset, "bob")
    _ = show.add(.asset, "bob")
    let collision = try evaluate(try compile(mapping("{on_collision: fail}")), show)
    #expect(
      collision.failure
        == "asset 'bob': the name 'bob' is also that of asset 'bob', and 1 more")
    var other = Show()
    _ = other.add(.asset, "b b")
    let text = mapping("{must_match: '[a-z]+'}", rule: "{on_invalid: fail}")
    let invalid = try evaluate(try compile(text), other)
    #expect(invalid.failure?.hasPrefix("asset 'b b': the name 'b b' does not match") == true)
    #expect(try evaluate(try compile(mapping("{must_match: '[a-z]+'}")), other).failure == nil)
  }

  @Test("A rule's own pattern stands over the mapping's")
  func byRule() throws {
    let text = mapping("{must_match: '[a-z]+'}", rule: "{must_match: '[A-Z]+'}")
    #expect(try names(text, [("BOB", nil), ("bob", nil)]) == ["BOB", nil])
  }

  @Test("Numbers do not depend on the order of Kitsu's lists", arguments: 1...20)
  func order(seed: UInt64) throws {
    var random = SeededRandom(seed)
    let names = (0..<12).map { _ in random.pick(["a", "b", "a_2", "A", "b_2"]) }
    let ids = (0..<12).map { "00000000-0000-4000-8000-0000000001\($0 + 10)" }
    let mapping = try compile(mapping("{on_collision: suffix, case: insensitive}"))
    func evaluated(_ order: [Int]) throws -> [String: String] {
      var show = Show()
      for index in order { show.add(.asset, id: ids[index], names[index]) }
      return try evaluate(mapping, show).names
    }
    let straight = try evaluated(Array(0..<12))
    #expect(Set(straight.values.map { $0.lowercased() }).count == 12)
    #expect(try evaluated((0..<12).reversed()) == straight)
    // What was applied stays as it is.
    var show = Show()
    for index in 0..<12 { show.add(.asset, id: ids[index], names[index]) }
    #expect(try evaluate(mapping, show, facts(straight)).names == straight)
  }
}
