import TestSupport
import Testing

/// Avalon core 5.7.15 reads what we wrote; ``LifecycleTests`` asks it after its last apply, too.
@Suite(
  "Avalon core's own judgement",
  .enabled(if: RealServers.areAvailable && AvalonCore.isAvailable), .timeLimit(.minutes(4)))
struct AvalonCoreTests {
  private static let mappings = ["avalon.yaml", "avalon-sync.yaml"]

  @Test(
    "A TV show passes schema, locate, inventory, sessions, launcher, tree, Maya and Nuke",
    arguments: mappings)
  func show(_ mapping: String) async throws {
    let show = try await TVShow.shared.value
    let database = try Deployment.standalone.database()
    _ = try await Site.servers(database, project: show.project).mapped(by: mapping).apply()
    let judgement = try await AvalonCore.check(database)
    #expect(judgement.code == 0, "\(judgement.all)")
    #expect(judgement.output.contains("10 documents checked, 0 violations"))
    try await database.drop()
  }

  @Test("Hostile names and values pass, too", arguments: mappings)
  func hostile(_ mapping: String) async throws {
    let show = try await HostileShow.shared.value
    let database = try Deployment.replicaSet.database()
    _ = try await Site.servers(database, project: show.project).mapped(by: mapping).apply()
    let judgement = try await AvalonCore.check(database)
    #expect(judgement.code == 0, "\(judgement.all)")
    try await database.drop()
  }

  @Test(
    "The check itself finds what is wrong",
    arguments: [
      (["$set": ["name": "no good/name"]], "schema.validate"),
      (["$set": ["data.tasks": ["animation", "animation"]]], "stands twice"),
      (["$set": ["data.visualParent": "a text"]], "is no asset"),
      (["$set": ["parent": nil]], "does not list it"),
      (["$set": ["data.due": ["$date": "2026-01-01T00:00:00Z"], "silo": nil]], "has no silo"),
      (["$set": ["data.owner": ["$oid": "aaaaaaaaaaaaaaaaaaaaaaaa"]]], "inventory) fails"),
      (["$set": ["data.name": "old"]], "hides the asset's own"),
      (["$set": ["data.parents": "sq0"]], "data.parents"),
      (["$set": ["data.label": "12\""]], "toml.loads(inventory) fails"),
      (["$set": ["data.frameStart": "first"]], "Nuke, frame range fails"),
      (["$set": ["data.frameStart": "1001"]], "Maya, minTime '1001'"),
    ] as [(JSONValue, String)])
  func checkFinds(_ damage: JSONValue, _ told: String) async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let file = try SnapshotText.production(shots: 1).write(to: folder)
    _ = try await Site.snapshot(file, database).apply()
    try await database.update("snow", ["name": "sq0_sh0"], damage)
    let judgement = try await AvalonCore.check(database)
    #expect(judgement.code == 1 && judgement.output.contains(told), "\(judgement.all)")
    try await database.drop()
  }
}
