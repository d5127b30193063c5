import TestSupport
import Testing

/// Documents that a person takes over, or lets go.
@Suite("link and unlink", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct LinkTests {
  private static let bob = SnapshotText.id(1, 0)

  private func linked(_ trial: Trial, _ name: String) async throws -> String? {
    try await trial.document(name)["data", "kitsu", "id"]?.string
  }

  @Test("A document that was made by hand", arguments: Deployment.allCases)
  func handMade(_ deployment: Deployment) async throws {
    var trial = try Trial(deployment, .assets("Bob", "Carl"))
    try await trial.insert([
      "type": "asset", "name": "robert", "silo": "assets", "touched": true,
      "data": ["mine": [1, 2.5], "tasks": ["hand_sculpting"]],
    ])
    try await trial.publish("robert")
    let id = try await trial.id("robert")
    _ = try trial.show.write(to: trial.folder)
    // A page's address in place of the id.
    let page = "https://kitsu.studio/productions/\(SnapshotText.project)/assets/\(LinkTests.bob)"
    // The project that it stands in has no document yet, and nothing else of the plan is done.
    let early = try await trial.site.run("link", page, id, "--adopt-overwrites", "--auto-approve")
    #expect(early.code == 1 && early.errors.contains("other changes come first"), "\(early.all)")
    let bob = trial.show.assets.removeFirst()
    try await trial.sync()
    trial.show.assets.append(bob)
    _ = try trial.show.write(to: trial.folder)
    let lossy = try await trial.site.run("link", page, id, "--auto-approve")
    #expect(lossy.code == 1 && lossy.errors.contains("would replace name"), "\(lossy.all)")
    let asking = try await trial.site.run("link", page, id, "--adopt-overwrites")
    #expect(asking.code == 1 && asking.errors.contains("there is nobody to ask"), "\(asking.all)")
    #expect(try await linked(trial, "robert") == nil)
    let carl = try await trial.document("carl")
    try await trial.link(page, id, "--adopt-overwrites")

    // It was published of, so that it keeps its name.
    let taken = try await trial.document("robert")
    #expect(taken["_id"]?.id == id && taken["touched"] == true)
    #expect(taken["data", "mine"] == [1, 2.5] && taken["data", "label"] == "Bob")
    #expect(taken["data", "tasks"] == ["hand_sculpting"])
    #expect(try await trial.document("carl") == carl)
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.map { $0["scope"] } == ["name"])
    try await trial.drop()
  }

  @Test(
    "A shot that is deleted and made anew takes its document over", arguments: Deployment.allCases)
  func madeAnew(_ deployment: Deployment) async throws {
    var trial = try Trial(deployment, .assets("Bob"))
    try await trial.sync()
    try await trial.publish("bob")
    let id = try await trial.id("bob")
    let entity = SnapshotText.id(1, 9)
    trial.show.assets = [SnapshotText.asset(9, name: "\"Bob\"", description: "\"Red.\"")]
    let held = try await trial.plan().held
    #expect(
      held.map { $0["remedy"] } == [
        .string(
          "let it take that document over: avalon-sync link \(entity) \(id); or rename it in Kitsu")
      ])
    #expect(try await trial.sync().changes.isEmpty)

    // The description and the link are replaced.
    let refused = try await trial.site.run("link", entity, id, "--auto-approve")
    #expect(refused.code == 1, "\(refused.all)")
    #expect(refused.errors.contains("to lift it: --adopt-overwrites lets it be taken over"))
    try await trial.link(entity, id, "--adopt-overwrites")
    #expect(try await trial.id("bob") == id)
    #expect(try await linked(trial, "bob") == entity)
    #expect(try await trial.document("bob")["data", "description"] == "Red.")
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.isEmpty, "\(rest.root)")
    try await trial.drop()
  }

  @Test("Who comes back after its document became another one's gets one of its own")
  func back() async throws {
    var trial = try Trial(.standalone, .assets("Bob"))
    try await trial.sync()
    let id = try await trial.id("bob")
    let first = trial.show.assets
    trial.show.assets = [SnapshotText.asset(9, name: "\"Bob\"", description: "\"Grey.\"")]
    _ = try trial.show.write(to: trial.folder)
    try await trial.link(SnapshotText.id(1, 9), id)
    trial.show.assets += first
    trial.show.rename("Bob", "Robert")
    trial.show.assets[0] = SnapshotText.asset(9, name: "\"Bob\"", description: "\"Grey.\"")
    let plan = try await trial.sync()
    #expect(plan.changes.count == 1)
    #expect(try await trial.id("bob") == id)
    #expect(try await linked(trial, "robert") == LinkTests.bob)
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.isEmpty, "\(rest.root)")
    try await trial.drop()
  }

  @Test("What was let go stays as it is, until it is taken back", arguments: Deployment.allCases)
  func letGo(_ deployment: Deployment) async throws {
    var trial = try Trial(deployment, .assets("Bob", "Carl"))
    try await trial.sync()
    let id = try await trial.id("bob")
    let nobody = try await trial.site.run("unlink", id)
    #expect(nobody.code == 1 && nobody.errors.contains("there is nobody to ask"), "\(nobody.all)")
    let outcome = try await trial.site.run("unlink", id, "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.output.contains("unlinked by hand"), "\(outcome.output)")
    let loose = try await trial.document("bob")

    trial.show.assets[0] = SnapshotText.asset(0, name: "\"Bobby\"", description: "\"Red.\"")
    let plan = try await trial.sync()
    #expect(plan.changes.isEmpty && plan.held.count == 1)
    #expect(try await trial.document("bob") == loose)
    try await trial.link(LinkTests.bob, id, "--adopt-overwrites")
    #expect(try await trial.id("bobby") == id)
    #expect(try await trial.plan().changes.isEmpty)
    try await trial.drop()
  }

  @Test("Another document in place of the one that was let go")
  func exchanged() async throws {
    var trial = try Trial(.standalone, .assets("Bob"))
    try await trial.sync()
    let old = try await trial.id("bob")
    try await trial.insert(["type": "asset", "name": "robert", "silo": "assets", "data": [:]])
    let new = try await trial.id("robert")
    let both = try await trial.site.run("link", LinkTests.bob, new, "--auto-approve")
    #expect(both.code == 1 && both.errors.contains("avalon-sync unlink"), "\(both.all)")
    try await trial.follow("avalon-sync unlink \(old)")
    let loose = try await trial.document("bob")
    trial.show.rename("Bob", "Robert")
    _ = try trial.show.write(to: trial.folder)
    try await trial.link(LinkTests.bob, new)
    trial.show.assets = [SnapshotText.asset(0, name: "\"Robert\"", description: "\"Red.\"")]
    #expect(try await trial.sync().held.isEmpty)
    #expect(try await trial.document("robert")["data", "description"] == "Red.")
    #expect(try await trial.document("bob") == loose)
    try await trial.drop()
  }

  @Test("Undone, both are as before")
  func undone() async throws {
    let trial = try Trial(.replicaSet, .assets("Bob"))
    try await trial.sync()
    let first = try await trial.document("bob")
    let id = try await trial.id("bob")
    for arguments in [["unlink", id], ["link", LinkTests.bob, id]] {
      let before = try await trial.document("bob")
      let outcome = try await trial.site.run(arguments + ["--auto-approve"])
      let run = try #require(
        outcome.errors.firstMatch(of: /undo ([0-9a-f]{24})/)?.1, "\(outcome.all)")
      let after = try await trial.document("bob")
      #expect(after != before)
      let undone = try await trial.site.run("undo", String(run), "--auto-approve")
      #expect(undone.code == 0, "\(undone.all)")
      #expect(try await trial.document("bob") == before)
      #expect(try await trial.site.run("resume", "Snow").code == 0)
      #expect(try await trial.site.run(arguments + ["--auto-approve"]).code == 0)
    }
    #expect(try await trial.document("bob") == first)
    try await trial.drop()
  }

  @Test("What cannot be linked or let go is said, and nothing is written")
  func refusals() async throws {
    var trial = try Trial(.standalone, .assets("Bob", "Carl"))
    try await trial.sync()
    let bob = try await trial.id("bob")
    trial.show.assets.append(SnapshotText.asset(2, name: "\"Zed\""))
    _ = try trial.show.write(to: trial.folder)
    try await trial.insert([
      "type": "asset", "name": "theirs",
      "data": ["kitsu": ["id": .string(SnapshotText.id(1, 7)), "facet": "", "owner": "annex"]],
    ])
    let theirs = try await trial.id("theirs")
    let before = try await trial.database.bytes(Trial.collection)
    let unknown = "0123456789abcdef01234567"
    let nowhere = SnapshotText.id(1, 77)
    for (arguments, message) in [
      (["link", "Bob", bob], "'Bob' is no id of Kitsu, and no address with one in it"),
      (["link", LinkTests.bob, "bob"], "'bob' is no _id: 24 hexadecimal digits are expected"),
      (["link", LinkTests.bob, unknown], "there is no such document or entity"),
      (["link", nowhere, bob], "there is no such document or entity"),
      (["link", SnapshotText.id(1, 1), bob], "the entity has another document"),
      (
        ["link", SnapshotText.id(1, 2), bob, "--adopt-overwrites"],
        "is that of 'Bob', which is in Kitsu"
      ),
      (["unlink", "x"], "'x' is no _id"), (["unlink", unknown], "no document \(unknown) of ours"),
      (["unlink", theirs], "no document \(theirs) of ours"),
      (["unlink", bob, "--policy", "observe"], "is observe: nothing is written there"),
    ] {
      let outcome = try await trial.site.run(arguments + ["--auto-approve"])
      #expect(outcome.code == 1 && outcome.errors.contains(message), "\(arguments): \(outcome.all)")
    }
    #expect(try await trial.database.bytes(Trial.collection) == before)
    try await trial.follow("avalon-sync unlink \(bob)")
    let observed = try await trial.site.run(
      "link", LinkTests.bob, bob, "--policy", "observe", "--auto-approve")
    #expect(observed.code == 1, "\(observed.all)")
    #expect(observed.errors.contains("the policy of 'Snow' leaves it out"), "\(observed.errors)")
    try await trial.drop()
  }
}
