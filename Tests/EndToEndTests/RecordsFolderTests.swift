import Foundation
import TestSupport
import Testing

/// Where MongoDB's account may not use a database of the controller's, its records lie in a folder.
@Suite("Records in a folder", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct RecordsFolderTests {
  private func with(
    _ body: (_ site: Site, _ database: AvalonDatabase, _ records: TemporaryFolder) async throws ->
      Void
  ) async throws {
    try await PrivateMongod.with(login: true) { server in
      let admin = try await server.account("root", password: "secret", role: "root", in: "admin")
      let own = try await server.account(
        "sync", password: "secret", role: "readWrite", in: "avalon", by: admin)
      let folder = try TemporaryFolder()
      let records = try TemporaryFolder()
      let snapshot = try SnapshotText.production(shots: 2).write(to: folder)
      var site = Site.snapshot(snapshot, own)
      site.environment["DATA_PATH"] = records.url.path
      try await body(site, own, records)
    }
  }

  @Test("apply keeps its journal there, and history and undo find it")
  func journal() async throws {
    try await with { site, database, records in
      let applied = try await site.run("apply", "--auto-approve")
      #expect(applied.code == 0 && !applied.all.contains("no journal"), "\(applied.all)")
      #expect(try records.files().contains { $0.hasPrefix("avalon_sync/") })
      let history = try await site.run("history", "--format", "json")
      let answer = try JSONDecoder().decode(JSONValue.self, from: Data(history.output.utf8))
      let run = try #require(answer["runs"]?.list?.first?["run"]?.string, "\(history.all)")
      let undone = try await site.run("undo", run, "--auto-approve")
      #expect(undone.code == 0 && undone.all.contains("archive"), "\(undone.all)")
      var without = site
      without.environment["DATA_PATH"] = nil
      let blind = try await without.run("plan")
      #expect(blind.errors.contains("set DATA_PATH to a folder"), "\(blind.all)")
      #expect(try await database.collections() == ["snow"])
    }
  }

  @Test("A folder that cannot be made: nothing is written, and the message names it")
  func impossible() async throws {
    try await with { site, database, _ in
      var wrong = site
      wrong.environment["DATA_PATH"] = "/proc/none"
      let applied = try await wrong.run("apply", "--auto-approve")
      #expect(applied.code == 1 && applied.all.contains("/proc/none"), "\(applied.all)")
      #expect(try await database.collections().isEmpty)
      let planned = try await wrong.run("plan")
      #expect(planned.code == 0, "\(planned.all)")
    }
  }

  @Test("A second service waits until the first has ended")
  func second() async throws {
    try await with { usual, database, records in
      var site = usual
      // It is made by whoever needs it first.
      site.environment["DATA_PATH"] = records.url.appending(path: "new").path
      let settings = "{service: {sweep: 1s, survey: 1s}}\n"
      let first = try await RunningService(site, settings: settings)
      try await RunningService.eventually("the project is there") {
        try await database.collections() == ["snow"]
      }
      let port = try Mongod.freePort()
      let second = try await RunningService(
        site, settings: settings, "--listen", "127.0.0.1:\(port)")
      try await RunningService.eventually("the second one runs") {
        do { return try await Curl(port: port).get("/healthz").status == 200 } catch is Curl.Failure
        {
          return false
        }
      }
      try await Task.sleep(for: .seconds(4))
      let ended = try await first.stop()
      #expect(ended.code == 0, "\(ended.all)")
      try await RunningService.eventually("the second one works") {
        let status = try await site.run("status", "--format", "json")
        let answer = try JSONDecoder().decode(JSONValue.self, from: Data(status.output.utf8))
        return answer["running"] == true
      }
      let last = try await second.stop()
      #expect(last.code == 0, "\(last.all)")
      #expect(last.all.contains("another process keeps its records there"), "\(last.all)")
    }
  }
}
