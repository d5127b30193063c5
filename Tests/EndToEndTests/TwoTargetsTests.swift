import Foundation
import TestSupport
import Testing

/// One service that writes to two of Avalon's databases, whose projects it may share with others.
@Suite("Two targets", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct TwoTargetsTests {
  private static let lease = 4

  /// A service with `P0` in the first database and `P1` in the second.
  private struct Desk {
    let folder: TemporaryFolder
    let first: AvalonDatabase
    let service: RunningService

    init(_ first: AvalonDatabase, _ second: AvalonDatabase) async throws {
      folder = try TemporaryFolder()
      self.first = first
      var site = Site.snapshot(
        try folder.write(SnapshotText.studio(2, shots: 3), to: "kitsu.json"), first)
      site.environment["LOG_LEVEL"] = "info"
      service = try await RunningService(
        site,
        settings: """
          controller: {database: \(first.name)_sync}
          service: {sweep: 1s, lease: \(TwoTargetsTests.lease)s}
          targets: {second: {url: '\(second.uri)', database: '\(second.name)', timeout: 2000}}
          projects: [{match: P1, target: second}, '*']
          """)
      for (number, database) in [first, second].enumerated() {
        try await RunningService.eventually("P\(number) is there") {
          try await has(number, fps: 25, in: database)
        }
      }
    }

    func has(_ number: Int, fps: Int, in database: AvalonDatabase) async throws -> Bool {
      guard try await database.collections().contains("p\(number)") else { return false }
      return try await database.project("p\(number)")["data", "fps"] == .number(Double(fps))
    }

    /// Kitsu changes again and again, for longer than a lease lasts.
    func edits(andThen isThere: (Int) async throws -> Bool) async throws {
      let end = ContinuousClock.now + .seconds(TwoTargetsTests.lease * 2)
      var fps = 25
      while ContinuousClock.now < end {
        fps += 1
        _ = try folder.write(
          SnapshotText.studio(2, shots: 3, fps: "\(fps)"), to: "kitsu.json")
        try await RunningService.eventually("\(fps) fps") { try await isThere(fps) }
      }
    }

    /// How often the service got and lost the project of a number.
    func leases(of number: Int, in log: String) -> (got: Int, lost: Int) {
      // At its end it gives all back.
      let running = log.split(separator: "\n").prefix { !$0.contains("it stops when the work") }
      let own =
        running
        .filter { $0.contains(String(format: "11111111-1111-4111-8111-%012x", number)) }
      return (
        own.count { $0.contains("a project is ours now") },
        own.count { $0.contains("a project is not ours any more") }
      )
    }

    func drop() async throws {
      try await first.drop()
      try await AvalonDatabase(first.uri, name: first.name + "_sync").drop()
    }
  }

  @Test(
    "A server that hangs costs the projects of another target neither their lease nor their news")
  func oneHangs() async throws {
    try await PrivateMongod.with { server in
      let desk = try await Desk(
        try Deployment.replicaSet.database(), AvalonDatabase(server.uri, name: "avalon"))
      try server.freeze()
      try await desk.edits { try await desk.has(0, fps: $0, in: desk.first) }
      try server.thaw()
      let second = AvalonDatabase(server.uri, name: "avalon")
      try await RunningService.eventually(within: .seconds(90), "the other goes on by itself") {
        try await !desk.has(1, fps: 25, in: second)
      }
      let outcome = try await desk.service.stop()
      #expect(outcome.code == 0, "\(outcome.all)")
      #expect(desk.leases(of: 0, in: outcome.all) == (1, 0), "\(outcome.all)")
      try await desk.drop()
    }
  }

  @Test("A project that changes its target is made anew in the other database")
  func moves() async throws {
    let (first, second) = (
      try Deployment.standalone.database(), try Deployment.standalone.database()
    )
    let folder = try TemporaryFolder()
    func write(_ place: String, fps: Int) throws -> String {
      let text = SnapshotText.studio(1, shots: 3, fps: "\(fps)")
        .replacing("\"data\":null,\"task_types\"", with: "\"data\":\(place),\"task_types\"")
      return try folder.write(text, to: "kitsu.json")
    }
    let service = try await RunningService(
      Site.snapshot(try write("{}", fps: 25), first),
      settings: """
        controller: {database: \(first.name)_sync}
        service: {sweep: 1s, survey: 1s}
        targets: {second: {url: '\(second.uri)', database: '\(second.name)'}}
        projects: [{match: "${project.data.place == 'annex'}", target: second}, '*']
        """)
    try await RunningService.eventually("it is in the first") {
      guard try await first.collections() == ["p0"] else { return false }
      return try await first.documents("p0").count == 5
    }
    _ = try write("{\"place\": \"annex\"}", fps: 25)
    try await RunningService.eventually("it is in the second") {
      guard try await second.collections() == ["p0"] else { return false }
      return try await second.documents("p0").count == 5
    }
    _ = try write("{\"place\": \"annex\"}", fps: 24)
    try await RunningService.eventually("what is new goes to the second") {
      try await second.project("p0")["data", "fps"] == 24
    }
    #expect(try await first.project("p0")["data", "fps"] == 25)
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    for database in [first, second, AvalonDatabase(first.uri, name: first.name + "_sync")] {
      try await database.drop()
    }
  }

  @Test("Two targets that lead to one database do not take each other's projects")
  func oneDatabase() async throws {
    let first = try Deployment.standalone.database()
    let other = first.uri.replacing("127.0.0.1", with: "localhost")
    #expect(other != first.uri)
    let desk = try await Desk(first, AvalonDatabase(other, name: first.name))
    try await desk.edits { fps in
      for number in 0...1 {
        guard try await desk.has(number, fps: fps, in: first) else { return false }
      }
      return true
    }
    let outcome = try await desk.service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    for number in 0...1 {
      #expect(desk.leases(of: number, in: outcome.all) == (1, 0), "\(outcome.all)")
    }
    try await desk.drop()
  }
}
