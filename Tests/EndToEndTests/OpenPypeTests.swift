import TestSupport
import Testing

/// What `openpype.yaml` writes, held against OpenPype's schemas by a JSON Schema validator, and against
/// what its publish plugin asks of the real Kitsu.
@Suite(
  "OpenPype's documents",
  .enabled(if: RealServers.areAvailable && AvalonCore.isAvailable), .timeLimit(.minutes(4)))
struct OpenPypeTests {
  private func check(
    _ database: AvalonDatabase, asking site: Site? = nil
  ) async throws -> Command.Outcome {
    let kitsu = (site?.environment ?? [:]).filter { $0.key.hasPrefix("GAZU_") }
    return try await Command(
      try #require(Stack.avalonPython), [Fixture.path("openpype/check.py")],
      environment: ["AVALON_MONGO": database.uri, "AVALON_DB": database.name]
        .merging(kitsu) { $1 }
    ).run()
  }

  @Test("A TV show is valid, and the publish plugin finds its entities and tasks in Kitsu")
  func show() async throws {
    let show = try await TVShow.shared.value
    let database = try Deployment.standalone.database()
    let site = Site.servers(database, project: show.project).mapped(by: "openpype.yaml")
    _ = try await site.apply()
    let judgement = try await check(database, asking: site)
    #expect(judgement.code == 0, "\(judgement.all)")
    // The project, two roots, two types, and the nine entities.
    #expect(judgement.output.contains("14 documents and 2 tasks checked, 0 violations"))
    _ = try await site.plan(expecting: 0)
    try await database.drop()
  }

  @Test("Hostile names and values are valid, too; what is missing is told as held")
  func hostile() async throws {
    let show = try await HostileShow.shared.value
    let database = try Deployment.replicaSet.database()
    let site = Site.servers(database, project: show.project).mapped(by: "openpype.yaml")
    let held = try await site.plan(expecting: 2).held.compactMap { item -> String? in
      guard item["scope"] == "field", let name = item["name"]?.string else { return nil }
      return item["path"]?.string.map { "'\(name)': \($0) is None" }
    }
    _ = try await site.apply()
    let judgement = try await check(database, asking: site)
    let violations = judgement.output.split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("'") }
    #expect(violations.count == 4 && Set(violations).isSubset(of: held), "\(judgement.all)")
    try await database.drop()
  }

  @Test(
    "The check itself finds what is wrong",
    arguments: [
      (["$set": ["schema": "avalon-core:asset-3.0"]], "asset-3.0: 'avalon-core:asset-3.0'"),
      (["$set": ["name": "SQ0/SH0"]], "does not match"),
      (["$set": ["data.tasks": ["Animation"]]], "data.tasks"),
      (["$set": ["data.parents": ["Shots"]]], "data.parents is not ['Shots', 'SQ0']"),
      (["$set": ["data.frameStart": "1001"]], "data.frameStart"),
      (["$set": ["data.zou.project_id": "another"]], "zou.project_id"),
      (["$unset": ["data.visualParent": ""]], "no data.visualParent"),
    ] as [(JSONValue, String)])
  func checkFinds(_ damage: JSONValue, _ told: String) async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let file = try SnapshotText.production(shots: 1).write(to: folder)
    _ = try await Site.snapshot(file, database).mapped(by: "openpype.yaml").apply()
    #expect(try await check(database).code == 0)
    try await database.update("Snow", ["name": "SQ0_SH0"], damage)
    let judgement = try await check(database)
    #expect(judgement.code == 1 && judgement.output.contains(told), "\(judgement.all)")
    try await database.drop()
  }
}
