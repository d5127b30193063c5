import Foundation
import TestSupport
import Testing

/// Others write to a project while we do: none of ours is doubled, nothing of theirs is overwritten, and
/// what they undid of ours with a whole document is drift that the next reconcile mends.
///
/// `TEST_CONCURRENT_ROUNDS=20 Tests/run ConcurrencyTests` goes on for longer.
@Suite("Concurrency", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(30)), .serialized)
struct ConcurrencyTests {
  private static let rounds = Stack.value("TEST_CONCURRENT_ROUNDS").flatMap { Int($0) } ?? 2

  @Test("Two controllers at once", arguments: Deployment.allCases)
  func twoControllers(_ deployment: Deployment) async throws {
    let show = try await ChangingShow(in: try deployment.database())
    var run = DisturbedRun(show, try deployment.database(), seed: 3)
    for _ in 0..<ConcurrencyTests.rounds {
      try await run.step { site, _, random in
        let delay = Duration.milliseconds(random.below(200))
        async let first = site.run("apply", "--auto-approve")
        try await Task.sleep(for: delay)
        async let second = site.run("apply", "--auto-approve")
        let ends = try await [first, second]
        for end in ends {
          #expect(!end.isKilled && [0, 1].contains(end.code), "\(end.all)")
        }
        return ends.allSatisfy { $0.code == 0 }
      }
    }
    try await run.end("two controllers, \(deployment)")
  }

  @Test(
    "A controller and an artist's project manager", .enabled(if: AvalonCore.isAvailable),
    arguments: Deployment.allCases)
  func projectManager(_ deployment: Deployment) async throws {
    let show = try await ChangingShow(in: try deployment.database())
    let database = try deployment.database()
    try await ChangingShow.prepare(database)
    let first = try await show.site(database, 0).run("apply", "--auto-approve")
    #expect(first.code == 0, "\(first.all)")
    let (step, applies, artist) = try await together(show, database)
    let written = try #require(artist["last"]?.map)
    #expect(!written.isEmpty)
    let during = try await database.documents(ChangingShow.collection)
    // A whole document that was written back may have brought a name back that another one has by now.
    ChangingShow.expectSound(
      during.map(Self.withoutArtist), "beside the artist", namesMayDouble: true)
    let last = try await show.site(database, step).run("apply", "--auto-approve")
    #expect(last.code == 0, "\(last.all)")
    #expect(try await show.site(database, step).run("plan", "--detailed-exitcode").code == 0)
    let after = try await database.documents(ChangingShow.collection)
    for document in after {
      #expect(document["data", "artist"] == document["_id"]?.id.flatMap { written[$0] })
    }
    #expect(after.map(Self.withoutArtist) == show.expected[step])
    try await ChangingShow.clear(database)
    try FileHandle.standardError.write(
      contentsOf: Data(
        "project manager, \(deployment): \(artist["writes"]?.int ?? 0) whole documents replaced during \(applies) applies\n"
          .utf8))
  }

