import Foundation
import TestSupport
import Testing

/// A database of a real MongoDB as Avalon's other tools see it: through Python's driver, and not
/// through the code under test.
struct AvalonDatabase: Sendable {
  let uri: String
  let name: String

  /// A database that no other test has.
  init(_ uri: String, name: String = "e2e_" + UUID().uuidString.prefix(8).lowercased()) {
    self.uri = uri
    self.name = name
  }

  func collections() async throws -> [String] {
    try await ask("collections").texts ?? []
  }

  /// All documents, by their `_id`.
  func documents(_ collection: String) async throws -> [JSONValue] {
    try #require(try await ask("documents", ["collection": .string(collection)]).list)
  }

  /// The documents of type `asset`, by name. Fails where two have one name.
  func assets(_ collection: String) async throws -> [String: JSONValue] {
    var assets: [String: JSONValue] = [:]
    for document in try await documents(collection) where document["type"] == "asset" {
      let name = try #require(document["name"]?.string)
      try #require(assets[name] == nil, "two documents are named '\(name)'")
      assets[name] = document
    }
    return assets
  }

  func project(_ collection: String) async throws -> JSONValue {
    let found = try await documents(collection).filter { $0["type"] == "project" }
    try #require(found.count == 1, "\(found.count) project documents")
    return found[0]
  }

  /// The bytes of every document of every type, in hexadecimal, by `_id`.
  func bytes(_ collection: String) async throws -> [String: JSONValue] {
    try #require(try await ask("bytes", ["collection": .string(collection)]).map)
  }

  func insert(_ documents: [JSONValue], into collection: String) async throws {
    _ = try await ask(
      "insert", ["collection": .string(collection), "documents": .list(documents)])
  }

  /// Changes the one document that the filter finds.
  func update(_ collection: String, _ filter: JSONValue, _ update: JSONValue) async throws {
    _ = try await ask(
      "update", ["collection": .string(collection), "filter": filter, "update": update])
  }

  /// The writes that the server has counted since its start, of all its clients.
  func counters() async throws -> JSONValue { try await ask("counters") }

  /// How many documents a filter finds.
  func count(_ collection: String, _ filter: JSONValue) async throws -> Int {
    let found = try await ask("count", ["collection": .string(collection), "filter": filter])
    return try #require(found.int)
  }

  /// Runs a command such as `createUser` of somebody with more fields.
  func command(_ name: String, of value: JSONValue, _ more: JSONValue = [:]) async throws {
    _ = try await ask("command", ["command": .string(name), "of": value, "more": more])
  }

  /// The same database through a client of whose writes only so many are done and the next ones
  /// never (MongoDB's fail point `failCommand`), so that there is a middle in which it can be killed.
  func stalled(after writes: Int) async throws -> AvalonDatabase {
    let client = "stalled_\(name)"
    _ = try await ask("stall", ["after": .number(Double(writes)), "of": .string(client)])
    let separator = uri.contains("?") ? "&" : "?"
    return AvalonDatabase("\(uri)\(separator)appName=\(client)", name: name)
  }

  /// How many writes of the stalled client hang.
  func stalledWrites() async throws -> Int {
    try #require(try await ask("stalled", ["of": .string("stalled_\(name)")]).int)
  }

  /// Kills the process as soon as a write of the stalled client hangs. That write never happens.
  func killStalled(_ process: Int32) async throws {
    _ = try await ask(
      "kill", ["of": .string("stalled_\(name)"), "process": .number(Double(process))])
  }

  func drop() async throws { _ = try await ask("drop") }

  /// All documents of a file as mongodump makes it, by their `_id`.
  static func documents(inDump path: String) async throws -> [JSONValue] {
    try #require(try await ask(["do": "dump", "path": .string(path)]).list)
  }

  private func ask(_ what: String, _ more: [String: JSONValue] = [:]) async throws -> JSONValue {
    let request: [String: JSONValue] = [
      "uri": .string(uri), "database": .string(name), "do": .string(what),
    ]
    return try await AvalonDatabase.ask(request.merging(more) { $1 })
  }

  private static func ask(_ request: [String: JSONValue]) async throws -> JSONValue {
    var command = Command(try #require(Stack.python), [Fixture.path("avalon_db.py")])
    command.input = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
    let outcome = try await command.run()
    try #require(outcome.code == 0, "avalon_db.py \(request["do"] ?? .null): \(outcome.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
  }
}
