import Foundation
import TestSupport
import Testing

/// `FILESYS_RENAME`: folders follow their documents, through the binary.
@Suite("Folders follow", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct FolderTests {
  /// A trial with folders of work below a root of its own.
  private func trial(
    _ names: String..., in database: AvalonDatabase? = nil, folders: String...
  ) async throws -> Trial {
    var show = SnapshotText()
    show.assets = names.enumerated().map { SnapshotText.asset($0, name: "\"\($1)\"") }
    var trial = try Trial(try database ?? Deployment.replicaSet.database(), show)
    for folder in folders { try make(folder, trial) }
    trial.site.environment["AVALON_PROJECTS"] = trial.folder.file("root").path
    try await trial.sync()
    trial.site.environment["FILESYS_RENAME"] = "1"
    return trial
  }

  private func make(_ name: String, _ trial: Trial) throws {
    _ = try trial.folder.folder("root/\(name)")
    _ = try trial.folder.write(name, to: "root/\(name)/scene.ma")
  }

  /// Each folder, with where it was at the start.
  private func folders(_ trial: Trial) throws -> [String: String] {
    let root = trial.folder.file("root").path
    var folders: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root)
    where path.hasSuffix("/scene.ma") {
      folders[String(path.dropLast("/scene.ma".count))] = try String(
        contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
    return folders
  }

  @Test("Off unless it is asked for; on, it is shown and done, and undone with the run")
  func renamed() async throws {
    var trial = try await trial("Bob", "Carl", folders: "snow/assets/bob", "snow/assets/carl")
    trial.site.environment["FILESYS_RENAME"] = "0"
    trial.show.rename("Carl", "Karl")
    try await trial.sync()
    #expect(try folders(trial).keys.contains("snow/assets/carl"))
    trial.site.environment["FILESYS_RENAME"] = "1"
    trial.show.rename("Bob", "Bobby")
    let before = try folders(trial)
    let plan = try await trial.plan()
    let shown = plan.projects[0]["directories"]?.list ?? []
    #expect(shown.map { $0["from"] } == ["snow/assets/bob"])
    #expect(shown.map { $0["to"] } == ["snow/assets/bobby"] && shown[0]["title"] == "Bobby")
    let text = try await trial.site.run("plan").output
    #expect(text.contains("→ folder snow/assets/bob → snow/assets/bobby"), "\(text)")
    #expect(text.contains("1 folder to rename"), "\(text)")
    #expect(try folders(trial) == before, "a plan only looks")

    let outcome = try await trial.site.run("apply", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(try folders(trial)["snow/assets/bobby"] == "snow/assets/bob")
    #expect(try await trial.plan().projects[0]["directories"] == [])

    let run = try #require(outcome.errors.firstMatch(of: /undo ([0-9a-f]{24})/)?.1)
    let undone = try await trial.site.run("undo", String(run), "--auto-approve")
    #expect(undone.code == 0, "\(undone.all)")
    #expect(undone.output.contains("→ folder snow/assets/bobby → snow/assets/bob"))
    #expect(try folders(trial) == before)
    #expect(try await trial.id("bob").count == 24)
    try await trial.drop()
  }

  @Test("A swap, and a project that is renamed in the same moment")
  func swap() async throws {
    var trial = try await trial("Bob", "Carl", folders: "snow/assets/bob", "snow/assets/carl")
    trial.show.assets = [
      SnapshotText.asset(0, name: "\"Carl\""), SnapshotText.asset(1, name: "\"Bob\""),
    ]
    trial.show.projectName = "\"Sleet\""
    trial.site.arguments += ["--allow", "project-rename"]
    try await trial.sync()
    #expect(
      try folders(trial) == [
        "sleet/assets/carl": "snow/assets/bob", "sleet/assets/bob": "snow/assets/carl",
      ])
    #expect(try await trial.database.collections() == ["sleet"])
    #expect(try await trial.plan().changes.isEmpty)
    try await trial.drop()
  }

  @Test("A folder that cannot follow holds the name, and all else goes on", arguments: 0..<3)
  func held(_ kind: Int) async throws {
    var trial = try await trial("Bob", "Carl", folders: "snow/assets/bob", "snow/assets/carl")
    let root = trial.folder.file("root/snow/assets")
    let files = FileManager.default
    switch kind {
    case 0: try make("snow/assets/bobby", trial)
    case 1:
      try files.moveItem(at: root.appendingPathComponent("bob"), to: trial.folder.file("away"))
      try files.createSymbolicLink(
        at: root.appendingPathComponent("bob"), withDestinationURL: trial.folder.file("away"))
    default:
      try files.createSymbolicLink(
        at: root.appendingPathComponent("bobby"), withDestinationURL: trial.folder.url)
    }
    trial.show.assets[0] = SnapshotText.asset(0, name: "\"Bobby\"", description: "\"Red.\"")
    trial.show.rename("Carl", "Karl")
    let before = try folders(trial)
    let applied = try await trial.sync()
    let hold = try #require(applied.held.first)
    #expect(applied.held.count == 1 && hold["scope"] == "name" && hold["title"] == "Bobby")
    let reason = hold["reason"]?.string ?? ""
    #expect(
      reason.hasPrefix(
        "it would be named 'bobby', but its folder 'snow/assets/bob' cannot follow: "), "\(reason)")
    #expect(hold["remedy"]?.string?.hasPrefix("mend the folder, then plan again") == true)
    #expect(try await trial.document("bob")["data", "description"] == "Red.")
    var now = before
    now["snow/assets/karl"] = now.removeValue(forKey: "snow/assets/carl")
    #expect(try folders(trial) == now)

    // Lifted by mending it, or by leaving folders as they are.
    if kind == 0 {
      try files.removeItem(at: root.appendingPathComponent("bobby"))
    } else {
      trial.site.environment["FILESYS_RENAME"] = nil
    }
    #expect(try await trial.sync().held.isEmpty)
    #expect(try await trial.document("bobby")["data", "label"] == "Bobby")
    if kind == 0 { #expect(try folders(trial)["snow/assets/bobby"] == "snow/assets/bob") }
    try await trial.drop()
  }

  @Test(
    "Where a folder may not be renamed its document gets its name back; with the right it follows")
  func permission() async throws {
    var trial = try await trial("Bob", "Carl", folders: "snow/assets/bob", "other")
    let place = trial.folder.file("root/snow/assets").path
    trial.show.assets[0] = SnapshotText.asset(0, name: "\"Bobby\"", description: "\"Red.\"")
    _ = try trial.show.write(to: trial.folder)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
    let outcome = try await trial.site.command(["apply", "--auto-approve"]).boundByPermissions.run()
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
    #expect(outcome.code == 1 && outcome.output.contains("Permission denied"), "\(outcome.all)")
    #expect(outcome.output.contains("'snow/assets/bob' was not renamed"), "\(outcome.all)")
    #expect(try folders(trial)["snow/assets/bob"] != nil)
    #expect(try await trial.document("bob")["data", "description"] == "Red.")

    #expect(try await trial.sync().held.isEmpty)
    #expect(try folders(trial)["snow/assets/bobby"] == "snow/assets/bob")
    #expect(try await trial.document("bobby")["data", "label"] == "Bobby")
    try await trial.drop()
  }

  @Test("A saved plan holds the folders and the collection, and is stale where they are others")
  func saved() async throws {
    var trial = try await trial("Bob", folders: "snow/assets/bob")
    trial.show.rename("Bob", "Bobby")
    trial.show.projectName = "\"Sleet\""
    _ = try trial.show.write(to: trial.folder)
    let file = trial.folder.file("snow.plan").path
    let plan = try await trial.site.run("plan", "--allow", "project-rename", "--out", file)
    #expect(plan.code == 0, "\(plan.all)")
    #expect(plan.output.contains("→ folder snow → sleet"), "\(plan.output)")
    try make("snow/assets/bobby", trial)
    let stale = try await trial.site.run("apply", file, "--auto-approve")
    #expect(stale.code == 1 && stale.errors.contains("stale"), "\(stale.all)")
    #expect(stale.errors.contains("sleet/assets/bobby"), "\(stale.errors)")
    try FileManager.default.removeItem(at: trial.folder.file("root/snow/assets/bobby"))
    let applied = try await trial.site.run("apply", file, "--auto-approve")
    #expect(applied.code == 0, "\(applied.all)")
    #expect(try folders(trial) == ["sleet/assets/bobby": "snow/assets/bob"])
    #expect(try await trial.database.collections() == ["sleet"])
    try await trial.drop()
  }

  @Test("A process that dies before the folders follow: the next run brings them")
  func killed() async throws {
    try await PrivateMongod.with { server in
      // Before the database is written, before that is written down, and after the folders followed.
      for writes in [3, 4, 5] {
        let database = AvalonDatabase(server.uri)
        var trial = try await trial(
          "Bob", "Carl", in: database, folders: "snow/assets/bob", "snow/assets/carl")
        trial.show.rename("Bob", "Bobby")
        _ = try trial.show.write(to: trial.folder)
        try await trial.site.applyKilled(database, after: writes)
        try await trial.sync()
        #expect(
          try folders(trial) == [
            "snow/assets/bobby": "snow/assets/bob", "snow/assets/carl": "snow/assets/carl",
          ])
        #expect(try await trial.document("bobby")["data", "label"] == "Bobby")
        let rest = try await trial.plan()
        #expect(rest.changes.isEmpty && rest.projects[0]["directories"] == [])
        try await trial.drop()
      }
    }
  }

  @Test(
    "A folder that was left behind and is stuck stays known until it follows, and holds nobody else"
  )
  func stuck() async throws {
    try await PrivateMongod.with { server in
      let database = AvalonDatabase(server.uri)
      var trial = try await trial(
        "Bob", "Carl", in: database, folders: "snow/assets/bob", "snow/assets/carl")
      trial.show.rename("Bob", "Bobby")
      _ = try trial.show.write(to: trial.folder)
      try await trial.site.applyKilled(database, after: 4)
      #expect(try folders(trial).keys.contains("snow/assets/bob"))
      try make("snow/assets/bobby", trial)
      // Others go on, with their folders, and by hand.
      for name in ["Charly", "Chuck"] {
        trial.show.rename(name == "Charly" ? "Carl" : "Charly", name)
        let plan = try await trial.sync()
        #expect(plan.held.isEmpty, "\(plan.held)")
        #expect(try folders(trial).keys.contains("snow/assets/\(name.lowercased())"))
      }
      // Something else of its own document.
      trial.show.assets[0] = SnapshotText.asset(
        0, name: "\"Bobby\"", description: "\"Red.\"")
      #expect(try await trial.sync().changes.count == 1)
      let warned = try await trial.site.run("plan")
      #expect(warned.all.contains("cannot follow"), "\(warned.all)")
      let root = try #require(trial.site.environment["AVALON_PROJECTS"])
      try FileManager.default.removeItem(atPath: root + "/snow/assets/bobby")
      try await trial.sync()
      #expect(
        try folders(trial) == [
          "snow/assets/bobby": "snow/assets/bob", "snow/assets/chuck": "snow/assets/carl",
        ])
      try await trial.drop()
    }
  }
}
