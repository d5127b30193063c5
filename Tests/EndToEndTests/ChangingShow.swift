import Foundation
import TestSupport
import Testing

/// A production that goes back and forth between two states: shots take each other's names in a circle,
/// move to another sequence, come, go and change, so that its plans have several waves. Documents that
/// others made stand beside ours.
struct ChangingShow: Sendable {
  static let collection = "snow"
  private static let shots = 400
  private static let foreign: [JSONValue] = [
    [
      "_id": .id("aaaaaaaaaaaaaaaaaaaaaaaa"), "type": "asset", "name": "hand_made_prop",
      "silo": "assets", "data": ["tasks": ["hand_paint"], "parents": []],
    ],
    [
      "_id": .id("bbbbbbbbbbbbbbbbbbbbbbbb"), "type": "subset", "name": "modelMain",
      "parent": .id("aaaaaaaaaaaaaaaaaaaaaaaa"),
    ],
  ]

  private let folder: TemporaryFolder
  private let paths: [String]
  /// All documents after the steps of ``steps``, when nothing disturbed them.
  private(set) var expected: [[JSONValue]] = []
  /// How long each step took.
  private(set) var durations: [Duration] = []

  /// The first state in an empty database, the second one, and the first one again, in which what came
  /// in the second one is kept. From there it goes on with the second one.
  static func step(after step: Int?) -> Int { step.map { [1, 2, 1][$0] } ?? 0 }

  /// Takes an empty database through all steps.
  init(in database: AvalonDatabase) async throws {
    folder = try TemporaryFolder()
    paths = [
      try ChangingShow.first.write(to: folder, "first.json"),
      try ChangingShow.second.write(to: folder, "second.json"),
    ]
    try await ChangingShow.prepare(database)
    for step in 0..<3 {
      let site = try site(database, step)
      let clock = ContinuousClock()
      let start = clock.now
      let outcome = try await site.run("apply", "--auto-approve")
      durations.append(clock.now - start)
      try #require(outcome.code == 0, "\(outcome.all)")
      expected.append(try await database.documents(ChangingShow.collection))
    }
    try await ChangingShow.clear(database)
  }

  /// The installation at a step, with a controller's database of its own.
  func site(_ database: AvalonDatabase, _ step: Int) throws -> Site {
    var site = Site.snapshot(paths[step % 2], database)
    site.environment["AVALON_SYNC_CONFIG"] = try folder.write(
      "controller: {database: \(database.name)_sync}\n", to: "\(database.name).yaml")
    return site
  }

  /// A moment in which the step is under way, by chance.
  func moment(of step: Int, _ random: inout SeededRandom) -> Duration {
    durations[step] * (Double(20 + random.below(75)) / 100)
  }

  static func prepare(_ database: AvalonDatabase) async throws {
    try await database.insert(foreign, into: collection)
  }

  static func clear(_ database: AvalonDatabase) async throws {
    try await database.drop()
    try await AvalonDatabase(database.uri, name: database.name + "_sync").drop()
  }

  /// Batches of which the journal does not say what became of them.
  static func openIntents(_ database: AvalonDatabase) async throws -> Int {
    try await AvalonDatabase(database.uri, name: database.name + "_sync")
      .count("journal", ["state": "open"])
  }

  /// Nothing is lost, and no name and no entity is there twice.
  static func expectSound(
    _ documents: [JSONValue], _ text: String, namesMayDouble: Bool = false
  ) {
    let ours = documents.filter { $0["data", "kitsu", "owner"] != nil }
    for path in [["data", "kitsu", "id"]] + (namesMayDouble ? [] : [["name"]]) {
      let values = ours.map { $0[path: path]?.string ?? "" }
      #expect(Set(values).count == values.count, "\(text): doubled \(path)")
    }
    #expect(documents.filter { $0["data", "kitsu"] == nil } == foreign, "\(text)")
  }

  /// Applies undisturbed: then all is as if nothing had ever happened.
  func expectConverges(_ database: AvalonDatabase, _ step: Int, _ text: String) async throws {
    let site = try site(database, step)
    let outcome = try await site.run("apply", "--auto-approve")
    #expect(outcome.code == 0, "\(text): \(outcome.all)")
    let documents = try await database.documents(ChangingShow.collection)
    #expect(
      documents == expected[step],
      "\(text): \(zip(documents, expected[step]).first { $0 != $1 }.map { "\($0)" } ?? "count")")
    #expect(try await ChangingShow.openIntents(database) == 0, "\(text)")
  }

  // MARK: The states

  private static var first: SnapshotText { .production(shots: shots) }

  private static var second: SnapshotText {
    var text = SnapshotText.production(shots: shots, fps: "24")
    for number in 0..<40 {
      text.shots[number] = text.shots[number].replacing(
        "\"SH\(number)\"", with: "\"SH\((number + 1) % 40)\"")
    }
    for number in 100..<130 {
      text.shots[number] = SnapshotText.shot(number, sequence: 0)
    }
    text.shots += (shots..<(shots + 30)).map { SnapshotText.shot($0, sequence: 1) }
    return text
  }
}
