import Foundation
import TestSupport
import Testing

/// The main job: seed, plan, apply, nothing to do, change Kitsu, plan just that, apply.
@Suite(
  "One production from Kitsu to Avalon", .enabled(if: RealServers.areAvailable),
  .timeLimit(.minutes(4)))
struct LifecycleTests {
  @Test("Avalon follows Kitsu and keeps what is Avalon's own", arguments: Deployment.allCases)
  func lifecycle(_ deployment: Deployment) async throws {
    let show = try await TVShow.make()
    let database = try deployment.database()
    let site = Site.servers(database, project: show.project)

    let first = try await site.plan(expecting: 2)
    let collection = try #require(first.collection)
    #expect(Set(first.changes.map(\.name)) == TVShow.names.union([collection]))
    #expect(first.changes.allSatisfy { $0.action == "create" } && first.held.isEmpty)
    #expect(try await database.collections().isEmpty, "a plan writes nothing")

    let applied = try await site.apply()
    #expect(applied.changes.allSatisfy { $0.outcome == "applied" })
    try await expectNothingToDo(site)
    try await checkFirst(database, collection, show)

    let own = try await Artist.work(in: database, collection)
    try await expectNothingToDo(site)
    #expect(try await database.bytes(collection) == own.bytes)

    try await editKitsu(show)
    let second = try await site.plan(expecting: 2)
    try await checkPlan(second, database, collection)
    #expect(try await database.bytes(collection) == own.bytes, "a plan writes nothing")
    #expect(try await site.apply().changes.allSatisfy { $0.outcome == "applied" })
    try await expectNothingToDo(site)
    try await checkSecond(database, collection)
    try await own.check(database, collection, changed: Set(second.paths.keys))

    if AvalonCore.isAvailable {
      let judgement = try await AvalonCore.check(database)
      #expect(judgement.code == 0, "\(judgement.all)")
    }
    try await database.drop()
  }

  private func expectNothingToDo(
    _ site: Site, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await site.run("plan", "--detailed-exitcode")
    #expect(outcome.code == 0, "\(outcome.all)", sourceLocation: location)
    #expect(outcome.output.contains("No changes."), sourceLocation: location)
  }

  // MARK: The first apply

