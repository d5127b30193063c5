import Foundation
import TestSupport
import Testing

/// What `mapping schema` prints, judged by a real validator (Python's `jsonschema`).
@Suite("Mapping schema", .enabled(if: Stack.has("TEST_PYTHON")), .timeLimit(.minutes(4)))
struct MappingSchemaTests {
  private static let root = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent()

  private struct Judgement: Decodable {
    struct Mistake: Decodable {
      let path: String
      let message: String
    }

    let file: String
    let mistakes: [Mistake]
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Validates files against the schema.
  private func judge(_ files: [URL]) async throws -> [Judgement] {
    let schema = try await Command.avalonSync(["mapping", "schema"], environment: [:]).run()
    #expect(schema.code == 0, "\(schema.all)")
    let schemaFile = try folder.write(schema.output, to: "schema.json")
    let check = Golden.fixtures.appending(path: "schema_check.py").path
    let outcome = try await Command(
      try #require(Stack.python), [check, "\(schemaFile)"] + files.map(\.path)
    ).run()
    #expect(outcome.code == 0, "\(outcome.all)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == files.count)
    return try lines.map { try JSONDecoder().decode(Judgement.self, from: Data($0.utf8)) }
  }

  /// The mapping files in a folder of the repository, with those in folders inside it.
  private static func mappings(in path: String) throws -> [URL] {
    let folder = root.appending(path: path)
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return try (names ?? []).sorted().map { folder.appending(path: $0) }.filter {
      try $0.pathExtension == "yaml"
        && String(contentsOf: $0, encoding: .utf8).contains("\nkind: Mapping\n")
    }
  }

  @Test("Every mapping that is shipped or shown is accepted")
  func sound() async throws {
    let places = ["mappings", "examples", "Tests/Fixtures/corpus/sound"]
    let files = try places.flatMap(MappingSchemaTests.mappings)
    #expect(files.count >= 3)
    for judgement in try await judge(files) {
      let told = judgement.mistakes.map { "\($0.path): \($0.message)" }
      #expect(told.isEmpty, "\(judgement.file)")
    }
  }

  @Test("The starting point of `mapping init` is accepted, as it is and uncommented")
  func starter() async throws {
    var command = Command.avalonSync(["mapping", "init", "studio.yaml"], environment: [:])
    command.folder = folder.url
    #expect(try await command.run().code == 0)
    let plain = folder.url.appending(path: "studio.yaml")
    let text = try String(contentsOf: plain, encoding: .utf8)
    let open = folder.url.appending(path: "open.yaml")
    // Examples have no blank behind the `#`.
    try Data(text.replacing(/(?m)^( *)#(?! )/, with: { $0.output.1 }).utf8).write(to: open)
    for judgement in try await judge([plain, open]) {
      #expect(judgement.mistakes.map(\.path) == [], "\(judgement.mistakes.map(\.message))")
    }
  }

  @Test("Of the fixtures with mistakes those are refused whose shape is wrong, at the place")
  func structural() async throws {
    var files: [URL] = []
    for file in try MappingSchemaTests.mappings(in: "Tests/Fixtures/mapping")
      + MappingSchemaTests.mappings(in: "Tests/Fixtures/overlay")
    {
      let name = file.path.split(separator: "/").suffix(2).joined(separator: "-")
      let target = folder.url.appending(path: name)
      let marked = MarkedText(try String(contentsOf: file, encoding: .utf8))
      try Data(marked.text.utf8).write(to: target)
      files.append(target)
    }
    var told = ""
    for judgement in try await judge(files) {
      told += URL(fileURLWithPath: judgement.file).lastPathComponent + "\n"
      for path in Set(judgement.mistakes.map(\.path)).sorted() {
        told += "  \(path.isEmpty ? "(root)" : path)\n"
      }
    }
    expectGolden(told, "mapping/schema-refusals.txt")
  }
}
