import Foundation
import TestSupport
import Testing

/// `audit` on real databases: what other tools left is found, and nothing is written.
@Suite(
  "Audit", .enabled(if: Deployment.isAvailable && OldStudio.isAvailable), .timeLimit(.minutes(4)))
struct AuditCommandTests {
  @Test("What the old Avalon Sync left", arguments: Deployment.allCases)
  func oldAvalonSync(_ deployment: Deployment) async throws {
    let database = try deployment.database()
    let studio = try await OldStudio.make(
      .avalonSync, of: OldStudio.demo, in: .mongo(database))
    let production = try #require(studio.productions.values.first)
    let collection = production.collection
    // It lost its store and ran again (domain.md 2.4, 11): a second project document and doubles.
    let again = OldStudioDouble(of: production)
    try await database.insert(again.documents, into: collection)
    let before = try await database.bytes(collection)

    let found = try await audit(database, expecting: 2)
    #expect(found.collections == [collection])
    #expect(found.kinds[collection] == again.kinds)
    let text = try await run(database, "--detailed-exitcode")
    #expect(text.code == 2 && text.output.contains("! two-projects"), "\(text.all)")
    #expect(try await run(database).code == 0)
    #expect(try await database.bytes(collection) == before)
    try await database.drop()
  }

  @Test("What OpenPype left in Avalon's database")
  func openPype() async throws {
    let database = try Deployment.standalone.database()
    let project = try await demoProject()
    _ = try await OldStudio.make(
      .openPype, of: OldStudio.demo, in: .mongo(database), names: [project: "Tidekeepers"])
    let found = try await audit(database, expecting: 2)
    #expect(found.kinds == ["Tidekeepers": ["foreign-parent", "foreign-parent"]])
    try await database.drop()
  }

  @Test("What we wrote has no findings", arguments: ["avalon.yaml", "avalon-sync.yaml"])
  func ours(_ mapping: String) async throws {
    let database = try Deployment.replicaSet.database()
    let outcome = try await Site.snapshot(OldStudio.demo, database).mapped(by: mapping)
      .run("apply", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    let found = try await audit(database, expecting: 0)
    #expect(found.kinds == ["the_tidekeepers": []])
    #expect(try await run(database).output.hasSuffix("Audit: nothing found in 1 collection.\n"))
    try await database.drop()
  }

  @Test("Collections by name, and one that does not exist")
  func byName() async throws {
    let database = try Deployment.standalone.database()
    for name in ["gulls", "hulk"] {
      try await database.insert([["type": "asset", "name": "a"]], into: name)
    }
    let found = try await audit(database, "--collection", "hulk", expecting: 2)
    #expect(found.collections == ["hulk"] && found.kinds["hulk"] == ["no-project", "no-data"])
    let unknown = try await run(database, "--collection", "hulc")
    #expect(unknown.code == 1 && unknown.output.isEmpty)
    #expect(
      unknown.errors.contains(
        "there is no collection 'hulc' in the database \(database.name): did you mean 'hulk'?"))
    try await database.drop()
  }

  @Test("A dump with a damaged collection: the others are looked at")
  func damaged() async throws {
    let folder = try TemporaryFolder()
    _ = try await OldStudio.make(
      .avalonSync, of: OldStudio.demo, in: .dump(folder.url, database: "avalon"))
    _ = try folder.write("no BSON", to: "avalon/broken.bson")
    let outcome = try await Command.avalonSync(
      ["audit", "--avalon", "dump:\(folder.url.path)"], environment: [:]
    ).run()
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("broken\n  ! cannot read"))
    #expect(outcome.output.contains("invalid-name"))
    #expect(outcome.output.contains(" 1 not read."))
  }

  // MARK: Asking

  private struct Found {
    let root: JSONValue
    private var list: [JSONValue] { root["collections"]?.list ?? [] }
    var collections: [String] { list.compactMap { $0["name"]?.string } }
    /// Without what the invented production has in both, its names in many scripts.
    var kinds: [String: [String]] {
      Dictionary(
        uniqueKeysWithValues: list.map { collection in
          let kinds = collection["findings"]?.list?.compactMap { $0["kind"]?.string } ?? []
          return (collection["name"]?.string ?? "", kinds.filter { $0 != "invalid-name" })
        })
    }
  }

  private func audit(
    _ database: AvalonDatabase, _ arguments: String..., expecting code: Int32
  ) async throws -> Found {
    let outcome = try await run(
      database, arguments + ["--format", "json", "--detailed-exitcode"])
    #expect(outcome.code == code, "\(outcome.all)")
    return Found(root: try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8)))
  }

  private func run(_ database: AvalonDatabase, _ arguments: String...) async throws
    -> Command.Outcome
  {
    try await run(database, arguments)
  }

  /// There is no Kitsu in the environment.
  private func run(
    _ database: AvalonDatabase, _ arguments: [String]
  ) async throws -> Command.Outcome {
    try await Command.avalonSync(
      ["audit"] + arguments,
      environment: ["AVALON_MONGO": database.uri, "AVALON_DB": database.name]
    ).run()
  }

  private func demoProject() async throws -> String {
    let text = try Data(contentsOf: URL(fileURLWithPath: OldStudio.demo))
    let snapshot = try JSONDecoder().decode(JSONValue.self, from: text)
    return try #require(snapshot["projects"]?.list?.first?["project"]?["id"]?.string)
  }
}

/// What a second run without its store adds, and a few more things that hands do.
private struct OldStudioDouble {
  let documents: [JSONValue]
  /// What an audit says of them and of the demo, names in many scripts left out.
  let kinds = [
    "two-projects", "null-silo", "doubled-name", "visual-parent-type", "task-doubled",
    "task-unknown", "lost-subsets",
  ]

  init(of production: OldStudio.Production) {
    let project = JSONValue.id(production.document)
    documents = [
      ["type": "project", "name": .string(production.collection), "data": ["label": "again"]],
      [
        "type": "asset", "name": "gull", "silo": "assets", "parent": project,
        "data": ["tasks": ["hand_paint"]],
      ],
      [
        "type": "asset", "name": "gull", "silo": nil, "parent": project,
        "data": ["visualParent": .string(production.document)],
      ],
      ["type": "subset", "name": "modelMain", "parent": .id("aaaaaaaaaaaaaaaaaaaaaaaa")],
    ]
  }
}