  /// Whole documents, as domain.md 1.2 to 1.6 asks for them.
  private func checkFirst(
    _ database: AvalonDatabase, _ collection: String, _ show: TVShow
  ) async throws {
    let project = try await database.project(collection)
    let assets = try await database.assets(collection)
    #expect(Set(assets.keys) == TVShow.names)
    #expect(project["name"] == .string(collection) && project["parent"] == .null)
    #expect(project["schema"] == "avalon-core:project-2.0")
    #expect(project["data", "fps"] == 25 && project["data", "kitsu", "id"] == .string(show.project))
    #expect(project["data", "resolutionWidth"] == 1920)
    #expect(project["data", "resolutionHeight"] == 1080)
    let tasks = project["config", "tasks"]?.list ?? []
    #expect(tasks.contains(["name": "animation", "label": "Animation"]))
    let shot = try #require(assets["e02_sq01_sh010"])
    #expect(
      shot == [
        "_id": try #require(shot["_id"]), "schema": "avalon-core:asset-2.0", "type": "asset",
        "name": "e02_sq01_sh010", "silo": "shots", "parent": try #require(project["_id"]),
        "data": [
          "label": "SH010", "group": "E02 SQ01", "parents": ["e02", "e02_sq01"],
          "visualParent": try #require(assets["e02_sq01"]?["_id"]),
          "frameStart": 1001, "frameEnd": 1050, "fps": 25, "tasks": ["animation"],
          "kitsuTasks": [
            "animation": [
              "status": "wip", "assignees": [.string(try login(of: show.artist))], "priority": 0,
            ]
          ],
          "kitsu": [
            "id": .string(show.shots[0]), "facet": "", "kind": "shot",
            "owner": "avalon-sync",
            "items": #"{"data.tasks":["animation"]}"#,
          ],
        ],
      ])
    let bob = try #require(assets["big_bob"])
    #expect(bob["silo"] == "assets" && bob["data", "group"] == "Character")
    #expect(bob["data", "description"] == "A walrus." && bob["data", "tasks"] == ["modeling"])
    #expect(assets["ete_a_l_ile"]?["data", "label"] == "Été à l'Île")
    #expect(assets["e02_sq02_sh030"]?["data", "fps"] == 30)
  }

  /// A person's login on the workstations, which is also what stands before the `@`.
  private func login(of person: KitsuStudio.Person) throws -> String {
    String(try #require(person.email.split(separator: "@").first))
  }

  // MARK: Changes in Kitsu

  private func editKitsu(_ show: TVShow) async throws {
    let studio = show.studio
    try await studio.updateEntity(show.shots[0], ["name": "SH015"])
    try await studio.updateEntity(show.shots[1], ["parent_id": show.sequences[1]])
    try await studio.put("/data/projects/\(show.project)", ["fps": "24"])
    _ = try await studio.createTask(
      "Compositing", entity: show.shots[2], project: show.project, status: "Todo")
    try await studio.delete("/data/tasks/\(show.modeling)?force=true")
    let second = try await studio.createPerson(role: "user", team: show.project)
    try await studio.assign(second.id, task: show.animation)
  }

  /// Just these documents, and just these fields of them.
  private func checkPlan(
    _ plan: PlanAnswer, _ database: AvalonDatabase, _ collection: String
  ) async throws {
    // Work was published of the first shot, so its name stays.
    #expect(plan.held.map { $0["name"] } == ["e02_sq01_sh010"] && plan.held[0]["scope"] == "name")
    #expect(
      plan.paths == [
        collection: ["data.fps"],
        "e02_sq01_sh010": [
          "data.label", "data.fps", "data.kitsuTasks.animation.assignees",
        ],
        "e02_sq02_sh020": [
          "name", "data.group", "data.visualParent", "data.parents", "data.fps",
        ],
        "e02_sq02_sh030": [
          "data.tasks", "data.kitsuTasks.compositing",
        ],
        "big_bob": ["data.tasks", "data.kitsuTasks.modeling"],
      ])
    #expect(try plan.change("e02_sq01_sh010").action == "update")
    #expect(try plan.change("e02_sq02_sh020").action == "rename")
    #expect(try plan.change("big_bob").action == "update")
    #expect(try plan.after(collection, "data.fps") == 24)
    let home = try await database.assets(collection)["e02_sq02"]?["_id"]
    #expect(try plan.after("e02_sq02_sh020", "data.visualParent") == home)
    #expect(try plan.after("e02_sq02_sh020", "data.parents") == ["e02", "e02_sq02"])
  }

  private func checkSecond(_ database: AvalonDatabase, _ collection: String) async throws {
    let assets = try await database.assets(collection)
    #expect(assets["e02_sq01_sh015"] == nil && assets["e02_sq01_sh020"] == nil)
    let renamed = try #require(assets["e02_sq01_sh010"])
    #expect(renamed["data", "label"] == "SH015" && renamed["data", "fps"] == 24)
    #expect(renamed["data", "kitsuTasks", "animation", "assignees"]?.list?.count == 2)
    // What the artist wrote into the very document that changed.
    #expect(renamed["data", "handles_artist"] == ["in": 8, "out": 8.5])
    #expect(renamed["data", "tasks"] == ["animation", "hand_rotoscopy"])
    let moved = try #require(assets["e02_sq02_sh020"])
    #expect(moved["data", "visualParent"] == assets["e02_sq02"]?["_id"])
    #expect(moved["data", "group"] == "E02 SQ02")
    #expect(assets["e02_sq02_sh030"]?["data", "tasks"] == ["compositing"])
    #expect(assets["e02_sq02_sh030"]?["data", "fps"] == 30)
    #expect(assets["big_bob"]?["data", "tasks"] == ["hand_sculpting"])
    #expect(assets["big_bob"]?["data", "kitsuTasks", "modeling"] == nil)
    let project = try await database.project(collection)
    #expect(project["data", "fps"] == 24)
    #expect(project["config", "apps"] == Artist.apps)
    #expect(project["config", "tasks"]?.list?.contains(Artist.task) == true)
  }
}
