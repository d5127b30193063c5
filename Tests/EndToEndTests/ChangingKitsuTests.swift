import TestSupport
import Testing

/// Kitsu changes while it is read, or a production ends in it.
@Suite("Kitsu under way", .enabled(if: RealServers.areAvailable), .timeLimit(.minutes(4)))
struct ChangingKitsuTests {
  @Test("Of a project that changes all the time names and places are held, all else goes on")
  func torn() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let site = Site.servers(database, project: show.project)
    let collection = try #require(try await site.apply().collection)
    try await show.studio.updateEntity(
      show.shots[0], ["name": "SH015", "data": ["frame_in": "990"]])

    let applied = try await whileItChanges(show, site) { try await $0.apply() }
    let hold = try #require(applied.held.first { $0["scope"] == "name" }, "\(applied.root)")
    #expect(
      hold["reason"]?.string
        == "it would be named 'e02_sq01_sh015', but Kitsu changed while it was read")
    #expect(hold["remedy"] == "plan again")
    let shot = try #require(try await database.assets(collection)["e02_sq01_sh010"])
    #expect(shot["data", "frameStart"] == 990)

    #expect(try await site.apply().held.isEmpty)
    let assets = try await database.assets(collection)
    #expect(assets["e02_sq01_sh015"]?["_id"] == shot["_id"] && assets["e02_sq01_sh010"] == nil)
    try await database.drop()
  }

  /// Runs something between whose first and last request to Kitsu each time something changes there.
  private func whileItChanges(
    _ show: TVShow, _ site: Site, _ run: (Site) async throws -> PlanAnswer
  ) async throws -> PlanAnswer {
    let gate = Gate { _ in true }
    let proxy = try FaultProxy.kitsu { request in
      if request.line.contains("metadata-descriptors") { gate.pass() }
      return .pass
    }
    defer { proxy.stop() }
    let edits = Task {
      var number = 0
      for await _ in gate.arrivals {
        number += 1
        try await show.studio.updateEntity(show.shots[1], ["description": "Take \(number)"])
        gate.open()
      }
    }
    defer { edits.cancel() }
    var site = site
    site.environment["GAZU_URL"] = proxy.address
    return try await run(site)
  }

  @Test("A production that is closed, then deleted keeps its documents, whatever the policy")
  func ended() async throws {
    let (ended, other) = (try await TVShow.make(), try await TVShow.make())
    let studio = ended.studio
    let manager = try await studio.createPerson(role: "manager", team: ended.project)
    try await studio.addToTeam(manager.id, project: other.project)
    let database = try Deployment.replicaSet.database()
    var site = Site.servers(database, project: ended.project, as: manager)
    let collection = try #require(try await site.apply().collection)
    let before = try await database.bytes(collection)

    let folder = try TemporaryFolder()
    let mapping = try folder.write(
      """
      apiVersion: avalon-sync/v1
      kind: Mapping
      extends: avalon.yaml
      rules: {shot: {removed: archive}, asset: {removed: archive}, sequence: {removed: archive}}
      """, to: "studio.yaml")
    site.arguments = ["--mapping", mapping, "--policy", "sync"]
    let service = try await RunningService(site, settings: "{service: {sweep: 1s}}\n")
    try await RunningService.eventually("the other production is there") {
      try await database.collections().count == 2
    }
    let otherCollection = try #require(try await database.collections().first { $0 != collection })

    for (number, end) in [studio.closeProject, studio.deleteProject].enumerated() {
      try await end(ended.project)
      try await studio.updateEntity(other.shots[0], ["name": "SH9\(number)0"])
      try await RunningService.eventually("the other one goes on") {
        try await database.assets(otherCollection)["e02_sq01_sh9\(number)0"] != nil
      }
      let applied = try await site.apply()
      #expect(applied.projects.count == 1 && applied.changes.isEmpty, "\(applied.root)")
      #expect(try await database.bytes(collection) == before)
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(try await database.bytes(collection) == before)

    let named = try await site.run("plan", "--project", ended.project)
    #expect(named.code == 1 && named.errors.contains(ended.project), "\(named.all)")
    try await database.drop()
  }
}
