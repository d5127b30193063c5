import Foundation
import TestSupport
import Testing

/// History, undo and pause through the binary, on a real MongoDB and in a dump.
@Suite("History and undo", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct UndoTests {
  /// A production of a project of its own in a controller's database of its own.
  private func site(
    _ folder: TemporaryFolder, _ database: AvalonDatabase, fps: String = "25", shots: Int = 2
  ) throws -> Site {
    let snapshot = try SnapshotText.production(shots: shots, fps: fps)
      .write(to: folder, "kitsu.json")
    let settings = try folder.write(
      "controller: {database: \(database.name)_sync}\n", to: "avalon-sync.yaml")
    var site = Site.snapshot(snapshot, database)
    site.environment["AVALON_SYNC_CONFIG"] = settings
    return site
  }

  /// Applies, and gives the run's id as the command prints it.
  private func apply(_ site: Site) async throws -> String {
    let outcome = try await site.run("apply", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    let line = try #require(outcome.errors.split(separator: "\n").last { $0.hasPrefix("Run ") })
    let id = String(line.dropFirst(4).prefix(24))
    #expect(line == "Run \(id): undo with `avalon-sync undo \(id)`")
    return id
  }

  private func drop(_ database: AvalonDatabase) async throws {
    try await database.drop()
    try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
  }

  @Test(
    "An update is undone, and stays undone until the project is resumed",
    arguments: Deployment.allCases)
  func updates(_ deployment: Deployment) async throws {
    let folder = try TemporaryFolder()
    let database = try deployment.database()
    _ = try await apply(try site(folder, database))
    let before = try await database.documents("snow")
    let changed = try site(folder, database, fps: "24")
    let run = try await apply(changed)
    #expect(try await database.project("snow")["data", "fps"] == 24)

    // An artist changes one of the fields that the run changed, and one of their own.
    try await database.update(
      "snow", ["name": "sq0_sh1"], ["$set": ["data.fps": 99, "data.mine": "kept"]])
    let outcome = try await changed.run("undo", run, "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.output.contains("field data.fps held: somebody changed it since"))
    var after = try await database.documents("snow")
    let touched = try #require(after.firstIndex { $0["name"] == "sq0_sh1" })
    #expect(after[touched]["data", "fps"] == 99 && after[touched]["data", "mine"] == "kept")
    after.remove(at: touched)
    #expect(after == before.filter { $0["name"] != "sq0_sh1" })

    // It is planned and nothing is written.
    let held = try await changed.plan(expecting: 0)
    #expect(held.held.first?["scope"] == "project")
    #expect(held.held.first?["reason"]?.string?.contains("undo of \(run)") == true)
    #expect(held.held.first?["remedy"] == "avalon-sync resume 'Snow'")
    #expect(held.projects[0]["leftOut"]?.list?.isEmpty == false)
    #expect(try await changed.run("apply", "--auto-approve").code == 0)
    #expect(try await database.project("snow")["data", "fps"] == 25)

    #expect(try await changed.run("resume", "Nobody").code == 1)
    #expect(try await changed.run("resume", "Snow").code == 0)
    _ = try await apply(changed)
    #expect(try await database.project("snow")["data", "fps"] == 24)
    try await drop(database)
  }

  @Test("What was created is archived, or deleted where nobody touched it")
  func creates() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let site = try site(folder, database)
    let run = try await apply(site)
    let outcome = try await site.run("undo", run, "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.errors.contains("'Snow' is paused"))
    let archived = try await database.documents("snow").filter { $0["type"] == "archived_asset" }
    #expect(archived.count == 3)
    #expect(try await database.assets("snow").isEmpty)
    // The undo is a run as any other.
    let line = try #require(outcome.errors.split(separator: "\n").last { $0.hasPrefix("Run ") })
    let back = String(line.dropFirst(4).prefix(24))
    let undone = try await site.run("undo", back, "--auto-approve")
    #expect(undone.code == 0, "\(undone.all)")
    #expect(try await database.assets("snow").count == 3)

    let shot = try #require(try await database.assets("snow")["sq0_sh0"]?["_id"])
    try await database.insert(
      [["type": "subset", "name": "animMain", "parent": shot]], into: "snow")
    let deleted = try await site.run("undo", run, "--delete", "--auto-approve")
    #expect(deleted.code == 0, "\(deleted.all)")
    #expect(deleted.output.contains("something is published of it"))
    #expect(deleted.output.contains("documents that stay stand below it"))
    #expect(Set(try await database.assets("snow").keys) == ["sq0", "sq0_sh0"])
    try await drop(database)
  }

  @Test("History names each change, and can be asked for one entity")
  func history() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.replicaSet.database()
    let first = try await apply(try site(folder, database))
    let site = try site(folder, database, fps: "24")
    let second = try await apply(site)
    let all = try await site.run("history")
    #expect(all.code == 0, "\(all.all)")
    let runs = all.output.split(separator: "\n").filter { $0.hasPrefix("Run ") }
    #expect(runs.count == 2 && runs[0].contains(second) && runs[1].contains(first))
    #expect(all.output.contains("data.fps: 25 → 24"))
    #expect(all.output.contains("+ shot sq0_sh1"))
    let one = try await site.run("history", "--entity", "sq0_sh1", "--format", "json")
    let answer = try JSONDecoder().decode(JSONValue.self, from: Data(one.output.utf8))
    let changes = (answer["runs"]?.list ?? []).flatMap { $0["projects"]?.list ?? [] }
      .flatMap { $0["changes"]?.list ?? [] }
    #expect(changes.map { $0["action"]?.string } == ["update", "create"])
    #expect(changes.allSatisfy { $0["name"] == "sq0_sh1" && $0["outcome"] == "applied" })
    #expect(try await site.run("history", "--limit", "1").output.contains(first) == false)
    try await drop(database)
  }

  @Test("A field that somebody edited in Avalon is told from one that changed in Kitsu")
  func drift() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    _ = try await apply(try site(folder, database))
    try await database.update("snow", ["name": "sq0_sh1"], ["$set": ["data.fps": 99]])
    let plan = try await site(folder, database, fps: "24").plan(expecting: 2)
    func reason(_ name: String) throws -> String? {
      try plan.change(name).fields["data.fps"]?["reason"]?.string
    }
    #expect(try reason("sq0_sh1") == "edited in Avalon")
    #expect(try reason("sq0_sh0") == "changed in Kitsu")
    // Without the controller's database it is the same plan but for its reasons.
    try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
    let blind = try await site(folder, database, fps: "24").plan(expecting: 2)
    #expect(blind.paths == plan.paths)
    #expect(try blind.change("sq0_sh1").fields["data.fps"]?["reason"] == "differs from Kitsu")
    try await drop(database)
  }

  @Test("In a dump, beside Avalon's database")
  func dump() async throws {
    let folder = try TemporaryFolder()
    let snapshot = try SnapshotText.production(shots: 2).write(to: folder)
    let site = Site(environment: [
      "GAZU_URL": "snapshot:\(snapshot)", "AVALON_MONGO": "dump:\(folder.url.path)/dump",
    ])
    let run = try await apply(site)
    #expect(
      try folder.files().filter { $0.hasSuffix(".bson") } == [
        "dump/avalon/snow.bson", "dump/avalon_sync/journal.bson", "dump/avalon_sync/projects.bson",
      ])
    let outcome = try await site.run("undo", run, "--delete", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(try Data(contentsOf: folder.file("dump/avalon/snow.bson")).isEmpty)
  }

  @Test("A project that cannot be paused is told, and the others are undone")
  func oneOfTwo() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let site = try site(folder, database)
    _ = try folder.write(SnapshotText.studio(2, shots: 1), to: "kitsu.json")
    let run = try await apply(site)
    let records = AvalonDatabase(database.uri, name: database.name + "_sync")
    let refused: JSONValue = [
      "$or": [["paused": ["$exists": false]], ["title": ["$ne": "P0"]]]
    ]
    try await records.command("collMod", of: "projects", ["validator": refused])
    let outcome = try await site.run("undo", run, "--delete", "--auto-approve")
    #expect(outcome.code == 1, "\(outcome.all)")
    #expect(outcome.output.contains("nothing was undone: "), "\(outcome.all)")
    #expect(outcome.errors.contains("'P1' is paused"), "\(outcome.all)")
    #expect(!outcome.errors.contains("'P0' is paused"))
    #expect(try await database.documents("p0").count == 3)
    #expect(try await database.documents("p1").isEmpty)
    try await drop(database)
  }

  @Test("What cannot be done is said")
  func refusals() async throws {
    let folder = try TemporaryFolder()
    let database = try Deployment.standalone.database()
    let site = try site(folder, database)
    let run = try await apply(site)
    let unknown = try await site.run("undo", "0123456789abcdef01234567", "--auto-approve")
    #expect(unknown.code == 1 && unknown.errors.contains("the journal knows no run"))
    #expect(try await site.run("undo", "x").errors.contains("'x' is no run"))
    let nobody = try await site.run("undo", run)
    #expect(nobody.code == 1 && nobody.errors.contains("there is nobody to ask"))
    let observed = try await site.run("undo", run, "--policy", "observe", "--auto-approve")
    #expect(observed.code == 1 && observed.errors.contains("is observe"))
    #expect(try await database.assets("snow").count == 3)

    let same = try folder.write("controller: {database: \(database.name)}\n", to: "same.yaml")
    var wrong = site
    wrong.environment["AVALON_SYNC_CONFIG"] = same
    let refused = try await wrong.run("plan")
    #expect(refused.code == 1 && refused.errors.contains("controller.database"))
    try await drop(database)
  }
}
