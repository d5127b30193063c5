import Foundation
import TestSupport
import Testing

/// SIGKILL in the middle of an apply: the next one completes it.
@Suite(
  "Killed half-way", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct KillTests {
  private static let shots = 6000
  /// The project, 60 sequences, and the shots.
  private static let documents = 6061

  @Test("Creates and changes are completed by the next apply", arguments: Deployment.allCases)
  func kill(_ deployment: Deployment) async throws {
    let folder = try TemporaryFolder()
    let database = try deployment.database()
    let first = try SnapshotText.production(shots: KillTests.shots).write(to: folder, "25.json")
    let slow = try await database.slowed(milliseconds: 700)
    let site = Site.snapshot(first, database)
    for count in [1, 5, 1000] {
      let written = try await killed(.snapshot(first, slow), database, when: [:], count: count)
      #expect(written < KillTests.documents, "the kill came too late")
    }
    try await expectComplete(site, database, fps: 25)

    let second = try SnapshotText.production(shots: KillTests.shots, fps: "24")
      .write(to: folder, "24.json")
    let changed = Site.snapshot(second, database)
    _ = try await killed(
      .snapshot(second, slow), database, when: ["data.fps": 24], count: 900)
    try await expectComplete(changed, database, fps: 24)
    try await database.drop()
  }

  /// Applies, and kills it when so many documents match.
  /// - Returns: how many documents there are afterwards.
  private func killed(
    _ site: Site, _ database: AvalonDatabase, when filter: JSONValue, count: Int
  ) async throws -> Int {
    let started = AsyncStream<Int32>.makeStream()
    async let outcome = site.run("apply", "--auto-approve") { process in
      started.continuation.yield(process)
      started.continuation.finish()
    }
    for await process in started.stream {
      try await database.kill(process, when: "snow", matches: filter, count: count)
    }
    let end = try await outcome
    #expect(end.isKilled && end.code == SIGKILL || end.code == 0, "\(end.all)")
    return try await database.bytes("snow").count
  }

  private func expectComplete(
    _ site: Site, _ database: AvalonDatabase, fps: JSONValue
  ) async throws {
    let outcome = try await site.run("apply", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(try await site.run("plan", "--detailed-exitcode").code == 0)
    let documents = try await database.documents("snow")
    #expect(documents.count == KillTests.documents)
    #expect(Set(documents.map { $0["name"]?.string }).count == documents.count)
    #expect(Set(documents.map { $0["data", "kitsu", "id"]?.string }).count == documents.count)
    let rated = documents.filter { $0["data", "fps"] != nil }
    #expect(rated.count == KillTests.shots + 1 && rated.allSatisfy { $0["data", "fps"] == fps })
  }
}
