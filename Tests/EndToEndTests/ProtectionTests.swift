import Foundation
import TestSupport
import Testing

/// Pointed at a live database on the first day, it does no harm there.
@Suite(
  "What is not ours is left alone", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(3)))
struct ProtectionTests {
  /// As the old Avalon Sync (domain.md 2.1) and OpenPype (domain.md 3.1) wrote them.
  private static let foreign: [[JSONValue]] = [
    [
      [
        "_id": .id("5d5f9f1e8c7f3b0001a1b2c3"), "schema": "avalon-core:project-2.0",
        "type": "project", "name": "snow", "parent": nil,
        "data": ["label": "Snow", "fps": 25, "resolution_width": 1920],
        "config": [
          "schema": "avalon-core:config-1.0", "apps": [["name": "maya2018"]],
          "tasks": [["name": "animation", "label": "Animation"]], "template": ["work": "{root}"],
        ],
      ],
      [
        "schema": "avalon-core:asset-2.0", "name": "sq0_sh0", "silo": "shots", "type": "asset",
        "parent": .id("5d5f9f1e8c7f3b0001a1b2c3"), "data": ["label": "SH0", "startFrame": "1001"],
      ],
    ],
    [
      [
        "type": "project", "name": "Snow", "schema": "openpype:project-3.0",
        "data": ["code": "snow", "zou_id": .string(SnapshotText.project), "active": true],
        "config": ["tasks": ["Animation": ["short_name": "anim"]], "apps": []],
      ],
      ["type": "asset", "name": "Shots", "schema": "openpype:asset-3.0", "data": ["tasks": [:]]],
    ],
  ]

  @Test("A project document of another tool holds the project in one line", arguments: 0..<2)
  func foreignProject(_ index: Int) async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    try await database.insert(ProtectionTests.foreign[index], into: "snow")
    let before = try await database.bytes("snow")
    let file = try SnapshotText.production(shots: 2).write(to: folder)
    let site = Site.snapshot(file, database)

    let plan = try await site.plan(expecting: 0)
    #expect(plan.changes.isEmpty && plan.held.count == 1)
    #expect(plan.held.first?["scope"] == "project")
    let text = try await site.run("plan")
    let reasons = ["not ours", "taking it over would replace"]
    let lines = text.output.split(separator: "\n").filter { $0.contains(reasons[index]) }
    #expect(lines.count == 1 && text.code == 0, "\(text.all)")
    #expect(try await site.run("plan", "--fail-on-held").code == 1)
    #expect(try await site.apply().changes.isEmpty)
    #expect(try await database.bytes("snow") == before)
    #expect(try await database.collections() == ["snow"])
    try await database.drop()
  }

  @Test("Assets of other tools keep their names and bytes; ours that collide are held")
  func foreignAssets() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.replicaSet.database()
    let own: JSONValue = [
      "schema": "avalon-core:asset-2.0", "name": "sq0_sh0", "silo": "shots", "type": "asset",
      "data": ["label": "By hand"],
    ]
    try await database.insert([own], into: "snow")
    let before = try await database.bytes("snow")
    let file = try SnapshotText.production(shots: 2).write(to: folder)
    let applied = try await Site.snapshot(file, database).apply()
    #expect(Set(applied.changes.map(\.name)) == ["snow", "sq0", "sq0_sh1"])
    #expect(applied.held.count == 1)
    #expect(applied.held.first?["reason"]?.string?.contains("not ours") == true)
    let after = try await database.bytes("snow")
    #expect(after.count == 4 && before.allSatisfy { after[$0.key] == $0.value })
    try await database.drop()
  }

  @Test("An account that may only read MongoDB suffices for plan; apply says what is missing")
  func readOnly() async throws {
    try await PrivateMongod.with(login: true) { server in
      let folder = try TemporaryFolder()
      let admin = try await server.account("root", password: "r00t", role: "root", in: "admin")
      let reader = try await server.account(
        "reader", password: "s3cret-word", role: "read", in: "avalon", by: admin)
      let file = try SnapshotText.production(shots: 2).write(to: folder)
      let site = Site.snapshot(file, reader)
      #expect(try await site.plan(expecting: 2).changes.count == 4)
      let outcome = try await site.run("apply", "--auto-approve")
      #expect(outcome.code == 1 && outcome.all.contains("not auth"), "\(outcome.all)")
      #expect(!outcome.all.contains("s3cret-word"))
      #expect(try await reader.collections().isEmpty)
    }
  }
}

@Suite(
  "What Kitsu's accounts and renames may do", .enabled(if: RealServers.areAvailable),
  .timeLimit(.minutes(4)))
struct KitsuProtectionTests {
  @Test("A project's rename is held: its collection stays, all else goes on")
  func projectRename() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let site = Site.servers(database, project: show.project)
    let collection = try #require(try await site.apply().collection)
    let title = KitsuStudio.unique("Ebb")
    try await show.studio.put("/data/projects/\(show.project)", ["name": title, "fps": "24"])
    let plan = try await site.plan(expecting: 2)
    #expect(plan.collection == collection)
    let hold = try #require(plan.held.first)
    #expect(plan.held.count == 1 && hold["scope"] == "name")
    #expect(hold["remedy"]?.string?.contains("--allow project-rename") == true)
    #expect(plan.paths[collection] == ["data.label", "data.fps"])
    _ = try await site.apply()
    #expect(try await database.collections() == [collection])
    let project = try await database.project(collection)
    #expect(project["name"] == .string(collection) && project["data", "label"] == .string(title))
    #expect(try await site.plan(expecting: 0).held.count == 1)
    try await database.drop()
  }

  @Test("A manager in the project's team suffices, and a project out of sight is said")
  func manager() async throws {
    let show = try await TVShow.shared.value
    let other = try await show.studio.createProject("Hidden")
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    let database = try Deployment.replicaSet.database()
    let site = Site.servers(database, project: show.project, as: manager)
    let applied = try await site.apply()
    #expect(Set(applied.changes.map(\.name)).isSuperset(of: TVShow.names))
    #expect(applied.projects.first?["unreadable"] == [:])
    let asAdmin = Site.servers(database, project: show.project)
    #expect(try await asAdmin.plan(expecting: 0).changes.isEmpty, "an admin sees the same")

    let hidden = Site.servers(database, project: other, as: manager)
    let outcome = try await hidden.run("plan")
    #expect(outcome.code == 1 && outcome.errors.contains(other), "\(outcome.all)")
    #expect(outcome.errors.contains("may see"))
    try await database.drop()
  }

  @Test("A bot's token suffices")
  func bot() async throws {
    let show = try await TVShow.shared.value
    let bot = try await show.studio.createBot(role: "manager", team: show.project)
    let database = try Deployment.replicaSet.database()
    var site = Site.servers(database, project: show.project)
    site.environment["GAZU_USER"] = nil
    site.environment["GAZU_PASSWD"] = nil
    site.environment["GAZU_TOKEN"] = bot.token
    let plan = try await site.plan(expecting: 2)
    #expect(Set(plan.changes.map(\.name)).isSuperset(of: TVShow.names))
  }
}
