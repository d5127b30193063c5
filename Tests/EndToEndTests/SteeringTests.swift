import Foundation
import TestSupport
import Testing

/// Steering from any terminal: what the commands leave in the controller's database, and what they say
/// where no service runs.
@Suite("Steering", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct SteeringTests {
  private func site(
    _ folder: TemporaryFolder, _ database: AvalonDatabase, fps: String = "25"
  ) throws -> Site {
    let snapshot = try SnapshotText.production(shots: 2, fps: fps).write(to: folder, "kitsu.json")
    let settings = try folder.write(
      "controller: {database: \(database.name)_sync}\n", to: "avalon-sync.yaml")
    var site = Site.snapshot(snapshot, database)
    site.environment["AVALON_SYNC_CONFIG"] = settings
    return site
  }

  private func with(
    _ deployment: Deployment, _ body: (TemporaryFolder, AvalonDatabase, Site) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let database = try deployment.database()
    let site = try site(folder, database)
    let applied = try await site.run("apply", "--auto-approve")
    #expect(applied.code == 0, "\(applied.all)")
    // No Kitsu: every command here works without.
    var blind = site
    blind.environment["GAZU_URL"] = nil
    try await body(folder, database, blind)
    try await database.drop()
    try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
  }

  @Test("Where nobody runs, status says so and where it looked", arguments: Deployment.allCases)
  func status(_ deployment: Deployment) async throws {
    try await with(deployment) { (_, database, site) async throws in
      let text = try await site.run("status")
      #expect(text.code == 0, "\(text.all)")
      #expect(text.output.contains("database \(database.name)_sync, owner avalon-sync"))
      #expect(text.output.contains("no replica is running, and none ever told of itself here"))
      #expect(text.output.contains("Snow     not seen yet"))
      #expect(try await site.run("status", "--detailed-exitcode").code == 2)
      let json = try await site.run("status", "Snow", "--format", "json")
      let answer = try JSONDecoder().decode(JSONValue.self, from: Data(json.output.utf8))
      #expect(answer["running"] == false && answer["owner"] == "avalon-sync")
      #expect(answer["projects"]?.list?.count == 1)
      let held = try await site.run("held", "--detailed-exitcode")
      #expect(held.code == 0 && held.output.contains("Nothing is held."))
      let unknown = try await site.run("status", "Rain")
      #expect(unknown.code == 1 && unknown.errors.contains("known are Snow"), "\(unknown.all)")
    }
  }

  @Test("Another target that is away is told, and keeps nobody from steering the rest")
  func oneAway() async throws {
    try await with(.standalone) { (folder, database, site) async throws in
      let settings = """
        controller: {database: \(database.name)_sync}
        targets: {annex: {url: 'mongodb://127.0.0.1:1', timeout: 300}}
        """
      _ = try folder.write(settings + "\n", to: "avalon-sync.yaml")
      let away = "the target 'annex' cannot be used"
      for command in ["status", "held"] {
        let shown = try await site.run(command)
        #expect(shown.code == 1 && shown.errors.contains(away), "\(shown.all)")
      }
      #expect(try await site.run("status").output.contains("Snow     not seen yet"))
      for command in ["pause", "resume"] {
        let done = try await site.run(command, "Snow")
        #expect(done.code == 0 && done.errors.contains(away), "\(done.all)")
      }
      let undo = try await site.run("undo", "0123456789abcdef01234567", "--auto-approve")
      #expect(undo.code == 1 && undo.errors.contains("127.0.0.1:1"), "\(undo.all)")
    }
  }

  @Test("A pause holds plan and apply until it is over or resumed, and history tells of it")
  func pause() async throws {
    try await with(.standalone) { (folder, database, site) async throws in
      let paused = try await site.run("pause", "Snow", "--until", "2d", "--why", "we move house")
      #expect(paused.code == 0 && paused.errors.contains("we move house"), "\(paused.all)")
      let changed = try self.site(folder, database, fps: "24")
      let plan = try await changed.run("plan")
      #expect(plan.output.contains("we move house") && plan.output.contains(" until 20"))
      #expect(plan.output.contains("avalon-sync resume 'Snow'"))
      _ = try await changed.run("apply", "--auto-approve")
      #expect(try await database.project("snow")["data", "fps"] == 25)
      let held = try await site.run("held")
      #expect(held.output.contains("⏸ paused by") && held.output.contains("we move house"))
      #expect(try await site.run("resume", "Snow").code == 0)
      let again = try await site.run("resume", "Snow")
      #expect(again.code == 1 && again.errors.contains("is paused: none is"))
      #expect(try await changed.run("apply", "--auto-approve").code == 0)
      #expect(try await database.project("snow")["data", "fps"] == 24)

      #expect(try await site.run("pause", "Snow", "--until", "1s").code == 0)
      try await Task.sleep(for: .milliseconds(1200))
      let over = try self.site(folder, database, fps: "30")
      #expect(try await over.run("apply", "--auto-approve").code == 0)
      #expect(try await database.project("snow")["data", "fps"] == 30)

      let history = try await site.run("history")
      let lines = history.output.split(separator: "\n")
      #expect(lines.filter { $0.hasPrefix("Pause of Snow") }.count == 2, "\(history.output)")
      #expect(lines.contains { $0.hasPrefix("Resume of Snow") })
      #expect(lines.contains { $0.hasPrefix("Pause of Snow") && $0.contains("we move house") })
      for wrong in ["yesterday", "2001-01-01"] {
        #expect(try await site.run("pause", "Snow", "--until", wrong).code == 1)
      }
    }
  }

  @Test("What is asked for stays asked for once, until a service does it")
  func sync() async throws {
    try await with(.standalone) { (_, _, site) async throws in
      for _ in 0..<2 {
        let asked = try await site.run("sync", "Snow", "--why", "a doubt")
        #expect(asked.code == 0 && asked.errors.contains("it is done when one runs"))
      }
      let late = try await site.run("sync", "Snow", "--wait", "500ms")
      #expect(late.code == 1 && late.errors.contains("not done within 500ms: 'Snow'"))
      let status = try await site.run("status")
      #expect(status.output.components(separatedBy: "Asked for, and not done yet").count == 2)
      let history = try await site.run("history", "--format", "json")
      let answer = try JSONDecoder().decode(JSONValue.self, from: Data(history.output.utf8))
      let requests = answer["requests"]?.list ?? []
      #expect(requests.count == 1 && requests[0]["kind"] == "sync")
      #expect(requests[0]["state"] == "open" && requests[0]["why"] == "a doubt")
    }
  }

  @Test("A saved plan with its guard is approved; one that lifts nothing is refused")
  func approve() async throws {
    try await with(.standalone) { (folder, database, site) async throws in
      let changed = try self.site(folder, database, fps: "24")
      let plain = folder.url.appending(path: "plain.json").path
      #expect(try await changed.run("plan", "--out", plain).code == 0)
      let refused = try await site.run("approve", plain)
      #expect(refused.code == 1 && refused.errors.contains("lifts nothing"), "\(refused.all)")
      let file = folder.url.appending(path: "plan.json").path
      #expect(
        try await changed.run("plan", "--allow", "path-changes", "--out", file).code == 0)
      let approved = try await site.run("approve", file, "--why", "we looked")
      #expect(approved.code == 0, "\(approved.all)")
      #expect(approved.errors.contains("'Snow': approved until "))
      #expect(approved.errors.contains("--allow path-changes"))
      let adopting = folder.url.appending(path: "adopt.json").path
      #expect(try await changed.run("plan", "--adopt", "on", "--out", adopting).code == 0)
      let other = try await site.run("approve", adopting)
      #expect(other.code == 1 && other.errors.contains("--adopt"), "\(other.all)")
      let unknown = try await site.run("approve", "0123456789")
      #expect(unknown.code == 1 && unknown.errors.contains("none does"), "\(unknown.all)")
      let history = try await site.run("history")
      #expect(history.output.contains("Approve of Snow"))
      #expect(history.output.contains("we looked  (the service has not answered yet)"))
      #expect(try await database.project("snow")["data", "fps"] == 25)
    }
  }

  @Test("A running service syncs, pauses, resumes and does once what is approved, as asked")
  func service() async throws {
    try await with(.replicaSet) { (folder, database, site) async throws in
      var own = try self.site(folder, database)
      own.environment["AVALON_SYNC_CONFIG"] = nil
      let service = try await RunningService(
        own, settings: "controller: {database: \(database.name)_sync}\n")
      try await RunningService.eventually("the service tells of itself") {
        try await site.run("status", "--detailed-exitcode").code == 0
      }
      // A snapshot has no events: what is new is found when somebody asks.
      _ = try self.site(folder, database, fps: "24")
      let synced = try await site.run("sync", "Snow", "--wait", "30s")
      #expect(
        synced.code == 0 && synced.errors.contains("'Snow': done: settled, on "), "\(synced.all)")
      #expect(try await database.project("snow")["data", "fps"] == 24)

      #expect(try await site.run("pause", "Snow", "--why", "lunch").code == 0)
      _ = try self.site(folder, database, fps: "30")
      #expect(try await site.run("sync", "Snow", "--wait", "30s").code == 0)
      #expect(try await database.project("snow")["data", "fps"] == 24)
      #expect(try await site.run("pause", "Snow", "--until", "5s", "--why", "lunch").code == 0)
      try await RunningService.eventually("the pause ends by itself") {
        try await database.project("snow")["data", "fps"] == 30
      }

      var renamed = SnapshotText.production(shots: 2, fps: "30")
      renamed.projectName = "\"Ice\""
      _ = try renamed.write(to: folder, "kitsu.json")
      #expect(try await site.run("sync", "Snow", "--wait", "30s").code == 0)
      let first = try await offer(site, besides: nil)
      #expect(try await database.collections() == ["snow"])
      // Kitsu goes on: another plan waits by then, and can be approved in its turn.
      renamed.projectName = "\"Sleet\""
      _ = try renamed.write(to: folder, "kitsu.json")
      let stale = try await site.run("approve", first, "--wait", "30s")
      #expect(stale.code == 1 && stale.errors.contains("the plan is stale"), "\(stale.all)")
      let digest = try await offer(site, besides: first)
      let done = try await site.run("approve", digest, "--wait", "30s")
      #expect(done.code == 0 && done.errors.contains("changes applied, on "), "\(done.all)")
      #expect(try await database.collections() == ["sleet"])

      let outcome = try await service.stop()
      #expect(outcome.code == 0, "\(outcome.all)")
      let after = try await site.run("status")
      #expect(after.output.contains("no replica is running: the last one, on "), "\(after.output)")
      #expect(after.output.contains("was stopped at"))
    }
  }

  /// The start of the digest of the plan that waits for a person's word.
  private func offer(_ site: Site, besides last: String?) async throws -> String {
    var plan: String?
    try await RunningService.eventually("the held plan is offered") {
      let held = try await site.run("held", "--format", "json")
      let answer = try JSONDecoder().decode(JSONValue.self, from: Data(held.output.utf8))
      let digest = answer["projects"]?.list?.first?["offer"]?["plan"]?.string
      plan = digest.map { String($0.prefix(10)) }
      return plan != nil && plan != last
    }
    return try #require(plan)
  }
}
