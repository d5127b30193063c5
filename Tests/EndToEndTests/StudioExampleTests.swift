import Foundation
import TestSupport
import Testing

/// `examples/studio`: what its README shows is what the program says.
@Suite("The example of a studio", .timeLimit(.minutes(4)))
struct StudioExampleTests {
  private static let example = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples/studio")
  private static let readme = example.appending(path: "README.md")

  /// Only what git keeps: no dumps of somebody who tried it.
  private static let files = [
    "avalon-sync.yaml", "kitsu-snapshot.json", "openpype-show.test.yaml", "openpype-show.yaml",
    "studio.test.yaml", "studio.yaml",
  ]

  @Test("Each command of its README gives what stands below it")
  func commands() async throws {
    let folder = try TemporaryFolder()
    for name in StudioExampleTests.files {
      try FileManager.default.copyItem(
        at: StudioExampleTests.example.appending(path: name), to: folder.file(name))
    }
    let programs = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: programs.file("avalon-sync").path,
      withDestinationPath: Command.avalonSync([], environment: [:]).executable)

    let text = try String(contentsOf: StudioExampleTests.readme, encoding: .utf8)
    var shown: [String] = []
    var isInBlock = false
    var commands = 0
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") { isInBlock = line == "```console" }
      guard isInBlock, !line.hasPrefix("```") else {
        shown.append(line)
        continue
      }
      // The output that stood there is left out, the real one is put in its place.
      guard line.hasPrefix("$ ") else { continue }
      commands += 1
      shown.append(line)
      shown += try await output(of: String(line.dropFirst(2)), in: folder, with: programs)
    }
    #expect(commands > 0 && !isInBlock)
    expectGolden(shown.joined(separator: "\n"), at: StudioExampleTests.readme)
  }

  @Test("Each excerpt of YAML in its README stands in its files")
  func excerpts() throws {
    let text = try String(contentsOf: StudioExampleTests.readme, encoding: .utf8)
    let files = try StudioExampleTests.files.map {
      StudioExampleTests.words(
        try String(
          contentsOf: StudioExampleTests.example.appending(path: $0), encoding: .utf8))
    }
    let excerpts = text.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
    #expect(!excerpts.isEmpty)
    for excerpt in excerpts {
      #expect(files.contains { $0.contains(StudioExampleTests.words(excerpt)) }, "\(excerpt)")
    }
  }

  private func output(
    of line: String, in folder: TemporaryFolder, with programs: TemporaryFolder
  ) async throws -> [String] {
    let path = "\(programs.url.path):\(Stack.value("PATH") ?? "/usr/bin:/bin")"
    var command = Command("/bin/sh", ["-c", line], environment: ["PATH": path])
    command.folder = folder.url
    let outcome = try await command.run()
    #expect(outcome.code == 0 && !outcome.output.isEmpty, "\(line)\n\(outcome.all)")
    return outcome.output.components(separatedBy: "\n").dropLast()
  }

  /// A text without its comments and its blanks at the ends of lines.
  private static func words(_ text: String) -> String {
    text.components(separatedBy: "\n")
      .map { $0.components(separatedBy: " #")[0] }
      .map { $0.replacing(/\s+$/, with: "") }
      .filter { !$0.isEmpty }
      .joined(separator: "\n")
  }
}
