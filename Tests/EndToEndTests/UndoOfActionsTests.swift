import TestSupport
import Testing

/// What each kind of change is turned back into.
@Suite("Undo of each action", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(3)))
struct UndoOfActionsTests {
  /// Applies, undoes it, and compares the documents.
  /// - Parameter held: what undo says first, without `--follow`.
  private func expectUndone(
    _ trial: Trial, _ flags: [String] = [], action: String, held: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    _ = try trial.show.write(to: trial.folder)
    let before = try await trial.database.bytes(Trial.collection)
    let outcome = try await trial.site.run(["apply", "--auto-approve"] + flags)
    #expect(outcome.code == 0, "\(outcome.all)", sourceLocation: location)
    #expect(outcome.output.contains(action), "\(outcome.all)", sourceLocation: location)
    let run = String(try #require(outcome.errors.firstMatch(of: /undo ([0-9a-f]{24})/)?.1))
    if let held {
      let names = try await trial.database.assets(Trial.collection).keys
      let collections = try await trial.database.collections()
      let outcome = try await trial.site.run("undo", run, "--auto-approve")
      #expect(outcome.output.contains(held), "\(outcome.all)", sourceLocation: location)
      #expect(try await trial.database.assets(Trial.collection).keys == names)
      #expect(try await trial.database.collections() == collections)
    }
    let undone = try await trial.site.run(
      ["undo", run, "--auto-approve"] + (held == nil ? [] : ["--follow"]))
    #expect(undone.code == 0, "\(undone.all)", sourceLocation: location)
    #expect(
      try await trial.database.bytes(Trial.collection) == before, "\(undone.all)",
      sourceLocation: location)
    #expect(try await trial.site.run("resume", SnapshotText.project).code == 0)
  }

  @Test("Archive, and delete")
  func removal() async throws {
    var trial = try Trial(.replicaSet, .shots(3))
    try trial.map("rules: {shot: {removed: archive}}")
    try await trial.sync()
    try await trial.publish("sq0_sh0")
    trial.site.arguments += ["--policy", "sync"]
    trial.show.shots.removeFirst()
    try await expectUndone(trial, action: "↻ shot")
    trial.show.shots.removeFirst()
    try trial.map("rules: {shot: {removed: delete}}")
    // Another tool's field, which Avalon does not define, comes back too.
    try await trial.update("sq0_sh1", ["$set": ["pipeline": ["version": 3]]])
    // The first was published of, so that it is held; the second goes and comes back.
    try await expectUndone(trial, action: "- shot")
    try await trial.drop()
  }

  @Test("Rename, of what is published too, and of the collection")
  func renames() async throws {
    var trial = try Trial(.standalone, .shots(2))
    try trial.map("rules: {shot: {protect: follow}, sequence: {protect: follow}}")
    try await trial.sync()
    try await trial.publish("sq0_sh0")
    trial.show.rename("SQ0", "SX0")
    try await expectUndone(
      trial, action: "→ sequence", held: "work was published of 'sx0_sh0', which stands below it")
    trial.show.rename("SX0", "SQ0")
    try trial.map("rules: {project: {protect: follow}}")
    trial.show.projectName = "\"Sleet\""
    try await expectUndone(
      trial, ["--allow", "project-rename"], action: "→ collection snow → sleet",
      held: "work was published in it")
    #expect(try await trial.database.collections() == [Trial.collection])
    try await trial.drop()
  }

  @Test("Adopt")
  func adopt() async throws {
    let trial = try Trial(.standalone, .assets("Bob"))
    try await trial.sync()
    let id = try await trial.id("bob")
    try await trial.delete(["name": "bob"])
    try await trial.insert([
      "_id": .id(id), "type": "asset", "name": "robert",
      "data": ["zou": ["id": .string(SnapshotText.id(1, 0))], "label": "Old", "mine": 1],
    ])
    try await expectUndone(trial, ["--adopt-overwrites"], action: "data.label: \"Old\" → \"Bob\"")
    try await trial.drop()
  }

  @Test("Over a guard nothing is undone, and one flag lets it pass")
  func guarded() async throws {
    var trial = try Trial(.replicaSet, .shots(12))
    try await trial.sync()
    for number in 0..<6 { trial.show.rename("SH\(number)", "SX\(number)") }
    trial.site.arguments += ["--allow", "path-changes"]
    _ = try trial.show.write(to: trial.folder)
    let outcome = try await trial.site.run("apply", "--auto-approve")
    let run = String(try #require(outcome.errors.firstMatch(of: /undo ([0-9a-f]{24})/)?.1))
    trial.site.arguments = []
    let before = try await trial.database.bytes(Trial.collection)
    let held = try await trial.site.run("undo", run, "--auto-approve")
    #expect(held.output.contains("6 of 13 documents change in what makes their paths"))
    #expect(held.output.contains("--allow path-changes lets it pass this once"), "\(held.all)")
    #expect(try await trial.database.bytes(Trial.collection) == before)
    let undone = try await trial.site.run("undo", run, "--allow", "path-changes", "--auto-approve")
    #expect(undone.code == 0, "\(undone.all)")
    #expect(try await trial.database.assets(Trial.collection)["sq0_sh0"] != nil)
    try await trial.drop()
  }
}