  @Test(
    "A controller and `avalon.inventory --save`", .enabled(if: AvalonCore.isAvailable),
    arguments: Deployment.allCases)
  func inventory(_ deployment: Deployment) async throws {
    let folder = try TemporaryFolder()
    let (reference, database) = (try deployment.database(), try deployment.database())
    let sites = try ["25", "24"].map { fps in
      let path = try SnapshotText.production(shots: 200, fps: fps)
        .write(to: folder, "\(fps).json")
      return { Site.snapshot(path, $0) }
    }
    for index in [0, 1] { _ = try await sites[index](reference).apply() }
    let expected = try await reference.assets("snow")
    _ = try await sites[0](database).apply()

    let root = try folder.folder("snow")
    let load = try await shell("python -m avalon.inventory --load snow", in: root, database)
    try #require(load.code == 0, "\(load.all)")
    let seconds = 2 * ConcurrencyTests.rounds
    async let saving = shell(
      """
      end=$((SECONDS + \(seconds))) count=0
      while [ $SECONDS -lt $end ]; do
        python -m avalon.inventory --save >save.log 2>&1 || { cat save.log; exit 1; }
        count=$((count + 1))
      done
      echo $count
      """, in: root, database)
    let end = ContinuousClock.now + .seconds(seconds)
    var applies = 0
    while ContinuousClock.now < end {
      applies += 1
      let outcome = try await sites[applies % 2](database).run("apply", "--auto-approve")
      #expect(!outcome.isKilled && [0, 1].contains(outcome.code), "\(outcome.all)")
    }
    let saves = try await saving
    try #require(saves.code == 0, "\(saves.all)")
    let last = try await sites[1](database).run("apply", "--auto-approve")
    #expect(last.code == 0, "\(last.all)")
    #expect(try await sites[1](database).run("plan", "--detailed-exitcode").code == 0)
    // Core adds a copy of the name to each that it saves; it is foreign.
    let assets = try await database.assets("snow")
    #expect(assets.allSatisfy { $1["data", "name"] == .string($0) })
    #expect(assets.mapValues { Self.without("name", $0) } == expected)
    #expect(try await database.project("snow")["data", "fps"] == 24)
    try await reference.drop()
    try await database.drop()
    try FileHandle.standardError.write(
      contentsOf: Data(
        "inventory, \(deployment): \(saves.output.suffix(10).trimmingCharacters(in: .whitespacesAndNewlines)) saves of 203 documents during \(applies) applies\n"
          .utf8))
  }

  private func shell(
    _ script: String, in folder: URL, _ database: AvalonDatabase
  ) async throws -> Command.Outcome {
    let python = URL(fileURLWithPath: try #require(Stack.avalonPython)).deletingLastPathComponent()
    var command = Command(
      "/bin/bash", ["-c", "PATH=\(python.path):$PATH\n" + script],
      environment: [
        "AVALON_MONGO": database.uri, "AVALON_DB": database.name, "AVALON_PROJECTS": "/projects",
        "AVALON_ASSET": "none", "AVALON_SILO": "none", "AVALON_TASK": "none", "AVALON_APP": "none",
        "AVALON_CONFIG": "none", "AVALON_TIMEOUT": "10000", "AVALON_PROJECT": "snow",
      ])
    command.folder = folder
    return try await command.run()
  }

  /// Applies again and again while the artist works.
  private func together(
    _ show: ChangingShow, _ database: AvalonDatabase
  ) async throws -> (step: Int, applies: Int, artist: JSONValue) {
    let python = try #require(Stack.avalonPython)
    let environment = [
      "AVALON_MONGO": database.uri, "AVALON_DB": database.name,
      "AVALON_PROJECT": ChangingShow.collection,
    ]
    let seconds = 2 * ConcurrencyTests.rounds
    async let tool = Command(
      python, [Fixture.path("avalon_artist.py"), "\(seconds)"], environment: environment
    ).run()
    let end = ContinuousClock.now + .seconds(seconds)
    var (step, applies) = (0, 0)
    while ContinuousClock.now < end || applies < 2 {
      step = ChangingShow.step(after: step)
      applies += 1
      let outcome = try await show.site(database, step).run("apply", "--auto-approve")
      #expect(!outcome.isKilled && [0, 1].contains(outcome.code), "\(outcome.all)")
    }
    let artist = try await tool
    try #require(artist.code == 0, "\(artist.all)")
    let line = try #require(artist.output.split(separator: "\n").last)
    return (step, applies, try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)))
  }

  private static func withoutArtist(_ document: JSONValue) -> JSONValue {
    without("artist", document)
  }

  /// Without a field of `data`.
  private static func without(_ field: String, _ document: JSONValue) -> JSONValue {
    guard case .map(var fields) = document, case .map(var data)? = fields["data"] else {
      return document
    }
    data[field] = nil
    fields["data"] = .map(data)
    return .map(fields)
  }
}
