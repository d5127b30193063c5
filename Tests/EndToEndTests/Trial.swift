import Foundation
import TestSupport
import Testing

/// A production in a snapshot, which a test edits as people edit Kitsu, a database, and a controller's
/// database of its own.
struct Trial: Sendable {
  static let collection = "snow"

  let folder: TemporaryFolder
  let database: AvalonDatabase
  var show: SnapshotText
  var site: Site

  init(_ deployment: Deployment, _ show: SnapshotText) throws {
    try self.init(try deployment.database(), show)
  }

  init(_ database: AvalonDatabase, _ show: SnapshotText) throws {
    folder = try TemporaryFolder()
    self.database = database
    self.show = show
    site = Site.snapshot(folder.file("kitsu.json").path, database)
    site.environment["AVALON_SYNC_CONFIG"] = try folder.write(
      "controller: {database: \(database.name)_sync}\n", to: "settings.yaml")
  }

  // MARK: What is done to both sides

  /// Takes Avalon to what Kitsu has now, with everything that stands in between allowed.
  @discardableResult
  func sync(_ location: SourceLocation = #_sourceLocation) async throws -> PlanAnswer {
    _ = try show.write(to: folder)
    return try await site.apply(location)
  }

  func plan() async throws -> PlanAnswer {
    _ = try show.write(to: folder)
    let outcome = try await site.run("plan", "--format", "json")
    #expect(outcome.code == 0, "\(outcome.all)")
    return try PlanAnswer(outcome)
  }

  /// An overlay of the mapping that is built in.
  mutating func map(_ overlay: String) throws {
    let text = "apiVersion: avalon-sync/v1\nkind: Mapping\nextends: avalon.yaml\n\(overlay)\n"
    let path = try folder.write(text, to: "studio.yaml")
    if !site.arguments.contains("--mapping") { site.arguments += ["--mapping", path] }
  }

  /// The first command that a remedy names, as a person would copy it.
  func follow(_ remedy: String, _ location: SourceLocation = #_sourceLocation) async throws {
    let command = try #require(
      remedy.firstMatch(of: /avalon-sync ([a-z]+(?: (?:'[^']*'|[0-9a-f-]{24,36}))*)/)?.1,
      sourceLocation: location)
    let words = command.matches(of: /'([^']*)'|[^' ]+/).map { String($0.1 ?? $0.0) }
    let asks = words[0] == "resume" ? [] : ["--auto-approve"]
    let outcome = try await site.run(words + asks)
    #expect(outcome.code == 0, "\(words): \(outcome.all)", sourceLocation: location)
  }

  // MARK: Avalon

  func document(_ name: String) async throws -> JSONValue {
    try #require(
      try await database.documents(Trial.collection).first { $0["name"] == .string(name) },
      "no document is named '\(name)'")
  }

  func id(_ name: String) async throws -> String {
    try #require(try await document(name)["_id"]?.id)
  }

  /// Something is published of a document.
  func publish(_ name: String) async throws {
    try await database.insert(
      [
        [
          "schema": "avalon-core:subset-3.0", "type": "subset", "name": "animationMain",
          "parent": .id(try await id(name)), "data": ["families": ["animation"]],
        ]
      ], into: Trial.collection)
  }

  func insert(_ fields: [String: JSONValue]) async throws {
    try await database.insert([.map(fields)], into: Trial.collection)
  }

  func update(_ name: String, _ update: JSONValue) async throws {
    try await database.update(Trial.collection, ["name": .string(name)], update)
  }

  func delete(_ filter: JSONValue) async throws {
    try await database.command(
      "delete", of: .string(Trial.collection),
      ["deletes": [["q": filter, "limit": 1]]])
  }

  func drop() async throws {
    try await database.drop()
    try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
  }
}

extension SnapshotText {
  /// Names as people type them.
  mutating func rename(_ old: String, _ new: String) {
    func renamed(_ items: [String]) -> [String] {
      items.map { $0.replacing("\"name\":\"\(old)\"", with: "\"name\":\"\(new)\"") }
    }
    (assets, sequences, shots) = (renamed(assets), renamed(sequences), renamed(shots))
  }

  static func shots(_ count: Int) -> SnapshotText { production(shots: count) }

  /// Assets alone, all with a description.
  static func assets(_ names: String...) -> SnapshotText {
    var text = SnapshotText()
    text.assets = names.enumerated().map { asset($0, name: "\"\($1)\"", description: "\"Grey.\"") }
    return text
  }
}
