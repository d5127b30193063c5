import Foundation
import MappingTest
import TestSupport
import Testing
import YAML

/// Files of tests with mistakes, in `Tests/Fixtures/mapping-test`: as those of mappings.
@Suite("Mistakes in files of tests")
struct MistakeTests {
  private static let folder = Golden.fixtures.appending(path: "mapping-test")

  static func fixtureNames() -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(TestFile.suffix) }.sorted()
  }

  @Test("There are fixtures for every part of a file")
  func fixtures() {
    #expect(
      MistakeTests.fixtureNames().map { $0.replacing(TestFile.suffix, with: "") } == [
        "descriptors", "empty", "entities", "expect", "given", "places", "root", "tests",
      ])
  }

  @Test("Every mistake is told at its place, and no other", arguments: fixtureNames())
  func told(name: String) throws {
    let marked = MarkedText(try fixture("mapping-test/\(name)"))
    marked.expect(mistakes(in: marked.text), golden: "mapping-test/mistakes/\(name).txt")
  }

  @Test("A mistake is shown with its line and a caret")
  func caret() throws {
    let text = """
      apiVersion: avalon-sync/v1
      kind: MappingTest
      given:
        sequences: [SQ01]
        shots: [{name: SH010, sequence: SQ10}]
      tests: [{name: one, expect: {documents: {}}}]
      """
    #expect(
      mistakes(in: text).first?.description == """
        a.test.yaml:5:35: error: the sequence 'SQ10' is not given
            shots: [{name: SH010, sequence: SQ10}]
                                            ^
          hint: known are SQ01
        """)
  }

  @Test("What all tests share is told once")
  func once() {
    let test = "{expect: {documents: {}}, name: "
    let text = """
      apiVersion: avalon-sync/v1
      kind: MappingTest
      given: {shots: [{name: SH010, canceled: maybe}]}
      tests: [\(test)one}, \(test)two}]
      """
    #expect(mistakes(in: text).map(\.message) == ["Kitsu has true or false here"])
  }

  @Test("A file is bounded")
  func bounds() {
    let head = "apiVersion: avalon-sync/v1\nkind: MappingTest\n"
    let tests = (0...500).map { "{name: t\($0), expect: {documents: {}}}" }
    let many = mistakes(in: head + "tests: [\(tests.joined(separator: ", "))]")
    #expect(many.map(\.message) == ["more than 500 tests in one file"])
    let assets = (0...500).map { "a\($0)" }.joined(separator: ", ")
    let large = mistakes(in: head + "given: {assets: [\(assets)]}\ntests: [\(tests[0])]")
    #expect(large.map(\.message) == ["more than 500 entities"])
    let nul = mistakes(
      in: head + "given: {project: {data: {\"a\\0b\": 1}}}\ntests: [\(tests[0])]")
    #expect(nul.map(\.message) == ["a key with a NUL character"])
  }

  @Test("Random damage to the shipped tests is told or harmless", arguments: [1, 2])
  func fuzz(seed: UInt64) throws {
    let path = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "mappings/avalon.test.yaml")
    let sound = try String(contentsOf: path, encoding: .utf8)
    #expect(mistakes(in: sound).isEmpty)
    let mapping = try shipped()
    var random = SeededRandom(seed)
    var told = 0
    for _ in 0..<100 {
      let text = random.damage(sound)
      do throws(Diagnostics) {
        let file = try TestFile.parse(SourceText(name: "a.test.yaml", text: text))
        for test in file.tests { #expect(!test.run(mapping).name.isEmpty) }
      } catch {
        told += 1
        for mistake in error.all { #expect(mistake.description.contains("a.test.yaml:")) }
      }
    }
    #expect(told > 20)
  }
}
