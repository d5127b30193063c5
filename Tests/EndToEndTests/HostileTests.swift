import Foundation
import TestSupport
import Testing

@Suite(
  "Hostile content of the real Kitsu", .enabled(if: RealServers.areAvailable),
  .timeLimit(.minutes(4)))
struct HostileTests {
  @Test("What is sound is written, the rest is held by entity and field, each with a reason")
  func content() async throws {
    let show = try await HostileShow.shared.value
    let database = try Deployment.replicaSet.database()
    let site = Site.servers(database, project: show.project)
    let plan = try await site.plan(expecting: 2)
    #expect(plan.collection == show.collection)
    #expect(Set(plan.changes.map(\.name)) == HostileShow.written.union([show.collection]))
    checkHeld(plan)

    #expect(try await site.apply().changes.allSatisfy { $0.outcome == "applied" })
    #expect(try await database.collections() == [show.collection], "nothing is written outside")
    let assets = try await database.assets(show.collection)
    #expect(Set(assets.keys) == HostileShow.written)
    #expect(assets["etc_passwd"]?["data", "label"] == "../../etc/passwd")
    // Avalon's inventory cannot read a `"` at the end, so that one becomes ”.
    let novel = assets["novel"]?["data", "description"]?.string
    #expect(novel?.utf8.count == 150_000 * 8 + 2 && novel?.hasSuffix("😀\n”") == true)
    let shot = assets["good_1_0_sound"]
    #expect(shot?["data", "fps"] == 23.976 && shot?["data", "frameEnd"] == 1010)
    #expect(shot?["data", "tasks"] == ["animation"], "two tasks of one type are one")
    for name in ["good_1_0_bad_frames", "good_1_0_no_frames", "good_1_0_large"] {
      #expect(assets[name] != nil && assets[name]?["data", "frameStart"] == nil)
    }
    #expect(try await site.plan(expecting: 0).held.count == plan.held.count)
    let text = try await site.run("plan", "--full")
    #expect(text.code == 0 && !text.output.contains("\u{202E}") && !text.output.contains("\u{7}"))
    try await database.drop()
  }

  private func checkHeld(_ plan: PlanAnswer) {
    #expect(plan.held.allSatisfy { $0["reason"]?.string?.isEmpty == false })
    #expect(plan.held.allSatisfy { $0["remedy"]?.string?.isEmpty == false })
    let entities = plan.held.filter { $0["scope"] == "entity" }
    let titles = entities.compactMap { $0["title"]?.string?.split(separator: " / ").last }
    let expected =
      HostileShow.nameless.count + HostileShow.colliding.count + 3  // "...", orphan, 321 letters
    #expect(entities.count == expected, "\(titles)")
    for name in HostileShow.colliding {
      let item = entities.first { $0["title"]?.string == name }
      #expect(item?["reason"]?.string?.contains("'twin_one'") == true)
    }
    let long = entities.first { $0["title"]?.string?.hasSuffix("ssss") == true }
    #expect(long?["reason"]?.string?.contains("321 bytes") == true)
    let orphan = entities.first { $0["title"]?.string?.hasSuffix("orphan") == true }
    #expect(orphan?["reason"]?.string?.contains("held") == true)
    let fields = plan.held.filter { $0["scope"] == "field" }
    let places = fields.map { "\($0["name"]?.string ?? "") \($0["path"]?.string ?? "")" }
    #expect(
      Set(places).isSuperset(of: [
        "good_1_0_bad_frames data.frameStart", "good_1_0_bad_frames data.frameEnd",
        "good_1_0_large data.frameStart",
      ]), "\(places)")
  }
}

/// What Zou refuses to store can still stand in a file.
@Suite("Hostile content of a snapshot", .timeLimit(.minutes(3)))
struct HostileSnapshotTests {
  private static let deep =
    #"{"a":"# + String(repeating: "[", count: 300) + String(repeating: "]", count: 300) + "}"

