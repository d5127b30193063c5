import Foundation
import TestSupport
import Testing

/// A dump directory on a disk that is full, that may not be written, or on which a file may not grow:
/// what was there is intact, and once there is room the next apply completes it.
@Suite("A dump on a bad disk", .enabled(if: Stack.has("TEST_PYTHON")), .timeLimit(.minutes(20)))
struct FullDiskTests {
  private static let rounds = Stack.value("TEST_CRASHES").flatMap { Int($0) } ?? 2
  private static let shots = 300

  /// A dump with its two productions, and what an undisturbed pair of applies makes of it.
  private struct Studio {
    let folder: TemporaryFolder
    let paths: [String]

    init() throws {
      folder = try TemporaryFolder()
      paths = [
        try SnapshotText.production(shots: FullDiskTests.shots).write(to: folder, "25.json"),
        try SnapshotText.production(shots: FullDiskTests.shots + 200, fps: "24")
          .write(to: folder, "24.json"),
      ]
    }

    func site(_ dump: String, _ step: Int) -> Site {
      Site(environment: [
        "GAZU_URL": "snapshot:\(paths[step])", "AVALON_MONGO": "dump:\(folder.file(dump).path)",
      ])
    }

    func apply(_ dump: String, _ step: Int) async throws {
      let outcome = try await site(dump, step).run("apply", "--auto-approve")
      #expect(outcome.code == 0, "\(outcome.all)")
    }

    func expectComplete(_ dump: String) async throws {
      try await apply(dump, 1)
      #expect(try await site(dump, 1).run("plan", "--detailed-exitcode").code == 0)
      #expect(try await documents(dump) == documents("reference"))
      #expect(try await documents(dump, "avalon_sync/journal").allSatisfy { $0["state"] == "done" })
    }

    func documents(_ dump: String, _ collection: String = "avalon/snow") async throws -> [JSONValue]
    {
      try await AvalonDatabase.documents(
        inDump: folder.file(dump).path + "/\(collection).bson")
    }
  }

  @Test("A file that may not grow: an error, or the signal that ends the process")
  func fileSize() async throws {
    let studio = try Studio()
    for step in [0, 1] { try await studio.apply("reference", step) }
    let sizes = try ["avalon/snow", "avalon_sync/journal"].map { name in
      try Data(contentsOf: studio.folder.file("reference/\(name).bson")).count / 1024
    }
    var random = SeededRandom(5)
    var (failed, killed) = (0, 0)
    for round in 0..<FullDiskTests.rounds {
      let dump = "dump\(round)"
      try await studio.apply(dump, 0)
      let before = try await studio.documents(dump)
      let limit = 16 + (round == 0 ? 0 : random.below(sizes.max() ?? 0))
      let trap = round.isMultiple(of: 2) ? "trap '' XFSZ; " : ""
      let outcome = try await studio.site(dump, 1).command(["apply", "--auto-approve"])
        .wrapped(in: "/bin/bash", ["-c", "\(trap)ulimit -f \(limit); exec \"$0\" \"$@\""]).run()
      #expect(
        outcome.isKilled ? outcome.code == SIGXFSZ : [0, 1].contains(outcome.code),
        "\(outcome.all)")
      if outcome.isKilled { killed += 1 } else if outcome.code == 1 { failed += 1 }
      let after = try await studio.documents(dump)
      expectNoneLost(before, after)
      #expect(Set(after.map { $0["name"]?.string }).count == after.count)
      try await studio.expectComplete(dump)
    }
    #expect(failed + killed > 0)
    try FileHandle.standardError.write(
      contentsOf: Data(
        "file size: \(FullDiskTests.rounds) limits, \(failed) applies failed, \(killed) were killed\n"
          .utf8))
  }

  private func expectNoneLost(_ before: [JSONValue], _ after: [JSONValue]) {
    let lost = Set(before.map { $0["_id"]?.id }).subtracting(after.map { $0["_id"]?.id })
    #expect(lost.isEmpty)
  }

  @Test("A directory that may not be written")
  func permission() async throws {
    let studio = try Studio()
    for step in [0, 1] { try await studio.apply("reference", step) }
    try await studio.apply("dump", 0)
    let before = try await studio.documents("dump")
    for name in ["avalon_sync", "avalon"] {
      let place = studio.folder.file("dump/\(name)").path
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
      let outcome = try await studio.site("dump", 1).command(["apply", "--auto-approve"])
        .boundByPermissions.run()
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
      #expect(outcome.all.contains("Permission denied"), "\(outcome.all)")
      // What cannot be written down first is not written.
      #expect(outcome.code == 1, "\(outcome.all)")
      #expect(try await studio.documents("dump") == before)
    }
    try await studio.expectComplete("dump")
  }

  @Test("A full disk", .enabled(if: getuid() == 0, "a disk is mounted"))
  func full() async throws {
    let studio = try Studio()
    for step in [0, 1] { try await studio.apply("reference", step) }
    try await studio.apply("dump", 0)
    let site = studio.site("disk", 1)
    let (dump, disk) = (studio.folder.file("dump").path, studio.folder.file("disk").path)
    let used =
      try FileManager.default.subpathsOfDirectory(atPath: dump)
      .filter { $0.hasSuffix(".bson") }
      .map { try Data(contentsOf: URL(fileURLWithPath: "\(dump)/\($0)")).count }.reduce(0, +) / 1024
    let script = """
      set -eu
      mkdir -p '\(disk)'
      mount -t tmpfs -o size=\(used + 100)k tmpfs '\(disk)'
      cp -r '\(dump)/.' '\(disk)'
      if "$0" "$@"; then echo 'it succeeded'; exit 1; fi
      mkdir '\(dump)-full'; cp -r '\(disk)/.' '\(dump)-full'
      """
    let outcome = try await site.command(["apply", "--auto-approve"])
      .wrapped(in: "/usr/bin/unshare", ["--mount", "/bin/bash", "-c", script]).run()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.all.contains("No space left on device"), "\(outcome.all)")
    let before = try await studio.documents("dump")
    let after = try await studio.documents("dump-full")
    expectNoneLost(before, after)
    try await studio.expectComplete("dump-full")
  }
}
