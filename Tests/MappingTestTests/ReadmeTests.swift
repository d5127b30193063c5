import Foundation
import MappingTest
import TestSupport
import Testing
import YAML

@Suite("The page about mappings")
struct ReadmeTests {
  @Test("Its example of a test passes")
  func example() throws {
    let page = try String(
      contentsOf: Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "mappings/README.md"), encoding: .utf8)
    let blocks = page.split(separator: "```").filter { $0.contains("kind: MappingTest") }
    #expect(blocks.count == 1)
    for block in blocks {
      let text = block.drop { $0 != "\n" }
      let file = try TestFile.parse(SourceText(name: "README.md", text: String(text)))
      let mapping = try shipped()
      #expect(file.tests.count == 2)
      for test in file.tests { #expect(test.run(mapping).isPassed, "\(test.name)") }
    }
  }
}