  private static let assets: [(name: String, data: String, description: String)] = [
    (#""nul \u0000 inside""#, "null", "null"), (#""lone \ud800 half""#, "null", "null"),
    ("NaN", "null", "null"), (#"{"$oid":"nope"}"#, "null", "null"), ("null", "null", "null"),
    ("1e400", "null", "null"), (#""\#(String(repeating: "n", count: 10_000))""#, "null", "null"),
    (#""text nul""#, "null", #""a\u0000b""#), (#""text surrogate""#, "null", #""\udc00""#),
    (#""text number""#, "null", "1e400"),
    (#""keys""#, #"{"a\u0000b":1,"a.b":2,"$set":{"$oid":"nope"},"":3}"#, "null"),
    (#""numbers""#, #"{"a":1e400,"b":NaN,"c":-Infinity,"d":18446744073709551616}"#, "null"),
    (#""deep""#, deep, "null"), (#""no data""#, #""a text""#, "null"), (#""sound""#, "{}", "null"),
  ]

  @Test("A dump gets what is sound, and nothing outside its folder")
  func snapshot() async throws {
    let folder = try TemporaryFolder()
    var kitsu = SnapshotText()
    kitsu.projectName = #""../../\\u0041 \\evil""#
    kitsu.assets = HostileSnapshotTests.assets.enumerated().map {
      SnapshotText.asset($0, name: $1.name, data: $1.data, description: $1.description)
    }
    let file = try kitsu.write(to: folder)
    let dump = try folder.folder("dump").path
    let site = Site(environment: [
      "GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:\(dump)", "AVALON_DB": "avalon",
    ])
    let plan = try await site.plan(expecting: 2)
    #expect(try folder.files() == ["dump", "kitsu.json"], "a plan writes nothing")
    let sound: Set<String> = [
      "text_nul", "text_surrogate", "text_number", "keys", "numbers", "deep", "no_data", "sound",
    ]
    let collection = try #require(plan.collection)
    #expect(Set(plan.changes.map(\.name)) == sound.union([collection]))
    #expect(plan.held.count { $0["scope"] == "entity" } == 7)
    let fields = plan.held.filter { $0["scope"] == "field" }
    #expect(fields.allSatisfy { $0["path"] == "data.description" })
    let holders = Set(fields.compactMap { $0["name"]?.string })
    #expect(holders == ["text_nul", "text_surrogate", "text_number"])
    #expect(try await site.apply().changes.allSatisfy { $0.outcome == "applied" })
    #expect(
      try folder.files().filter { !$0.hasSuffix(".lock") } == [
        "dump", "dump/avalon", "dump/avalon/\(collection).bson",
        "dump/avalon/\(collection).metadata.json", "dump/avalon_sync",
        "dump/avalon_sync/journal.bson", "dump/avalon_sync/journal.metadata.json",
        "dump/avalon_sync/projects.bson", "dump/avalon_sync/projects.metadata.json", "kitsu.json",
      ])
    _ = try await site.plan(expecting: 0)
  }

  @Test(
    "A project without a usable name is held, and the exit code says that nothing failed",
    arguments: [#""""#, #""...""#, "null", #""\u0000""#, #""\ud800""#, "NaN", "{}"])
  func projectName(_ name: String) async throws {
    let folder = try TemporaryFolder()
    var kitsu = SnapshotText()
    kitsu.projectName = name
    kitsu.assets = [SnapshotText.asset(1, name: "\"Bob\"")]
    let file = try kitsu.write(to: folder)
    let site = Site(environment: [
      "GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:\(folder.file("dump").path)",
    ])
    let plan = try await site.apply()
    #expect(plan.changes.isEmpty && plan.held.count == 1)
    #expect(plan.held.first?["scope"] == "project")
    let written = try folder.files().filter { $0.hasSuffix(".bson") }
    #expect(written.isEmpty)
  }

  @Test(
    "A damaged file is one clear error with its place",
    arguments: [
      "{", #"{"format":"avalon-sync-snapshot","format":1}"#,
      #"{"format":"avalon-sync-snapshot","formatVersion":1"#, "[]", "\u{FEFF}", "",
    ])
  func damaged(_ text: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "kitsu.json")
    let site = Site(environment: [
      "GAZU_URL": "snapshot:\(file)", "AVALON_MONGO": "dump:\(folder.file("dump").path)",
    ])
    let outcome = try await site.run("apply", "--auto-approve")
    #expect(outcome.code == 1 && outcome.errors.contains(file), "\(outcome.all)")
    #expect(try folder.files() == ["kitsu.json"])
  }
}
