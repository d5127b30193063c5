import TestSupport
import Testing

/// Names that change places, and a project's own.
@Suite("Renames", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(3)))
struct RenameTests {
  @Test("A swap, a chain and a circle in one plan", arguments: Deployment.allCases)
  func circles(_ deployment: Deployment) async throws {
    var trial = try Trial(deployment, .assets("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
    try await trial.sync()
    let before = try await trial.database.assets(Trial.collection)
    // a ⇄ b, c → d → e → new, f → g → h → f
    let names = ["b", "a", "d", "e", "new", "g", "h", "f", "i", "j"]
    trial.show = SnapshotText()
    trial.show.assets = names.enumerated().map {
      SnapshotText.asset($0, name: "\"\($1)\"", description: "\"Grey.\"")
    }
    trial.site.arguments += ["--allow", "path-changes"]
    let applied = try await trial.sync()
    #expect(applied.changes.allSatisfy { $0.outcome == "applied" })
    let after = try await trial.database.assets(Trial.collection)
    for (old, new) in zip(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], names) {
      #expect(after[new]?["_id"] == before[old]?["_id"], "\(old) → \(new)")
    }
    #expect(try await trial.plan().changes.isEmpty)
    try await trial.drop()
  }

  @Test("A sequence that follows though its shot is published: names, parents, groups and copies")
  func follow() async throws {
    var trial = try Trial(.standalone, .shots(2))
    try trial.map("rules: {shot: {protect: follow}, sequence: {protect: follow}}")
    try await trial.sync()
    try await trial.publish("sq0_sh0")
    // As Avalon's `inventory --save` and its launcher keep it (domain.md 1.6).
    for name in ["sq0", "sq0_sh0", "sq0_sh1"] {
      try await trial.update(name, ["$set": ["data.name": .string(name)]])
    }
    trial.show.rename("SQ0", "SX0")
    try await trial.sync()
    let assets = try await trial.database.assets(Trial.collection)
    #expect(Set(assets.keys) == ["sx0", "sx0_sh0", "sx0_sh1"])
    for (name, asset) in assets { #expect(asset["data", "name"] == .string(name)) }
    for name in ["sx0_sh0", "sx0_sh1"] {
      #expect(assets[name]?["data", "parents"] == ["sx0"])
      #expect(assets[name]?["data", "group"] == "SX0")
      #expect(assets[name]?["data", "visualParent"] == assets["sx0"]?["_id"])
    }
    #expect(try await trial.plan().changes.isEmpty)
    try await trial.drop()
  }

  @Test("One published shot of ten, its sequence renamed, then a shot more: nothing half renamed")
  func halfRenamed() async throws {
    var trial = try Trial(.replicaSet, .shots(10))
    try await trial.sync()
    try await trial.publish("sq0_sh3")
    trial.show.rename("SQ0", "SX0")
    try await trial.sync()
    trial.show.shots.append(SnapshotText.shot(10, sequence: 0))
    try await trial.sync()
    let assets = try await trial.database.assets(Trial.collection)
    #expect(Set(assets.keys) == Set(["sq0"] + (0...10).map { "sq0_sh\($0)" }))
    for (name, asset) in assets where name != "sq0" {
      #expect(asset["data", "parents"] == ["sq0"])
    }
    #expect(try await trial.plan().changes.isEmpty)
    try await trial.drop()
  }

  @Test(
    "A project's rename that was cut off is finished; the old collection that comes back is told")
  func project() async throws {
    var trial = try Trial(.standalone, .shots(2))
    try await trial.sync()
    trial.show.projectName = "\"Sleet\""
    trial.site.arguments += ["--allow", "project-rename"]
    let plan = try await trial.plan()
    #expect(plan.projects[0]["collectionRename"] == ["from": "snow", "to": "sleet"])
    // Killed between the two: the collection has its new name, its document the old one.
    let name = trial.database.name
    try await AvalonDatabase(trial.database.uri, name: "admin").command(
      "renameCollection", of: .string("\(name).snow"), ["to": .string("\(name).sleet")])
    // Nothing but Avalon is needed to see it.
    try await AvalonDatabase(trial.database.uri, name: "\(name)_sync").drop()
    trial.site.arguments = []
    try await trial.sync()
    #expect(try await trial.database.collections() == ["sleet"])
    #expect(try await trial.database.project("sleet")["name"] == "sleet")
    #expect(try await trial.plan().changes.isEmpty)

    // Renamed as a whole; then a session that was open writes into the old one.
    trial.show.projectName = "\"Hail\""
    trial.site.arguments = ["--allow", "project-rename"]
    try await trial.sync()
    #expect(try await trial.database.collections() == ["hail"])
    try await trial.database.insert([["type": "subset", "name": "late"]], into: "sleet")
    let bytes = try await trial.database.bytes("sleet")
    let told = try await trial.plan()
    let warnings = told.projects[0]["warnings"]?.texts ?? []
    #expect(warnings.contains { $0.hasPrefix("the collection 'sleet', which this project had") })
    #expect(told.changes.isEmpty)
    try await trial.sync()
    #expect(try await trial.database.bytes("sleet") == bytes)
    try await trial.drop()
  }
}
