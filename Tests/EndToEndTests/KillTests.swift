import Foundation
import TestSupport
import Testing

/// SIGKILL in the middle of an apply: the next one completes it.
@Suite(
  "Killed half-way", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct KillTests {
  private static let shots = 3000
  /// The project, 30 sequences, and the shots.
  private static let documents = 3031

  @Test("Creates and changes are completed by the next apply", arguments: Deployment.allCases)
  func kill(_ deployment: Deployment) async throws {
    let folder = try TemporaryFolder()
    let database = try deployment.database()
    let first = try SnapshotText.production(shots: KillTests.shots).write(to: folder, "25.json")
    let site = Site.snapshot(first, database)
    // A batch is an intent, the batch, and its outcome: three writes.
    for writes in [3, 6, 2] {
      let written = try await killed(first, database, after: writes)
      #expect(0 < written && written < KillTests.documents)
    }
    try await expectComplete(site, database, fps: 25)

    let second = try SnapshotText.production(shots: KillTests.shots, fps: "24")
      .write(to: folder, "24.json")
    // Four batches at once: at most four of six writes are their intents, and no four are batches.
    _ = try await killed(second, database, after: 6)
    let rates = try await database.documents("snow").compactMap { $0["data", "fps"] }
    #expect(rates.contains(24) && rates.contains(25))
    try await expectComplete(.snapshot(second, database), database, fps: 24)
    try await database.drop()
  }

  /// Applies, and kills it when so many of its writes are done and the next ones hang.
  /// - Returns: how many documents there are afterwards.
  private func killed(
    _ snapshot: String, _ database: AvalonDatabase, after writes: Int
  ) async throws -> Int {
    try await Site.snapshot(snapshot, database).applyKilled(database, after: writes)
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

  /// As if the process had died between its last write and the outcome: the next plan is empty.
  @Test(
    "An outcome that was not told is settled by a run with nothing to do",
    arguments: Deployment.allCases)
  func untold(_ deployment: Deployment) async throws {
    let trial = try Trial(deployment, .shots(2))
    try await trial.sync()
    let records = AvalonDatabase(trial.database.uri, name: trial.database.name + "_sync")
    try await records.update("journal", ["state": "done"], ["$set": ["state": "open"]])
    #expect(try await records.count("journal", ["state": "open"]) == 1)
    #expect(try await trial.sync().changes.isEmpty)
    #expect(try await records.count("journal", ["state": "open"]) == 0)
    let history = try await trial.site.run("history").output
    #expect(!history.contains("failed"), "\(history)")
    try await trial.drop()
  }
}
