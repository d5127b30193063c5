import Testing

/// What people do in Avalon by hand: all of it stays as it is.
struct Artist: Sendable {
  static let apps: JSONValue = [["name": "maya2018", "label": "Autodesk Maya 2018"]]
  static let task: JSONValue = ["name": "hand_rotoscopy", "icon": "scissors"]

  /// The bytes of all documents when the work was done.
  let bytes: [String: JSONValue]
  /// Documents that nobody but the artist made.
  private let own: Set<String>

  private static let prop = "aaaaaaaaaaaaaaaaaaaaaaaa"
  private static let subset = "bbbbbbbbbbbbbbbbbbbbbbbb"

  static func work(in database: AvalonDatabase, _ collection: String) async throws -> Artist {
    let shot: JSONValue = ["name": "e02_sq01_sh010"]
    try await database.update(
      collection, shot,
      [
        "$set": ["data.handles_artist": ["in": 8, "out": 8.5]],
        "$push": ["data.tasks": "hand_rotoscopy"],
      ])
    try await database.update(
      collection, ["name": "big_bob"], ["$push": ["data.tasks": "hand_sculpting"]])
    // A document that Kitsu does not change afterwards.
    try await database.update(
      collection, ["name": "ete_a_l_ile"],
      [
        "$set": ["data.handles_artist": 12, "touched": true], "$push": ["data.tasks": "hand_paint"],
      ])
    try await database.update(
      collection, ["type": "project"],
      ["$set": ["config.apps": apps], "$push": ["config.tasks": task]])
    let project = try #require(try await database.project(collection)["_id"])
    let parent = try #require(try await database.assets(collection)["e02_sq01_sh010"]?["_id"])
    try await database.insert(
      [
        [
          "_id": .id(prop), "schema": "avalon-core:asset-2.0", "type": "asset",
          "name": "hand_made_prop", "silo": "assets", "parent": project,
          "data": ["label": "Hand made", "parents": [], "tasks": ["hand_paint"]],
        ],
        [
          "_id": .id(subset), "schema": "avalon-core:subset-3.0", "type": "subset",
          "name": "animationMain", "parent": parent, "data": ["families": ["animation"]],
        ],
      ], into: collection)
    return Artist(bytes: try await database.bytes(collection), own: [prop, subset])
  }

  /// - Parameter changed: names of the documents that a plan said it changes.
  func check(
    _ database: AvalonDatabase, _ collection: String, changed: Set<String>
  ) async throws {
    let now = try await database.bytes(collection)
    #expect(Set(now.keys) == Set(bytes.keys))
    var untouched = own
    for document in try await database.documents(collection) {
      let name = try #require(document["name"]?.string)
      if !changed.contains(name), let id = document["_id"]?.id { untouched.insert(id) }
    }
    #expect(untouched.count >= 6)
    for id in untouched { #expect(now[id] == bytes[id], "the document \(id) changed") }
  }
}
