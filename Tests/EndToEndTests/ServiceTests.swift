import Foundation
import TestSupport
import Testing

@Suite("The service", .enabled(if: RealServers.areAvailable), .timeLimit(.minutes(4)))
struct ServiceTests {
  private static let settings = "{service: {sweep: 2s}}\n"

  @Test("What happens in Kitsu is in Avalon without a command", arguments: Deployment.allCases)
  func follows(_ deployment: Deployment) async throws {
    let show = try await TVShow.make()
    let studio = show.studio
    let database = try deployment.database()
    let service = try await RunningService(
      .servers(database, project: show.project), settings: ServiceTests.settings)
    let collection = try await firstCollection(of: database)
    try await RunningService.eventually("all documents are there") {
      try await database.assets(collection)["e02_sq02_sh030"] != nil
    }
    try await studio.updateEntity(show.shots[0], ["name": "SH015"])
    try await RunningService.eventually("the shot is renamed") {
      try await database.assets(collection)["e02_sq01_sh015"] != nil
    }
    let made = try await studio.createShot(
      "SH099", project: show.project, sequence: show.sequences[0])
    _ = try await studio.createTask("Animation", entity: made, project: show.project)
    try await RunningService.eventually("the new shot is there with its task") {
      try await database.assets(collection)["e02_sq01_sh099"]?["data", "tasks"] == ["animation"]
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0 && !outcome.isKilled, "\(outcome.all)")
    #expect(!outcome.all.contains(KitsuStack.password))
    let site = Site.servers(database, project: show.project)
    #expect(try await site.run("plan", "--detailed-exitcode").code == 0)
    try await database.drop()
  }

  @Test("What happened while no service ran is heard from the event log")
  func catchesUp() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let site = Site.servers(database, project: show.project)
    let first = try await RunningService(site, settings: ServiceTests.settings)
    let collection = try await firstCollection(of: database)
    let records = AvalonDatabase(database.uri, name: "avalon_sync")
    try await RunningService.eventually("it is known how far events were heard") {
      try await records.documents("positions").contains {
        $0["_id"]?.string?.hasPrefix("\(database.name)/") == true && $0["position"] != nil
      }
    }
    #expect(try await first.stop().code == 0)

