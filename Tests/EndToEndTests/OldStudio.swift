import Foundation
import TestSupport
import Testing

/// A studio that ran another tool before us: its database as that tool left it, and with the old
/// Avalon Sync its id store. Made by `Fixtures/old_studio.py`, without the code under test.
struct OldStudio: Sendable {
  enum Tool: String, Sendable {
    case avalonSync = "avalon-sync"
    case openPype = "openpype"
  }

  /// Where the documents are written.
  enum Place: Sendable {
    case mongo(AvalonDatabase)
    /// A directory of `mongodump`, and the database in it.
    case dump(URL, database: String)
  }

  /// What the tool made of one production.
  struct Production: Sendable {
    let collection: String
    /// The project document.
    let document: String
    /// Documents by the ids of Kitsu. What the tool lost, as the first of two of one name, has none.
    let entities: [String: String]
  }

  /// By the ids of Kitsu.
  let productions: [String: Production]

  static var isAvailable: Bool { Stack.has("TEST_AVALON_PYTHON") }

  /// - Parameters:
  ///   - snapshot: the productions, as `avalon-sync snapshot` writes them.
  ///   - names: by Kitsu id, for productions whose names OpenPype would refuse.
  ///   - dataPath: where the old Avalon Sync keeps its id store; nil makes none.
  static func make(
    _ tool: Tool, of snapshot: String, in place: Place, names: [String: String] = [:],
    dataPath: URL? = nil
  ) async throws -> OldStudio {
    var request: [String: JSONValue] = [
      "snapshot": .string(snapshot), "tool": .string(tool.rawValue),
      "names": .map(names.mapValues(JSONValue.string)),
    ]
    switch place {
    case .mongo(let database):
      request["uri"] = .string(database.uri)
      request["database"] = .string(database.name)
    case .dump(let folder, let database):
      request["dump"] = .string(folder.path)
      request["database"] = .string(database)
    }
    if let dataPath { request["data_path"] = .string(dataPath.path) }
    var command = Command(try #require(Stack.avalonPython), [Fixture.path("old_studio.py")])
    command.environment = ["PYTHONDONTWRITEBYTECODE": "1"]
    command.input = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
    let outcome = try await command.run()
    try #require(outcome.code == 0, "old_studio.py: \(outcome.errors)")
    let answer = try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
    return OldStudio(
      productions: try #require(answer["projects"]?.map).mapValues { project in
        Production(
          collection: try #require(project["collection"]?.string),
          document: try #require(project["document"]?.string),
          entities: try #require(project["entities"]?.map).compactMapValues(\.string))
      })
  }

  /// The production of `examples/demo`.
  static let demo = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "examples/demo/kitsu-snapshot.json").path
}
