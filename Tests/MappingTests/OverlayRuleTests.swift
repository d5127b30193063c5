import BSON
import Mapping
import Testing
import YAML

@Suite("Overlays: rules that extend rules")
struct OverlayRuleTests {
  private let base = """
    rules:
      shot:
        from: shot
        when: {not_canceled: not shot.canceled}
        name: ${shot.id}
        document: {type: asset, silo: shots, data: {tags: [a], gone: 1}}
    """

  @Test("A rule is merged over the one that it extends, whatever their order")
  func extending() throws {
    let files = OverlayFiles(bodies: [
      "studio.yaml": base + """

          hero:
            extends: shot
            when: shot.data.hero
            document: {data: {tags: {$append: [b]}, gone: {$remove: true}, rank: 1}}
        """
    ])
    let hero = try #require(try files.merged().root[path: "rules.hero"])
    #expect(hero.names == ["from", "when", "name", "document"], "without 'extends'")
    #expect(hero["when"]?.names == ["not_canceled", "when"])
    #expect(hero[path: "document.data"]?.names == ["tags", "rank"])
    #expect(hero[path: "document.data.tags"]?.texts == ["a", "b"])
    #expect(try files.compiled().ownedFields.keys.sorted() == ["hero", "shot"])
  }

  @Test("It follows what overlays say of the rule that it extends, and of itself")
  func afterFiles() throws {
    let files = OverlayFiles(bodies: [
      "base.yaml": base + "\n  hero: {extends: shot, document: {data: {tags: {$append: [b]}}}}\n",
      "studio.yaml": """
      extends: base.yaml
      rules:
        shot: {document: {silo: film, data: {tags: [z]}}}
        hero: {document: {data: {tags: {$append: [c]}, gone: {$remove: true}}}}
      """,
    ])
    let hero = try files.merged().root[path: "rules.hero.document"]
    #expect(hero?["silo"]?.text == "film")
    #expect(hero?[path: "data.tags"]?.texts == ["z", "b", "c"])
    #expect(hero?[path: "data.gone"] == nil)
  }

  @Test("Chains of rules")
  func chains() throws {
    let files = OverlayFiles(bodies: [
      "studio.yaml": base
        + "\n  c: {extends: b, as: c}\n  b: {extends: shot, name: '${shot.name}'}\n"
    ])
    let rule = try files.merged().root[path: "rules.c"]
    #expect(rule?["name"]?.text == "${shot.name}" && rule?["from"]?.text == "shot")
  }

  @Test("Many rules that extend a large one, and very long chains, are refused in bounded time")
  func bounds() throws {
    let fields = (0..<5000).map { "f\($0): 1" }.joined(separator: ", ")
    let rules = (0..<1000).map { "  r\($0): {extends: big}\n" }.joined()
    let wide = OverlayFiles(bodies: [
      "studio.yaml": "rules:\n  big: {document: {data: {\(fields)}}}\n\(rules)"
    ])
    #expect(
      try wide.mistakes().first?.message
        == "rules that extend others come to more than 200000 values")
    let links = (0..<1000).map { "  r\($0): {extends: r\($0 + 1)}\n" }.joined()
    let long = OverlayFiles(bodies: ["studio.yaml": "rules:\n\(links)  r1000: {from: shot}\n"])
    #expect(
      try long.mistakes().first?.message == "rules extend each other more than 32 times")
  }
}
