import BSON
import Foundation
import TestSupport
import Testing
import YAML

@testable import Mapping

/// Holds `mappings/README.md` to the code.
@Suite("The language reference")
struct ReferenceTests {
  private static let url = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "mappings/README.md")

  private static func reference() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test("Every example is a mapping without a mistake")
  func examples() throws {
    let blocks = try ReferenceTests.reference().components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let mappings = blocks.filter { $0.contains("kind: Mapping\n") }
    #expect(mappings.count >= 2)
    for block in mappings {
      #expect(mistakes(in: block).map(\.description) == [])
    }
  }

  @Test("The generated parts say what the program does")
  func parts() throws {
    let page = try ReferenceTests.reference()
    for name in Reference.parts.keys {
      #expect(page.contains("<!-- generated: \(name) -->"), "the page has no part '\(name)'")
    }
    expectGolden(try Reference.rewrite(page), at: ReferenceTests.url)
  }

  @Test("A part that is not known or not closed is refused")
  func unknownParts() {
    for page in [
      "<!-- generated: filtres -->\n<!-- end -->", "<!-- generated: steps -->\n",
      "<!-- generated: steps -->\n<!-- generated: filters -->\n<!-- end -->",
    ] {
      #expect(throws: Reference.UnknownPart.self) { try Reference.rewrite(page) }
    }
  }

  static let exampleList =
    Filter.families.flatMap { $0.filters.flatMap(\.examples) }
    + OperatorDocumentation.levels.flatMap(\.examples)
    + FunctionDocumentation.all.flatMap(\.examples)

  @Test("Every example gives what the page says", arguments: exampleList)
  func example(_ example: Example) throws {
    let found = try Bench.expression(example.expression, tables: "{silos: {Props: prop}}")
    guard case .value(let value) = found else {
      Issue.record("\(example.expression): \(found)")
      return
    }
    #expect(JSONText.write(value) == example.result, "\(example.expression)")
  }

  @Test("Every filter and operator has an example, and every step does what its example says")
  func documented() throws {
    for filter in Filter.all.values { #expect(!filter.examples.isEmpty, "\(filter.name)") }
    for step in NameStep.all {
      var show = Show()
      let shot = show.add(.shot, step.text)
      let mapping = try compile(
        shotMapping(data: "{v: '${shot.name | clean}'}", steps: step.usage))
      let value = try evaluate(mapping, show).document(shot).document[path: ["data", "v"]]
      #expect(value == .string(step.result), "\(step.usage)")
    }
  }

  @Test("Every comparison and keyword is listed among the operators")
  func operators() {
    let words = OperatorDocumentation.levels.flatMap(\.operators).flatMap {
      $0.split(separator: " ")
    }
    let listed = Set(words.map(String.init))
    #expect(listed.isSuperset(of: BinaryOperator.comparisons.union(Lexer.keywords)))
  }
}