    try await show.studio.updateEntity(show.shots[0], ["name": "SH015"])
    var talking = site
    talking.environment["LOG_LEVEL"] = "debug"
    let second = try await RunningService(talking, settings: ServiceTests.settings)
    try await RunningService.eventually("the shot is renamed") {
      try await database.assets(collection)["e02_sq01_sh015"] != nil
    }
    // The log brings it on a way of its own.
    try await Task.sleep(for: .seconds(10))
    let outcome = try await second.stop()
    let told = outcome.all.split(separator: "\n").filter {
      $0.contains("shot:update") && $0.contains(show.project)
    }
    #expect(outcome.code == 0 && !told.isEmpty, "\(outcome.all)")
    try await database.drop()
  }

  @Test("Settings are read again by SIGHUP; those with mistakes are refused")
  func reload() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let socket = "@avalon-sync-test-" + UUID().uuidString
    let receiver = try DatagramReceiver(socket)
    var site = Site.servers(database, project: show.project)
    site.environment["NOTIFY_SOCKET"] = socket
    let service = try await RunningService(
      site, settings: "{policy: observe, service: {sweep: 2s}}\n")
    _ = try await receiver.next("READY=1")
    try await Task.sleep(for: .seconds(3))
    #expect(try await database.collections().isEmpty)
    try replace(service, "{policy: observ}\n")
    service.signal(SIGHUP)
    _ = try await receiver.next("RELOADING=1")
    _ = try await receiver.next("READY=1")
    try replace(service, ServiceTests.settings)
    service.signal(SIGHUP)
    let collection = try await firstCollection(of: database)
    try await RunningService.eventually("all documents are there") {
      try await database.assets(collection)["e02_sq02_sh030"] != nil
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.all.contains("there is no policy 'observ': did you mean 'observe'?"))
    try await database.drop()
  }

  @Test("Settings that are well written and cannot be used leave the service as it was")
  func unusable() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let socket = "@avalon-sync-test-" + UUID().uuidString
    let receiver = try DatagramReceiver(socket)
    let snapshot = try SnapshotText.production(shots: 2).write(to: folder)
    var site = Site.snapshot(snapshot, database)
    site.environment["NOTIFY_SOCKET"] = socket
    let port = try Mongod.freePort()
    func settings(_ port: Int, _ more: String = "") -> String {
      "{service: {listen: '127.0.0.1:\(port)', sweep: 1s}\(more)}\n"
    }
    let service = try await RunningService(site, settings: settings(port))
    _ = try await receiver.next("READY=1")
    let listening = try FaultProxy(upstream: 1) { _ in .drop }
    defer { listening.stop() }
    for text in [
      settings(port, ", targets: {annex: {url: 'http://nowhere'}}"),
      settings(port, ", targets: {annex: {url_file: nowhere}}"),
      settings(port, ", controller: {database: \(database.name)}"), settings(listening.port),
    ] {
      try replace(service, text)
      service.signal(SIGHUP)
      _ = try await receiver.next("RELOADING=1")
      _ = try await receiver.next("READY=1")
      try await RunningService.eventually("it runs on: \(text)") {
        do { return try await Curl(port: port).get("/healthz").status == 200 } catch is Curl.Failure
        {
          return false
        }
      }
    }
    _ = try SnapshotText.production(shots: 2, fps: "24").write(to: folder)
    try await RunningService.eventually("what is new arrives") {
      guard try await database.collections() == ["snow"] else { return false }
      return try await database.project("snow")["data", "fps"] == 24
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    let told = outcome.errors.split(separator: "\n").filter { $0.contains(" error ") }
    #expect(told.count == 4, "\(outcome.errors)")
    try await database.drop()
  }

  /// A service of which a write hangs, and what it reads and writes.
  private func withHangingWrite(
    drain: String,
    _ body: (RunningService, PrivateMongod, _ snapshot: String, AvalonDatabase) async throws -> Void
  ) async throws {
    try await PrivateMongod.with { server in
      let folder = try TemporaryFolder()
      let snapshot = try SnapshotText.production(shots: 2).write(to: folder)
      let database = AvalonDatabase(server.uri)
      let service = try await RunningService(
        .snapshot(snapshot, try await database.stalled(after: 3)),
        settings: "{service: {drain: \(drain)}}\n")
      try await RunningService.eventually("a write hangs") {
        try await database.stalledWrites() > 0
      }
      try await body(service, server, snapshot, database)
    }
  }

  private func expectEndOfItsOwn(_ outcome: Command.Outcome) {
    #expect(outcome.code == 1 && !outcome.isKilled, "\(outcome.all)")
    #expect(outcome.all.contains("a server does not answer"), "\(outcome.all)")
  }

  @Test("One signal ends it in bounded time though MongoDB hangs")
  func oneSignal() async throws {
    try await withHangingWrite(drain: "1s") { (service, _, _, _) async throws in
      let start = ContinuousClock.now
      expectEndOfItsOwn(try await service.stop())
      // Far from the minute and a half after which a service manager kills.
      #expect(ContinuousClock.now - start < .seconds(85))
    }
  }

  @Test("A second signal ends it though MongoDB hangs; the next run completes what had begun")
  func secondSignal() async throws {
    // One signal would end it much later.
    try await withHangingWrite(drain: "5m") { (service, server, snapshot, database) async throws in
      // Two that come while it does nothing are one to the system.
      let signals = Task {
        while !Task.isCancelled {
          service.signal(SIGTERM)
          try await Task.sleep(for: .seconds(1))
        }
      }
      let outcome = try await service.end()
      signals.cancel()
      expectEndOfItsOwn(outcome)
      await server.crash()
      server.restart()
      _ = try await Site.snapshot(snapshot, database).apply()
      #expect(try await database.assets("snow").count == 3)
    }
  }

  private func replace(_ service: RunningService, _ settings: String) throws {
    _ = try service.folder.write(settings, to: "avalon-sync.yaml")
  }

  private func firstCollection(of database: AvalonDatabase) async throws -> String {
    var found: String?
    try await RunningService.eventually("the project has a collection") {
      found = try await database.collections().first
      return found != nil
    }
    return try #require(found)
  }
}
