import Foundation
import TestSupport
import Testing

/// The README's chapter *Moving from Avalon Sync*: each of its commands, in its order, on a database that
/// the old tool made on the productions of `examples/studio`.
@Suite(
  "Moving from Avalon Sync",
  .enabled(if: Deployment.isAvailable && OldStudio.isAvailable), .timeLimit(.minutes(4)))
struct MovingTests {
  private static let root = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let snapshot = root.appending(path: "examples/studio/kitsu-snapshot.json").path

  @Test("Each command of the chapter says what stands below it", arguments: Deployment.allCases)
  func chapter(_ deployment: Deployment) async throws {
    let folder = try TemporaryFolder()
    let database = try deployment.database()
    let studio = try await OldStudio.make(
      .avalonSync, of: MovingTests.snapshot, in: .mongo(database),
      dataPath: folder.file("store"))
    let ids = try await documentIDs(database, studio)
    var commands = 0
    for block in try MovingTests.blocks() {
      switch block.kind {
      case "yaml":
        let name = try #require(block.lines.first?.wholeMatch(of: /# (\S+)/)?.1)
        _ = try folder.write(block.lines.joined(separator: "\n") + "\n", to: String(name))
      case "console":
        commands += try await run(block.lines, in: folder, database)
      default: Issue.record("a block of \(block.kind)")
      }
    }
    #expect(commands == 10)
    // Every document that there was is there, and no other one.
    #expect(try await documentIDs(database, studio) == ids)
    try await database.drop()
  }

  /// Runs the commands of a block. The lines below one stand in its output, in their order.
  private func run(
    _ lines: [String], in folder: TemporaryFolder, _ database: AvalonDatabase
  ) async throws -> Int {
    var commands = 0
    var output: Substring = ""
    for line in lines {
      if line.hasPrefix("$ ") {
        commands += 1
        let outcome = try await shell(String(line.dropFirst(2)), in: folder, database)
        #expect(outcome.code == 0, "\(line)\n\(outcome.all)")
        output = outcome.output[...]
      } else if let place = output.range(of: line) {
        output = output[place.upperBound...]
      } else {
        Issue.record("not in the output, or not in this order: \(line)\n\(output)")
      }
    }
    return commands
  }

  private func shell(
    _ line: String, in folder: TemporaryFolder, _ database: AvalonDatabase
  ) async throws -> Command.Outcome {
    let programs = try stage()
    var command = Command(
      "/bin/sh", ["-c", line],
      environment: [
        "PATH": "\(programs.url.path):\(Stack.value("PATH") ?? "/usr/bin:/bin")",
        "GAZU_URL": "snapshot:\(MovingTests.snapshot)", "AVALON_MONGO": database.uri,
        "AVALON_DB": database.name, "DATA_PATH": folder.file("store").path,
      ])
    command.folder = folder.url
    return try await command.run()
  }

  /// The program, and what a machine of tests lacks: MongoDB's database tools, and systemd.
  private func stage() throws -> TemporaryFolder {
    let programs = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: programs.file("avalon-sync").path,
      withDestinationPath: Command.avalonSync([], environment: [:]).executable)
    let python = try #require(Stack.python)
    let tools = [
      "mongodump": "exec '\(python)' '\(Fixture.path("mongodump.py"))' \"$@\"", "systemctl": ":",
    ]
    for (name, body) in tools {
      let path = try programs.write("#!/bin/sh\n\(body)\n", to: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return programs
  }

  private func documentIDs(
    _ database: AvalonDatabase, _ studio: OldStudio
  ) async throws -> [String: Set<String>] {
    var ids: [String: Set<String>] = [:]
    for production in studio.productions.values {
      ids[production.collection] = Set(try await database.bytes(production.collection).keys)
    }
    #expect(Set(try await database.collections()) == Set(ids.keys))
    return ids
  }

  private struct Block {
    let kind: String
    var lines: [String] = []
  }

  /// The chapter's fenced blocks.
  private static func blocks() throws -> [Block] {
    let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let chapter = try #require(
      text.components(separatedBy: "\n## ").first { $0.hasPrefix("Moving from Avalon Sync\n") })
    var blocks: [Block] = []
    var open: Block?
    for line in chapter.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? Block(kind: String(line.dropFirst(3))) : nil
      } else {
        open?.lines.append(line)
      }
    }
    try #require(open == nil && !blocks.isEmpty)
    return blocks
  }
}
