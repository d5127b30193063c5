import Foundation
import TestSupport
import Testing

/// Several services over one studio: they share its projects by leases, and what one leaves or loses
/// another takes.
@Suite("Replicas", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct ReplicaTests {
  private static let projects = 6
  private static let lease = 4

  /// A studio in a snapshot that changes, and its database.
  private struct Studio {
    let folder: TemporaryFolder
    let database: AvalonDatabase
    let site: Site
    let settings: String

    init(_ deployment: Deployment) throws {
      folder = try TemporaryFolder()
      database = try deployment.database()
      settings =
        "{controller: {database: \(database.name)_sync}, service: {sweep: 1s, lease: \(lease)s}}\n"
      let text = SnapshotText.studio(ReplicaTests.projects, shots: 3)
      var site = Site.snapshot(try folder.write(text, to: "kitsu.json"), database)
      site.environment["AVALON_SYNC_CONFIG"] = try folder.write(settings, to: "avalon-sync.yaml")
      self.site = site
    }

    func replica() async throws -> RunningService {
      var own = site
      own.environment["AVALON_SYNC_CONFIG"] = nil
      return try await RunningService(own, settings: settings)
    }

    /// How many projects each living replica has, as `status` tells.
    func shares() async throws -> [Int] {
      let status = try await site.run("status", "--format", "json")
      let answer = try JSONDecoder().decode(JSONValue.self, from: Data(status.output.utf8))
      let living = answer["replicas"]?.list?.filter { $0["lives"] == true } ?? []
      return living.compactMap { $0["projects"]?.int }.sorted()
    }

    /// Kitsu changes.
    func edit(fps: Int) throws {
      _ = try folder.write(
        SnapshotText.studio(ReplicaTests.projects, shots: 3, fps: "\(fps)"), to: "kitsu.json")
    }

    func has(fps: Int) async throws -> Bool {
      for number in 0..<ReplicaTests.projects {
        let collections = try await database.collections()
        guard collections.contains("p\(number)") else { return false }
        let rate = try await database.project("p\(number)")["data", "fps"]
        guard rate == .number(Double(fps)) else { return false }
      }
      return true
    }

    func drop() async throws {
      try await database.drop()
      try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
    }
  }

  @Test(
    "Projects are shared fairly; what a replica leaves at its end, or at its death, another takes",
    arguments: Deployment.allCases)
  func handover(_ deployment: Deployment) async throws {
    let studio = try Studio(deployment)
    let (first, second) = (try await studio.replica(), try await studio.replica())
    try await RunningService.eventually("each has its half") {
      try await studio.shares() == [3, 3]
    }
    try await RunningService.eventually("all projects are there") { try await studio.has(fps: 25) }

    let ended = try await first.stop()
    #expect(ended.code == 0, "\(ended.all)")
    try studio.edit(fps: 24)
    try await RunningService.eventually("one has all of it") { try await studio.has(fps: 24) }
    try await RunningService.eventually("status tells of it") {
      try await studio.shares() == [6]
    }

    let third = try await studio.replica()
    try await RunningService.eventually("they share again") {
      try await studio.shares() == [3, 3]
    }
    second.signal(SIGKILL)
    try studio.edit(fps: 30)
    try await RunningService.eventually("what the dead one had is taken over") {
      try await studio.has(fps: 30)
    }
    let last = try await third.stop()
    #expect(last.code == 0, "\(last.all)")
    #expect(try await studio.site.run("plan", "--detailed-exitcode").code == 0)
    try await studio.drop()
  }

  /// One that sleeps longer than its leases and wakes in the middle of its work finds that another has
  /// its projects: whatever it still sends is compared with what is there.
  @Test("Replicas that sleep beyond their leases and wake change nothing that they should not")
  func sleepers() async throws {
    let rounds = Int(Stack.value("TEST_LEASE_ROUNDS") ?? "") ?? 2
    let seed = UInt64(Stack.value("TEST_SEED") ?? "") ?? 1
    var random = SeededRandom(seed)
    let studio = try Studio(.replicaSet)
    let replicas = [try await studio.replica(), try await studio.replica()]
    try await RunningService.eventually("all projects are there") { try await studio.has(fps: 25) }
    for number in 0..<ReplicaTests.projects {
      try await studio.database.update(
        "p\(number)", ["name": "sq0_sh0"], ["$set": ["data.artist": "mine", "own": [1, 2]]])
      try await studio.database.insert(
        [["type": "subset", "name": "modelMain"]],
        into: "p\(number)")
    }
    var fps = 25
    for _ in 0..<rounds {
      fps += 1
      try studio.edit(fps: fps)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...2500, using: &random)))
      let sleeper = replicas[Int.random(in: 0...1, using: &random)]
      sleeper.signal(SIGSTOP)
      try await Task.sleep(for: .seconds(ReplicaTests.lease + 2))
      fps += 1
      try studio.edit(fps: fps)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...2000, using: &random)))
      sleeper.signal(SIGCONT)
      try await RunningService.eventually("round of \(fps) (TEST_SEED=\(seed))") {
        try await studio.has(fps: fps)
      }
    }
    // Who slept holds nothing any more that another took.
    try await RunningService.eventually("each project has one replica (TEST_SEED=\(seed))") {
      try await studio.shares().reduce(0, +) == ReplicaTests.projects
    }
    for replica in replicas {
      let outcome = try await replica.stop()
      #expect(outcome.code == 0, "TEST_SEED=\(seed)\n\(outcome.all)")
    }
    let plan = try await studio.site.run("plan", "--detailed-exitcode")
    #expect(plan.code == 0, "TEST_SEED=\(seed)\n\(plan.all)")
    for number in 0..<ReplicaTests.projects {
      // Two documents of one name would be an error here.
      let assets = try await studio.database.assets("p\(number)")
      #expect(assets.count == 4, "TEST_SEED=\(seed): \(assets.keys.sorted())")
      #expect(assets["sq0_sh0"]?["data", "artist"] == "mine", "TEST_SEED=\(seed)")
      #expect(assets["sq0_sh0"]?["own"] == [1, 2], "TEST_SEED=\(seed)")
      #expect(try await studio.database.count("p\(number)", ["type": "subset"]) == 1)
    }
    try await studio.drop()
  }
}
