import Foundation
import TestSupport
import Testing

/// `avalon-sync mapping test` as a program.
@Suite("The command 'mapping test'", .timeLimit(.minutes(1)))
struct MappingTestCommandTests {
  private static let mappings = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "mappings").path

  private func run(_ arguments: String..., in folder: URL? = nil) async throws -> Command.Outcome {
    var command = Command.avalonSync(["mapping", "test"] + arguments, environment: [:])
    command.folder = folder
    return try await command.run()
  }

  private static func file(_ mapping: String, silo: String) -> String {
    """
    apiVersion: avalon-sync/v1
    kind: MappingTest
    \(mapping)
    given: {assets: [Bob]}
    tests: [{name: one, expect: {documents: {bob: {silo: \(silo)}}}}]
    """
  }

  @Test("The tests of the shipped mappings pass")
  func shipped() async throws {
    let outcome = try await run(MappingTestCommandTests.mappings)
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.errors.isEmpty && outcome.output.contains("avalon.test.yaml: 18 tests passed"))
  }

  @Test("A failure is told with its place, exit code 1")
  func failure() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      MappingTestCommandTests.file("mapping: avalon.yaml", silo: "shots"), to: "a.test.yaml")
    let outcome = try await run("a.test.yaml", in: folder.url)
    #expect(outcome.code == 1 && outcome.errors.isEmpty)
    #expect(
      outcome.output == """
        ✗ one  a.test.yaml:5
          the document 'bob' is not as expected
          --- expected
          +++ got
          - silo: shots
          + silo: assets

        a.test.yaml: 1 test, 1 failed

        """)
    let junit = try await run("--format", "junit", "a.test.yaml", in: folder.url)
    #expect(junit.code == 1 && junit.errors.isEmpty)
    #expect(junit.output.hasPrefix("<?xml") && junit.output.contains("<failure message="))
  }

  @Test("The mapping is one beside the file, built in, or that of --mapping")
  func mapping() async throws {
    let folder = try TemporaryFolder()
    let inner = try folder.folder("tests")
    let text = """
      apiVersion: avalon-sync/v1
      kind: Mapping
      extends: avalon.yaml
      rules: {asset: {document: {silo: things}}}
      """
    _ = try folder.write(text, to: "tests/studio.yaml")
    let tests = MappingTestCommandTests.file
    _ = try folder.write(tests("mapping: studio.yaml", "things"), to: "tests/a.test.yaml")
    _ = try folder.write(tests("mapping: avalon.yaml", "assets"), to: "tests/b.test.yaml")
    let good = try await run("tests", in: folder.url)
    #expect(good.code == 0, "\(good.all)")
    #expect(
      good.output == """
        tests/a.test.yaml: 1 test passed
        tests/b.test.yaml: 1 test passed
        2 files: 2 tests passed

        """)
    let other = try await run("a.test.yaml", "--mapping", "avalon.yaml", in: inner)
    #expect(other.code == 1 && other.output.contains("+ silo: assets"))
  }

  @Test("Mistakes of a file or its mapping are told, other files are run, exit code 1")
  func mistakes() async throws {
    let folder = try TemporaryFolder()
    let file = MappingTestCommandTests.file
    _ = try folder.write("kind: Mapping", to: "broken.yaml")
    _ = try folder.write(file("mapping: broken.yaml", "assets"), to: "a.test.yaml")
    _ = try folder.write(file("mapping: nowhere.yaml", "assets"), to: "b.test.yaml")
    _ = try folder.write(file("mappin: avalon.yaml", "assets"), to: "c.test.yaml")
    _ = try folder.write(file("", "assets"), to: "d.test.yaml")
    _ = try folder.write(file("mapping: avalon.yaml", "assets"), to: "e.test.yaml")
    let outcome = try await run(".", in: folder.url)
    #expect(outcome.code == 1)
    for words in [
      "broken.yaml:1:1: error: ", "b.test.yaml:3:10: error: there is no mapping 'nowhere.yaml'",
      "c.test.yaml:3:1: error: ", "did you mean 'mapping'?",
      "d.test.yaml:1:1: error: the file names no mapping",
    ] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(outcome.output.contains("e.test.yaml: 1 test passed"), "\(outcome.output)")
    #expect(outcome.output.contains("5 files: 1 test passed, 4 of 5 files not tested"))
  }

  @Test("Wrong use is 64, a file that is not there 1")
  func use() async throws {
    #expect(try await run().code == 64)
    #expect(try await run("--format", "html", "a").code == 64)
    let missing = try await run("nowhere.test.yaml")
    #expect(missing.code == 1 && missing.errors.contains("there is no file 'nowhere.test.yaml'"))
    let folder = try TemporaryFolder()
    let empty = try await run(".", in: folder.url)
    #expect(empty.code == 1 && empty.errors.contains("*.test.yaml"))
  }
}
