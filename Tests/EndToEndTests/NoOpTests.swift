import TestSupport
import Testing

@Suite(
  "Nothing to do", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(3)))
struct NoOpTests {
  @Test("A second apply and any plan write nothing, by the server's own counters")
  func counters() async throws {
    try await PrivateMongod.with { server in
      let folder = try TemporaryFolder()
      let database = AvalonDatabase(server.uri)
      let file = try SnapshotText.production(shots: 250).write(to: folder)
      let site = Site.snapshot(file, database)
      let before = try await database.counters()
      #expect(try await site.plan(expecting: 2).count("add") == 254)
      #expect(try await database.counters() == before, "a plan writes nothing")
      #expect(try await site.apply().changes.count == 254)
      let applied = try await database.counters()
      // Three waves with a record of the journal each, and what is remembered of the project.
      #expect(applied["insert"]?.int == (before["insert"]?.int ?? 0) + 254 + 3 + 1)

      #expect(try await site.apply().changes.isEmpty)
      _ = try await site.plan(expecting: 0)
      #expect(try await database.counters() == applied)
    }
  }
}
