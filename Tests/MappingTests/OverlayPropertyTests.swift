import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

@Suite("Overlays: properties")
struct OverlayPropertyTests {
  @Test(
    "An overlay that says nothing changes nothing",
    arguments: ["", "define:\n", "rules: {}\n", "rules: {shot: {document: {data: {}}}}\n"])
  func empty(body: String) throws {
    let files = OverlayFiles(bodies: ["studio.yaml": "extends: avalon.yaml\n\(body)"])
    let bytes = try #require(ShippedMappings.all["avalon.yaml"])
    let base = try YAML.parse(SourceText(name: "avalon.yaml", bytes: bytes))
    #expect(try files.merged().root.shape == base.shape)
  }

  /// Random overlays of one kind of tree: what is a map in one file is a map in all.
  private struct Generator {
    var random: SeededRandom

    mutating func file() -> String {
      "define: \(map(2))\nrules: {\(rules())}\n"
    }

    private mutating func rules() -> String {
      keys("r").map { name in
        "\(name): {when: \(random.chance(30) ? "text" : map(1)), document: \(map(3))}"
      }.joined(separator: ", ")
    }

    private mutating func keys(_ letter: String) -> [String] {
      (0..<5).filter { _ in random.chance(50) }.map { "\(letter)\($0)" }
        .shuffled(using: &random)
    }

    private mutating func map(_ depth: Int) -> String {
      let entries = keys("k").map { key in
        let isMap = depth > 1 && key.hasSuffix("1")
        return "\(key): \(isMap ? map(depth - 1) : "\(random.below(100))")"
      }
      return "{\(entries.joined(separator: ", "))}"
    }
  }

  @Test("A chain gives the same as a list, wherever it is taken apart", arguments: 1...20)
  func association(seed: UInt64) throws {
    var generator = Generator(random: SeededRandom(seed))
    let (a, b, c) = (generator.file(), generator.file(), generator.file())
    let files = OverlayFiles(bodies: [
      "a.yaml": a, "b.yaml": b, "c.yaml": c,
      "ab.yaml": "extends: a.yaml\n\(b)", "bc.yaml": "extends: b.yaml\n\(c)",
      "list.yaml": "extends: [a.yaml, b.yaml, c.yaml]\n",
      "left.yaml": "extends: ab.yaml\n\(c)", "right.yaml": "extends: [a.yaml, bc.yaml]\n",
    ])
    let list = try files.merged("list.yaml").root.shape
    #expect(try files.merged("left.yaml").root.shape == list)
    #expect(try files.merged("right.yaml").root.shape == list)
    // The merged overlays as one file.
    let merged = YAMLWriter.text(try files.merged("bc.yaml").root)
    let parsed = try OverlayFiles([
      "a.yaml": "apiVersion: avalon-sync/v1\nkind: Mapping\n\(a)",
      "bc.yaml": merged,
      "studio.yaml": "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: [a.yaml, bc.yaml]\n",
    ]).merged().root
    #expect(parsed.shape == list)
  }
}
