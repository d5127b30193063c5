import Foundation
import Mapping
import TestSupport
import Testing
import YAML

/// Mappings with mistakes, in `Tests/Fixtures/mapping`. A marker (`1️⃣`) stands before each place
/// at which a mistake must be told; the golden beside says which mistake, with its hint.
@Suite("Mistakes in mappings")
struct DiagnosticTests {
  private static let folder = Golden.fixtures.appending(path: "mapping")

  static func fixtureNames() -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
  }

  @Test("There are fixtures for every part of a mapping")
  func fixtures() {
    #expect(
      DiagnosticTests.fixtureNames() == [
        "choices.yaml", "circles.yaml", "directives.yaml", "documents.yaml", "expressions.yaml",
        "filters.yaml", "flow.yaml", "folders.yaml", "frames.yaml", "items.yaml", "lets.yaml",
        "names.yaml", "references.yaml", "resorts.yaml", "root.yaml", "rules.yaml", "shape.yaml",
        "types.yaml",
      ])
  }

  @Test("The fixtures show at least sixty kinds of mistakes, whatever names they are about")
  func kinds() throws {
    var messages: [String] = []
    for name in DiagnosticTests.fixtureNames() {
      let marked = MarkedText(try fixture("mapping/\(name)"))
      messages += MappingTests.mistakes(in: marked.text).map(\.message)
    }
    for name in OverlayMistakeTests.cases {
      let files = try OverlayMistakeTests.files(name)
      messages += try OverlayFiles(files.mapValues(\.text)).mistakes().map(\.message)
    }
    let kinds = Set(messages.map { $0.replacing(/'[^']*'|[0-9]+/, with: "…") })
    #expect(kinds.count >= 60, "\(kinds.count)")
  }

  @Test("Of very many mistakes the first hundred are told, in bounded time")
  func many() {
    let names = (0..<20_000).map { "  name_number_\($0): ${value | nme_number_\($0)}\n" }.joined()
    let long = String(repeating: "x", count: 1 << 20)
    let text = shotMapping(data: "{v: '${shot.\(long)}'}")
      .replacing("define: {}", with: "define:\n\(names)")
    #expect(MappingTests.mistakes(in: text).count == 100)
  }

  @Test("Every mistake is told at its place, and no other", arguments: fixtureNames())
  func mistakes(name: String) throws {
    let marked = MarkedText(try fixture("mapping/\(name)"))
    marked.expect(MappingTests.mistakes(in: marked.text), golden: "mapping/mistakes/\(name).txt")
  }

  @Test("A mistake is shown with its line and a caret")
  func caret() throws {
    let text = shotMapping(data: "{v: '${shot.nam | lowercse}'}")
    let found = try #require(MappingTests.mistakes(in: text).first)
    #expect(
      found.description == """
        m.yaml:15:25: error: shot has no field 'nam'
                data: {v: '${shot.nam | lowercse}'}
                                  ^
          hint: did you mean 'name'?
        """)
  }

  @Test("A hostile mapping ends in a mistake, in bounded time")
  func bounds() {
    let deep = String(repeating: "(", count: 400) + "1" + String(repeating: ")", count: 400)
    let long = Array(repeating: "1", count: 600).joined(separator: "+")
    let signs = String(repeating: "-", count: 500) + "1"
    for expression in [deep, long, signs] {
      let found = MappingTests.mistakes(in: shotMapping(data: "{v: \(quoted(expression))}"))
      #expect(found.count == 1)
    }
    // Each field uses the next one twice.
    let fields = (0..<30).map { "f\($0): '${self.data.f\($0 + 1) + self.data.f\($0 + 1)}'" }
    let data = "{" + (fields + ["f30: 1"]).joined(separator: ", ") + "}"
    let found = MappingTests.mistakes(in: shotMapping(data: data))
    #expect(found.contains { $0.message == "'self' is used more than 1000 times" })
  }

  @Test("Random damage to the shipped mapping is told or harmless", arguments: [1, 2])
  func fuzz(seed: UInt64) throws {
    let sound = try String(
      contentsOf: Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "mappings/avalon.yaml"), encoding: .utf8)
    #expect(MappingTests.mistakes(in: sound).isEmpty)
    var random = SeededRandom(seed)
    var told = 0
    for _ in 0..<150 {
      var text = sound
      for _ in 0...random.below(2) { text = random.damage(text) }
      let found = MappingTests.mistakes(in: text)
      if !found.isEmpty { told += 1 }
      for mistake in found { #expect(mistake.description.contains("m.yaml:")) }
    }
    #expect(told > 50)
  }
}
