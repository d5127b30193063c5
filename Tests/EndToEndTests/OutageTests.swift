import Foundation
import Synchronization
import TestSupport
import Testing

/// The service while a side is away, slow, or answers garbage: it waits, says so, and goes on by itself.
@Suite("Outages", .enabled(if: RealServers.areAvailable), .timeLimit(.minutes(4)))
struct OutageTests {
  private func readiness(_ port: Int) async throws -> Int {
    do {
      return try await Curl(port: port).get("/readyz").status
    } catch is Curl.Failure {
      return 0
    }
  }

  @Test(
    "Kitsu is not there, cuts its answers, answers garbage, is slow; each time news arrive after")
  func kitsu() async throws {
    let fault = FaultSwitch()
    let proxy = try FaultProxy.kitsu { _ in fault.current }
    defer { proxy.stop() }
    let show = try await TVShow.make()
    let database = try Deployment.replicaSet.database()
    var site = Site.servers(database, project: show.project)
    site.environment["GAZU_URL"] = proxy.address
    let port = try Mongod.freePort()
    let service = try await RunningService(
      site, settings: "{service: {sweep: 1s}}\n", "--listen", "127.0.0.1:\(port)")
    try await RunningService.eventually("it is ready") { try await readiness(port) == 200 }
    try await RunningService.eventually("the project is there") {
      try await !database.collections().isEmpty
    }
    let collection = try #require(try await database.collections().first)
    let files = try service.openFiles
    let html = "<html>the proxy says no</html>"
    let garbage =
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(html.utf8.count)\r\n\r\n\(html)"
    let faults: [FaultProxy.Fault] = [.drop, .cut(300), .reply(garbage), .delay(2)]
    for (number, kind) in faults.enumerated() {
      fault.set(kind)
      let name = "SH9\(number)0"
      try await show.studio.updateEntity(show.shots[0], ["name": name])
      if case .delay = kind {
      } else {
        try await RunningService.eventually("readiness tells of \(kind)") {
          try await readiness(port) == 503
        }
      }
      fault.set(.pass)
      try await RunningService.eventually(within: .seconds(60), "news after \(kind)") {
        try await database.assets(collection)["e02_sq01_" + name.lowercased()] != nil
      }
      try await RunningService.eventually("it is ready after \(kind)") {
        try await readiness(port) == 200
      }
    }
    #expect(try service.openFiles <= files + 8)
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(!outcome.all.contains(KitsuStack.password))
    // What repeats is told once for each outage, and counted.
    let told = outcome.errors.split(separator: "\n").filter { $0.contains("side=kitsu") }
    #expect((1...2 * faults.count).contains(told.count), "\(outcome.errors)")
    try await database.drop()
  }

  @Test("MongoDB dies and comes back")
  func mongod() async throws {
    try await PrivateMongod.with { server in
      let folder = try TemporaryFolder()
      let database = AvalonDatabase(server.uri, name: "avalon")
      let snapshot = try SnapshotText.production(shots: 2).write(to: folder)
      let port = try Mongod.freePort()
      let service = try await RunningService(
        .snapshot(snapshot, database), settings: "{service: {sweep: 1s}}\n", "--listen",
        "127.0.0.1:\(port)")
      try await RunningService.eventually("the project is there") {
        guard try await readiness(port) == 200 else { return false }
        return try await database.collections() == ["snow"]
      }
      let files = try service.openFiles
      await server.crash()
      _ = try SnapshotText.production(shots: 2, fps: "24").write(to: folder)
      try await RunningService.eventually(within: .seconds(60), "readiness tells") {
        try await readiness(port) == 503
      }
      server.restart()
      try await RunningService.eventually(within: .seconds(90), "it went on by itself") {
        guard try await readiness(port) == 200 else { return false }
        return try await database.project("snow")["data", "fps"] == 24
      }
      #expect(try service.openFiles <= files + 8)
      let outcome = try await service.stop()
      #expect(outcome.code == 0, "\(outcome.all)")
    }
  }
}

/// What happens to requests now.
private final class FaultSwitch: Sendable {
  private let fault = Mutex(FaultProxy.Fault.pass)

  var current: FaultProxy.Fault { fault.withLock { $0 } }

  func set(_ next: FaultProxy.Fault) { fault.withLock { $0 = next } }
}
