import Foundation
import TestSupport
import Testing

/// The settings' list of projects, targets and policies, through the program.
@Suite("Settings by project", .timeLimit(.minutes(4)))
struct ProjectSettingsTests {
  /// A studio of one folder: several shows in a snapshot, dumps, and a settings file.
  private struct Desk {
    let folder: TemporaryFolder
    var site: Site

    init(_ shows: [SnapshotShow], settings: String, _ files: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      _ = try folder.write(SnapshotShow.text(shows), to: "kitsu.json")
      for (name, text) in files { _ = try folder.write(text, to: name) }
      let path = try folder.write(
        "kitsu: {url: 'snapshot:kitsu.json'}\n" + settings, to: "avalon-sync.yaml")
      site = Site(environment: ["AVALON_SYNC_CONFIG": path])
    }

    /// What is said, without MongoDB's own words, which differ from version to version.
    func plain(_ text: String) -> String {
      text.replacing(/No suitable servers[^\n"]*/, with: "…")
    }

    // The folder lives as long as the program runs.

    func run(_ arguments: String...) async throws -> Command.Outcome {
      defer { withExtendedLifetime(folder) {} }
      var command = Command.avalonSync(arguments, environment: site.environment)
      // There the file has its usual name, and no path of this machine widens a table.
      command.environment["AVALON_SYNC_CONFIG"] = nil
      command.folder = folder.url
      return try await command.run()
    }

    func plan(
      expecting code: Int32, _ arguments: String...,
      location: SourceLocation = #_sourceLocation
    ) async throws -> PlanAnswer {
      defer { withExtendedLifetime(folder) {} }
      var site = site
      site.arguments += arguments
      return try await site.plan(expecting: code, location)
    }

    func apply(expecting code: Int32 = 0, _ location: SourceLocation = #_sourceLocation)
      async throws -> PlanAnswer
    {
      defer { withExtendedLifetime(folder) {} }
      return try await site.apply(expecting: code, location)
    }

    func collections() throws -> [String] { try folder.files().filter { $0.hasSuffix(".bson") } }
  }

  private static let shows = [
    SnapshotShow(1, "Gulls", data: #"{"avalon":"yes","season":"2"}"#),
    SnapshotShow(2, "Hulk 1"), SnapshotShow(3, "Hulk 2", code: "HU2"),
    SnapshotShow(4, "Lost", data: #"{"season":"two"}"#),
    SnapshotShow(5, "Old", status: "Closed"), SnapshotShow(6, "Pigeons"),
    SnapshotShow(7, "Quail"),
  ]

  private static let settings = """
    avalon: {url: 'dump:dump'}
    targets:
      openpype: {url: 'dump:dump', database: openpype}
      down: {url: 'mongodb://127.0.0.1:1', database: avalon, timeout: 300}
    mapping: avalon.yaml
    policy: create-only
    projects:
      - {match: Hulk 1, skip: true}
      - {match: HU2, target: openpype, policy: upsert-only, mapping: studio.yaml}
      - {match: Quail, target: down}
      - match: ${(project.data.season | int) > 1}
        override: {rules: {shot: {when: {early: shot.name == 'SH0'}}}}
      - Old
      - Pidgeons

    """

  private static let overlay = """
    apiVersion: avalon-sync/v1
    kind: Mapping
    extends: avalon.yaml
    rules: {shot: {document: {data: {studio: ours}}}}

    """

  private func desk() throws -> Desk {
    try Desk(
      ProjectSettingsTests.shows, settings: ProjectSettingsTests.settings,
      ["studio.yaml": ProjectSettingsTests.overlay])
  }

  // MARK: The list

  @Test("projects says what each got, and why")
  func projects() async throws {
    let desk = try desk()
    let text = try await desk.run("projects")
    #expect(text.code == 0, "\(text.all)")
    expectGolden(desk.plain(text.output), "settings/projects.txt")
    expectGolden(desk.plain(text.errors), "settings/projects.err.txt")
    let json = try await desk.run("projects", "--format", "json")
    expectGolden(desk.plain(json.output), "settings/projects.json")
    #expect(try desk.collections().isEmpty)
  }

  @Test("Without a list all open projects get the defaults")
  func noList() async throws {
    let desk = try Desk(
      [SnapshotShow(1, "Gulls"), SnapshotShow(2, "Old", status: "Closed")],
      settings: "avalon: {url: 'dump:dump'}\n")
    let outcome = try await desk.run("projects")
    expectGolden(desk.plain(outcome.output), "settings/projects-no-list.txt")
  }

  @Test("plan shows what differs from project to project; a target that is down fails its own")
  func plan() async throws {
    let desk = try desk()
    let outcome = try await desk.run("plan", "--detailed-exitcode")
    #expect(outcome.code == 1)
    expectGolden(desk.plain(outcome.output), "settings/plan.txt")
    let applied = try await desk.apply(expecting: 1)
    #expect(applied.root["targets"]?.list?.count == 3)
    #expect(
      try desk.collections() == [
        "dump/avalon/gulls.bson", "dump/avalon_sync/journal.bson",
        "dump/avalon_sync/projects.bson", "dump/openpype/hulk_2.bson",
      ])
  }

  @Test("An empty list takes no project")
  func emptyList() async throws {
    let desk = try Desk(
      [SnapshotShow(1, "Gulls")], settings: "avalon: {url: 'dump:dump'}\nprojects: []\n")
    let outcome = try await desk.run("plan", "--detailed-exitcode")
    #expect(outcome.code == 0 && outcome.output.contains("No projects are selected."))
    #expect(outcome.output.contains("Gulls (no item matches)"))
  }

  // MARK: Named projects

  @Test("A project that no item matches is taken when it is named, with the defaults")
  func named() async throws {
    let answer = try await desk().plan(expecting: 2, "--project", "Pigeons", "--project", "Old")
    #expect(answer.projects.map { $0["name"]?.string } == ["Pigeons", "Old"])
    for project in answer.projects {
      #expect(project["policy"] == "create-only" && project["target"] == "avalon")
    }
  }

  @Test("A project that is named keeps what its item gives it")
  func namedItem() async throws {
    let answer = try await desk().plan(expecting: 2, "--project", "HU2")
    let project = try #require(answer.projects.first)
    #expect(project["policy"] == "upsert-only" && project["target"] == "openpype")
    #expect(project["mapping"]?.string?.hasSuffix("studio.yaml") == true)
  }

  @Test("A project that is left out on purpose is refused when it is named, with the place")
  func skipped() async throws {
    let desk = try desk()
    let outcome = try await desk.run("plan", "--project", "Hulk 1")
    #expect(outcome.code == 1 && outcome.output.isEmpty)
    #expect(
      desk.plain(outcome.errors).contains(
        "'Hulk 1' is left out on purpose: avalon-sync.yaml:9:5: Hulk 1 (skip: true)"))
  }

  @Test("A condition that fails holds its project, and no other")
  func failedCondition() async throws {
    let desk = try desk()
    let answer = try await desk.plan(expecting: 2, "--project", "Lost", "--project", "Gulls")
    #expect(answer.held.count == 1 && answer.held[0]["scope"] == "project")
    #expect(answer.held[0]["reason"]?.string?.contains("'two'") == true)
    #expect(answer.held[0]["remedy"] == "correct the value in Kitsu, or the condition")
    #expect(!answer.changes.isEmpty)

    let corrected =
      ProjectSettingsTests.shows.filter { $0.name != "Lost" } + [
        SnapshotShow(4, "Lost", data: #"{"season":"2"}"#)
      ]
    _ = try desk.folder.write(SnapshotShow.text(corrected), to: "kitsu.json")
    let after = try await desk.plan(expecting: 2, "--project", "Lost")
    #expect(after.held.isEmpty && !after.changes.isEmpty)
  }

  // MARK: Flags and variables

  @Test("A flag stands for all projects, without their overrides")
  func flags() async throws {
    let desk = try desk()
    let answer = try await desk.plan(
      expecting: 0, "--mapping", "avalon.yaml", "--policy", "observe", "--database", "trial",
      "--avalon", "dump:\(desk.folder.file("copy").path)")
    #expect(answer.root["mapping"] == "avalon.yaml (built in)")
    #expect(answer.root["policy"] == "observe")
    let targets = answer.root["targets"]?.list ?? []
    #expect(targets.count == 3 && targets.allSatisfy { $0["database"] == "trial" })
    #expect(targets.allSatisfy { $0["address"]?.string?.hasSuffix("copy") == true })
    #expect(answer.changes.isEmpty && (answer.count("leftOut") ?? 0) > 0)
  }

  @Test("A variable replaces the file's default, from which an item may differ")
  func variables() async throws {
    var desk = try desk()
    desk.site.environment["AVALON_SYNC_POLICY"] = "observe"
    let answer = try await desk.plan(expecting: 2, "--project", "Gulls", "--project", "Hulk 2")
    #expect(answer.projects.map { $0["policy"] } == ["observe", "upsert-only"])
  }

  @Test("A policy that is not there is refused", arguments: ["synk", "upsert"])
  func wrongPolicy(_ policy: String) async throws {
    var desk = try desk()
    let outcome = try await desk.run("plan", "--policy", policy)
    #expect(outcome.code == 1 && outcome.errors.contains("--policy: "), "\(outcome.all)")
    #expect(outcome.errors.contains("'\(policy)'"))
    desk.site.environment["AVALON_SYNC_POLICY"] = policy
    #expect(try await desk.run("plan").errors.contains("AVALON_SYNC_POLICY: "))
  }

  // MARK: Mistakes

  @Test("The mistakes of all mappings are told before anything is planned")
  func mappings() async throws {
    let desk = try desk()
    _ = try desk.folder.write(
      ProjectSettingsTests.overlay.replacingOccurrences(of: "document", with: "documnt"),
      to: "studio.yaml")
    let outcome = try await desk.run("plan")
    #expect(outcome.code == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("studio.yaml:4:"))
    // Who asks for another project has no business with it.
    _ = try await desk.plan(expecting: 2, "--project", "Gulls")
  }

  @Test("A mistake in an override is told in the settings file")
  func override() async throws {
    let desk = try Desk(
      [SnapshotShow(1, "Gulls")],
      settings: """
        avalon: {url: 'dump:dump'}
        projects:
          - match: Gulls
            override: {rules: {shot: {document: {data: {x: '${shot.nmae}'}}}}}
        """)
    let outcome = try await desk.run("plan")
    #expect(outcome.code == 1 && desk.plain(outcome.errors).contains("avalon-sync.yaml:5:"))
    #expect(outcome.errors.contains("'nmae'"))
  }

  @Test("All mistakes of the settings at once, each at its place")
  func mistakes() async throws {
    let path = Fixture.path("settings/mistakes.yaml")
    let outcome = try await Site(environment: ["AVALON_SYNC_CONFIG": path]).run("plan")
    #expect(outcome.code == 1 && outcome.output.isEmpty)
    let folder = Fixture.path("settings") + "/"
    expectGolden(
      outcome.errors.replacingOccurrences(of: folder, with: ""), "settings/mistakes.txt")
  }

  // MARK: Two databases

  @Test("One database under two names is one: who would share a collection is held")
  func sameDatabase() async throws {
    let desk = try Desk(
      [SnapshotShow(1, "Gulls"), SnapshotShow(2, "Gulls", code: "second")],
      settings: """
        avalon: {url: 'dump:dump'}
        targets: {again: {url: 'dump:dump'}}
        projects: [{match: second, target: again}, '*']
        """)
    let answer = try await desk.plan(expecting: 0)
    #expect(answer.held.map { $0["scope"] } == ["project", "project"])
    for held in answer.held {
      #expect(held["reason"]?.string?.contains("would use the same collection 'gulls'") == true)
    }
  }

  @Test("Two projects, two mappings, two databases", .enabled(if: Deployment.isAvailable))
  func twoDatabases() async throws {
    let (first, second) = (
      try Deployment.standalone.database(), try Deployment.replicaSet.database()
    )
    var desk = try Desk(
      [SnapshotShow(1, "Gulls"), SnapshotShow(2, "Gulls", code: "second")],
      settings: """
        targets: {openpype: {url_file: uri.txt, database: \(second.name)}}
        projects:
          - {match: second, target: openpype, mapping: studio.yaml}
          - '*'
        """, ["studio.yaml": ProjectSettingsTests.overlay, "uri.txt": second.uri + "\n"])
    desk.site.environment["AVALON_MONGO"] = first.uri
    desk.site.environment["AVALON_DB"] = first.name
    let applied = try await desk.apply()
    // The same name in two databases is no collision.
    #expect(applied.projects.map { $0["collection"] } == ["gulls", "gulls"])
    #expect(applied.held.isEmpty)
    let plain = try #require(try await first.assets("gulls")["sq0_sh0"])
    let ours = try #require(try await second.assets("gulls")["sq0_sh0"])
    #expect(plain["data", "studio"] == nil && ours["data", "studio"] == "ours")
    #expect(plain["_id"] != ours["_id"])
    _ = try await desk.plan(expecting: 0)
    try await first.drop()
    try await second.drop()
  }
}

/// One show of a snapshot with several: a sequence and a shot in it.
private struct SnapshotShow {
  let number: Int
  let name: String
  var code = ""
  var status = "Open"
  var data = "null"

  init(
    _ number: Int, _ name: String, code: String = "", status: String = "Open", data: String = "null"
  ) {
    self.number = number
    self.name = name
    self.code = code
    self.status = status
    self.data = data
  }

  private var text: String {
    let sequence = SnapshotText.sequence(number).replacingOccurrences(
      of: "SQ\(number)", with: "SQ0")
    let shot = SnapshotText.shot(number, sequence: number).replacingOccurrences(
      of: "SH\(number)", with: "SH0")
    return """
      {"project":{"id":"\(SnapshotText.id(9, number))","name":"\(name)","code":"\(code)",
      "production_type":"short","project_status_name":"\(status)","fps":"25",
      "resolution":"1920x1080","data":\(data),"task_types":["\(SnapshotText.animation)"]},
      "assets":[],"concepts":[],"edits":[],"episodes":[],"links":[],"metadata_descriptors":[],
      "sequences":[\(sequence)],"shots":[\(shot)]}
      """
  }

  static func text(_ shows: [SnapshotShow]) -> String {
    let whole = SnapshotText().text
    let start = whole.range(of: "\"projects\":[")?.upperBound ?? whole.endIndex
    return whole[..<start] + shows.map(\.text).joined(separator: ",\n") + "]}"
  }
}
