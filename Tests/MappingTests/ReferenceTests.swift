import BSON
import Foundation
import TestSupport
import Testing
import YAML

@testable import Mapping

/// Holds `mappings/README.md` to the code.
@Suite("The language reference")
struct ReferenceTests {
  private static func reference() throws -> String {
    try String(
      contentsOf: Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "mappings/README.md"), encoding: .utf8)
  }

  private static func section(_ title: String) throws -> String {
    let parts = try reference().components(separatedBy: "\n## \(title)\n")
    let rest = try #require(parts.dropFirst().first)
    return rest.components(separatedBy: "\n## ")[0]
  }

  @Test("Every example is a mapping without a mistake")
  func examples() throws {
    let blocks = try ReferenceTests.reference().components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count == 2)
    for block in blocks {
      #expect(mistakes(in: block).map(\.description) == [])
    }
  }

  @Test("Every field of every source is listed, and no other")
  func sources() throws {
    let rows = try ReferenceTests.section("Sources").components(separatedBy: "\n| ").dropFirst()
    var listed: [String: Set<String>] = [:]
    for row in rows {
      let cells = row.components(separatedBy: "\n")[0].components(separatedBy: " | ")
      let words = try words(in: #require(cells.last))
      for source in cells[0] == "every entity" ? ["entity"] : self.words(in: cells[0]) {
        listed[source, default: []].formUnion(words)
      }
    }
    for type in RecordType.allCases {
      var expected = listed[type.rawValue] ?? []
      if type.kind != nil { expected.formUnion(listed["entity"] ?? []) }
      #expect(Set(type.fields.keys) == expected, "\(type.rawValue)")
    }
  }

  @Test("Every filter is listed, and no other")
  func filters() throws {
    let rows = try ReferenceTests.section("Filters").components(separatedBy: "\n| `").dropFirst()
    let names = rows.map { "`" + $0.components(separatedBy: " | ")[0] }.flatMap(words)
    let listed = Set(names.map { String($0.prefix { $0 != "(" }) })
    #expect(listed == Set(Filter.all.keys).union(["map"]))
  }

  @Test("The precedence table says what expressions give")
  func precedence() throws {
    let section = try ReferenceTests.section("Expressions")
    let claims: [(String, String)] = [
      ("2 + 3 * 4", "14"), ("7 / 2", "3.5"), ("6 / 2", "3"), ("10 - 4 - 3", "3"),
      ("1 + 1 in [2]", "true"), ("not 1 == 2", "true"), ("not false and false", "false"),
      ("true or false and false", "true"),
    ]
    for (expression, result) in claims {
      #expect(section.contains("`\(expression)` is \(result)"))
      #expect(try Bench.field("'${\(expression)}!'") == .value(.string(result + "!")))
    }
  }

  /// The words between backquotes.
  private func words(in text: String) -> [String] {
    text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}
