import Foundation
import TestSupport
import Testing

/// What people did by hand and what was published survives all that we do, our own losses too.
@Suite(
  "Years of work in the database", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct YearsOfWorkTests {
  /// A production with a controller's database of its own.
  private struct Studio {
    let folder: TemporaryFolder
    let database: AvalonDatabase

    init(_ deployment: Deployment) throws {
      folder = try TemporaryFolder()
      database = try deployment.database()
    }

    func site(_ text: SnapshotText) throws -> Site {
      var site = Site.snapshot(try text.write(to: folder), database)
      site.environment["AVALON_SYNC_CONFIG"] = try folder.write(
        "controller: {database: \(database.name)_sync}\n", to: "avalon-sync.yaml")
      return site
    }

    func loseControllersDatabase() async throws {
      let own = AvalonDatabase(database.uri, name: database.name + "_sync")
      #expect(try await !own.collections().isEmpty)
      try await own.drop()
    }

    /// The document of a shot.
    func shot(_ number: Int) async throws -> JSONValue {
      let found = try await database.documents("snow").filter {
        $0["data", "kitsu", "id"] == .string(SnapshotText.id(3, number))
      }
      try #require(found.count == 1)
      return found[0]
    }

    func publish(_ number: Int) async throws {
      let parent = try #require(try await shot(number)["_id"])
      try await database.insert(
        [["type": "subset", "name": "animationMain", "parent": parent]], into: "snow")
    }
  }

  @Test(
    "A task added by hand survives adopt, apply and the loss of the controller's database",
    arguments: Deployment.allCases)
  func task(_ deployment: Deployment) async throws {
    let studio = try Studio(deployment)
    let id = JSONValue.id("5d5f9f1e8c7f3b0001a1b2c4")
    try await studio.database.insert(
      [
        [
          "_id": id, "schema": "avalon-core:asset-2.0", "type": "asset", "name": "sq0_sh0",
          "silo": "shots",
          "data": [
            "zou_id": .string(SnapshotText.id(3, 0)), "tasks": ["hand_rotoscopy", "animation"],
          ],
        ]
      ], into: "snow")
    let first = try await studio.site(.production(shots: 2)).apply()
    #expect(try first.change("sq0_sh0").action == "adopt")
    let tasks: JSONValue = ["hand_rotoscopy", "animation"]
    #expect(try await studio.shot(0)["data", "tasks"] == tasks)

    try await studio.database.update(
      "snow", ["name": "sq0_sh1"], ["$push": ["data.tasks": "hand_paint"]])
    let changed = try studio.site(.production(shots: 2, fps: "24"))
    _ = try await changed.apply()
    try await studio.loseControllersDatabase()
    #expect(try await changed.plan(expecting: 0).changes.isEmpty)

    // Kitsu takes its own task away: that one goes, as what is ours stands in the document.
    var without = SnapshotText.production(shots: 2, fps: "24")
    without.shots = without.shots.map { $0.replacing(/"tasks":\[.*\]/, with: "\"tasks\":[]") }
    _ = try await studio.site(without).apply()
    let shots = [try await studio.shot(0), try await studio.shot(1)]
    #expect(shots[0]["_id"] == id)
    #expect(shots.map { $0["data", "tasks"] } == [["hand_rotoscopy"], ["hand_paint"]])
    #expect(try await studio.database.documents("snow").count == 4)
    try await ChangingShow.clear(studio.database)
  }

  @Test(
    "Without the controller's database the plan is the same, and nothing is doubled",
    arguments: Deployment.allCases)
  func loss(_ deployment: Deployment) async throws {
    let studio = try Studio(deployment)
    _ = try await studio.site(.production(shots: 20)).apply()
    try await studio.publish(3)
    try await studio.database.update(
      "snow", ["name": "sq0_sh1"], ["$set": ["data.fps": 99, "data.label": "Mine"]])
    var text = SnapshotText.production(shots: 22, fps: "24")
    text.shots[2] = text.shots[2].replacing("\"SH2\"", with: "\"SH200\"")
    text.shots[3] = text.shots[3].replacing("\"SH3\"", with: "\"SH300\"")
    let site = try studio.site(text)
    let before = try await site.plan(expecting: 2)
    try await studio.loseControllersDatabase()
    let after = try await site.plan(expecting: 2)
    #expect(before.changes.map(written) == after.changes.map(written))
    #expect(before.held == after.held && before.held.count == 1)
    _ = try await site.apply()
    try await studio.loseControllersDatabase()
    #expect(try await site.plan(expecting: 0).changes.isEmpty)
    let documents = try await studio.database.documents("snow")
    // Project, sequence, 22 shots, and the subset.
    #expect(documents.count == 25)
    #expect(Set(documents.compactMap { $0["data", "kitsu", "id"]?.string }).count == 24)
    try await ChangingShow.clear(studio.database)
  }

  /// All of a change but why it is made: drift is told from change by the controller's database.
  private func written(_ change: PlanAnswer.Change) -> [String: JSONValue] {
    let fields = change.fields.mapValues { field -> JSONValue in
      var field = field.map ?? [:]
      field["reason"] = nil
      return .map(field)
    }
    return [
      "name": .string(change.name), "action": change.value["action"] ?? .null,
      "fields": .map(fields), "document": change.value["document"] ?? .null,
    ]
  }

  @Test(
    "A metadata column that is renamed in Kitsu empties nothing without a flag",
    arguments: Deployment.allCases)
  func column(_ deployment: Deployment) async throws {
    let studio = try Studio(deployment)
    _ = try await studio.site(.production(shots: 20)).apply()
    let before = try await studio.database.bytes("snow")
    var text = SnapshotText.production(shots: 20)
    text.shots = text.shots.map { $0.replacing("\"frame_in\"", with: "\"first_frame\"") }
    let site = try studio.site(text)
    let outcome = try await site.run("apply", "--auto-approve")
    #expect(outcome.output.contains("--allow emptied-fields"), "\(outcome.all)")
    #expect(try await studio.database.bytes("snow") == before)
    let allowed = try await site.run(
      "apply", "--auto-approve", "--allow", "emptied-fields")
    #expect(allowed.code == 0, "\(allowed.all)")
    #expect(try await studio.shot(0)["data", "frameStart"] == nil)
    try await ChangingShow.clear(studio.database)
  }

  @Test(
    "One of ten shots is published, its sequence is renamed, a shot is added: nothing half-renamed",
    arguments: Deployment.allCases)
  func sequence(_ deployment: Deployment) async throws {
    let studio = try Studio(deployment)
    _ = try await studio.site(.production(shots: 10)).apply()
    try await studio.publish(4)
    var text = SnapshotText.production(shots: 11)
    text.sequences = text.sequences.map { $0.replacing("\"SQ0\"", with: "\"SQ900\"") }
    let site = try studio.site(text)
    let applied = try await site.apply()
    // The sequence's name is held, and no shot is named after another one.
    #expect(applied.held.contains { $0["name"] == "sq0" && $0["scope"] == "name" })
    #expect(try await site.plan(expecting: 0).changes.isEmpty)
    let assets = try await studio.database.assets("snow")
    #expect(Set(assets.keys) == Set(["sq0"] + (0..<11).map { "sq0_sh\($0)" }))
    #expect(assets["sq0"]?["data", "label"] == "SQ900")
    for number in 0..<11 {
      #expect(assets["sq0_sh\(number)"]?["data", "parents"] == ["sq0"])
      #expect(assets["sq0_sh\(number)"]?["data", "visualParent"] == assets["sq0"]?["_id"])
    }
    try await ChangingShow.clear(studio.database)
  }
}
