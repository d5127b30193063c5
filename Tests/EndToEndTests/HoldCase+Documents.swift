import TestSupport
import Testing

extension HoldCase {
  // MARK: Names

  static let names: [HoldCase] = [
    HoldCase(
      title: "no name", scope: .entity, reason: "the name is empty",
      remedy: "correct it in Kitsu, then plan again", show: .assets("!!!", "Bob"),
      arrange: { _ in }, lift: rename("!!!", "Carl")),
    HoldCase(
      title: "one name of two", scope: .entity, reason: "the name 'bob' is also that of asset",
      remedy: "correct it in Kitsu, then plan again", show: .assets("Bob", "bob"),
      arrange: { _ in }, lift: rename("bob", "Carl")),
    HoldCase(
      title: "a name that another document has", scope: .entity,
      reason: "which is not ours ('--adopt on' takes documents over by their names)",
      remedy: "let it take that document over: avalon-sync link \(SnapshotText.id(1, 0)) ",
      show: .assets("Bob"),
      arrange: { try await $0.insert(["type": "asset", "name": "bob", "data": ["mine": 1]]) },
      lift: command),
    HoldCase(
      title: "deleted and made anew", scope: .entity,
      reason: "whose entity is no longer in Kitsu or no longer mapped",
      remedy: "let it take that document over: avalon-sync link \(SnapshotText.id(1, 9)) ",
      show: .assets("Bob"),
      arrange: { trial in
        try await trial.sync()
        trial.show.assets = [SnapshotText.asset(9, name: "\"Bob\"")]
      }, lift: { trial, _ in try await trial.relink() }),
    HoldCase(
      title: "what stands on something held", scope: .entity,
      reason: "the sequence '!!!' that it stands on is held",
      remedy: "correct it in Kitsu, then plan again",
      arrange: { $0.show.rename("SQ0", "!!!") }, lift: rename("!!!", "SQ0")),
    HoldCase(
      title: "published", scope: .name,
      reason: "it would be named 'sq0_sx0', but work was published of it",
      remedy: "let the rule 'shot' say 'protect: follow'",
      arrange: { trial in
        try await trial.sync()
        try await trial.publish("sq0_sh0")
        trial.show.rename("SH0", "SX0")
      }, lift: mapping("rules: {shot: {protect: follow}}")),
    HoldCase(
      title: "above what is published", scope: .name,
      reason: "it would be named 'sx0', but work was published of 'sq0_sh0'",
      remedy: "let the rule 'sequence' say 'protect: follow'",
      arrange: { trial in
        try await trial.sync()
        try await trial.publish("sq0_sh0")
        trial.show.rename("SQ0", "SX0")
      }, lift: mapping("rules: {sequence: {protect: follow}, shot: {protect: follow}}")),
    HoldCase(
      title: "started", scope: .name,
      reason: "it would be named 'sq0_sx0', but a task of it was begun",
      remedy: "let the rule 'shot' say 'protect: follow'",
      arrange: { trial in
        try trial.map("rules: {shot: {protect: [published, started]}}")
        trial.show.shots[0] = trial.show.shots[0].replacing(
          "\"assignees\":[]", with: "\"assignees\":[],\"real_start_date\":\"2026-01-05\"")
        try await trial.sync()
        trial.show.rename("SH0", "SX0")
      }, lift: mapping("rules: {shot: {protect: follow}}")),
    HoldCase(
      title: "a task's name", scope: .name,
      reason: "the task 'animation' would be named 'x_animation', but documents that something "
        + "stands on have it", remedy: "let the rules of these documents say 'protect: follow'",
      arrange: { trial in
        try await trial.sync()
        try await trial.publish("sq0_sh0")
        try trial.map("define: {task_name: 'x_${value | sanitise}'}")
      },
      lift: mapping(
        "define: {task_name: 'x_${value | sanitise}'}\n"
          + "rules: {shot: {protect: follow}, sequence: {protect: follow}, project: {protect: follow}}"
      )),
    HoldCase(
      title: "a collection that is there", scope: .name,
      reason:
        "its collection in Avalon cannot become 'sleet': there is a collection 'sleet' already",
      remedy: "look with 'avalon-sync audit' what it holds; nothing is ever replaced",
      arrange: { trial in
        try await trial.sync()
        try await trial.database.insert([["type": "asset", "name": "x"]], into: "sleet")
        trial.show.projectName = "\"Sleet\""
      },
      lift: { trial, _ in
        try await trial.database.command("drop", of: "sleet")
        trial.site.arguments += ["--allow", "project-rename"]
      }),
  ]

  // MARK: Whose a document is

  private static func candidate(_ name: String, _ more: [String: JSONValue] = [:]) -> [String:
    JSONValue]
  {
    let data: [String: JSONValue] = ["zou": ["id": .string(SnapshotText.id(1, 0))]]
    return ["type": "asset", "name": .string(name), "data": .map(data.merging(more) { $1 })]
  }

  static let links: [HoldCase] = [
    HoldCase(
      title: "two candidates", scope: .entity, reason: "could both be taken over",
      remedy: "take it over: avalon-sync link \(SnapshotText.id(1, 0)) ", show: .assets("Bob"),
      arrange: { trial in
        try await trial.insert(candidate("bob"))
        try await trial.insert(candidate("bobby"))
      },
      lift: { trial, _ in
        let document = try await trial.id("bob")
        try await trial.link(SnapshotText.id(1, 0), document)
      }),
    HoldCase(
      title: "one link in two documents", scope: .entity, reason: "both carry its link",
      remedy: "let one of them go: avalon-sync unlink ", show: .assets("Bob"),
      arrange: { trial in
        try await trial.sync()
        var copy = try #require(try await trial.document("bob").map)
        copy["_id"] = .id("ffffffffffffffffffffffff")
        copy["name"] = "bob_copy"
        try await trial.insert(copy)
      },
      lift: { trial, remedy in
        try await trial.follow("avalon-sync unlink ffffffffffffffffffffffff")
        #expect(remedy.contains("avalon-sync unlink ffffffffffffffffffffffff"))
      }),
    HoldCase(
      title: "another owner", scope: .entity, reason: "belongs to the owner 'annex'",
      remedy: "--adopt-owner 'annex' takes all of its documents over", show: .assets("Bob"),
      arrange: { trial in
        trial.site.environment["AVALON_SYNC_OWNER"] = "annex"
        try await trial.sync()
        trial.site.environment["AVALON_SYNC_OWNER"] = nil
      }, lift: flag("--adopt-owner", "annex")),
    HoldCase(
      title: "unlinked by hand", scope: .entity, reason: "was unlinked by hand",
      remedy: "take it over: avalon-sync link \(SnapshotText.id(1, 0)) ", show: .assets("Bob"),
      arrange: { trial in
        try await trial.sync()
        try await trial.follow("avalon-sync unlink \(try await trial.id("bob"))")
      }, lift: command),
    HoldCase(
      title: "values would be lost", scope: .entity,
      reason: "but taking it over would replace data.label",
      remedy: "--adopt-overwrites lets it be taken over with these changes", show: .assets("Bob"),
      arrange: { try await $0.insert(candidate("bob", ["label": "Old"])) },
      lift: flag("--adopt-overwrites")),
    HoldCase(
      title: "a name would be lost", scope: .entity,
      reason: "but taking it over would replace name",
      remedy: "--adopt-overwrites lets it be taken over with these changes", show: .assets("Bob"),
      arrange: { try await $0.insert(candidate("robert")) }, lift: flag("--adopt-overwrites")),
  ]

  // MARK: Values and removal

  static let values: [HoldCase] = [
    HoldCase(
      title: "a value that does not convert", scope: .field, reason: "'soon'",
      remedy: "correct the value, then plan again",
      arrange: { trial in
        trial.show.shots[0] = trial.show.shots[0].replacing("\"1001\"", with: "\"soon\"")
      },
      lift: { trial, _ in
        trial.show.shots[0] = trial.show.shots[0].replacing("\"soon\"", with: "\"1001\"")
      }),
    HoldCase(
      title: "no map where one is needed", scope: .field,
      reason: "Avalon holds a value of type int where a map is needed",
      remedy: "correct the value, then plan again",
      arrange: { trial in
        try await trial.sync()
        try await trial.update("sq0_sh0", ["$set": ["data.kitsuTasks": 3]])
      },
      lift: { trial, _ in try await trial.update("sq0_sh0", ["$unset": ["data.kitsuTasks": ""]]) }),
    HoldCase(
      title: "not deleted, as published", scope: .entity,
      reason: "it is no longer wanted, but work was published of it",
      remedy: "let its rule say 'removed: archive'",
      arrange: { trial in
        try trial.map("rules: {shot: {removed: delete}}")
        try await trial.sync()
        try await trial.publish("sq0_sh0")
        trial.site.arguments += ["--policy", "sync"]
        trial.show.shots.removeFirst()
      }, lift: mapping("rules: {shot: {removed: archive}}")),
    HoldCase(
      title: "not deleted, as something stands below", scope: .entity, reason: "stands below it",
      remedy: "move or remove what stands below it, then plan again",
      arrange: { trial in
        try trial.map("rules: {shot: {removed: delete}}")
        try await trial.sync()
        let shot = try await trial.id("sq0_sh0")
        try await trial.insert([
          "type": "asset", "name": "hand_made", "data": ["visualParent": .id(shot)],
        ])
        trial.site.arguments += ["--policy", "sync"]
        trial.show.shots.removeFirst()
      },
      lift: { trial, _ in
        try await trial.update("hand_made", ["$unset": ["data.visualParent": ""]])
      }),
  ]
}

extension Trial {
  func link(_ entity: String, _ document: String, _ flags: String...) async throws {
    let outcome = try await site.run(["link", entity, document, "--auto-approve"] + flags)
    #expect(outcome.code == 0, "\(outcome.all)")
  }

  /// The command that the plan offers for the one newcomer, which has values of its own.
  func relink() async throws {
    let remedy = try #require(try await plan().held.first?["remedy"]?.string)
    let words = try #require(remedy.firstMatch(of: /link ([0-9a-f-]{36}) ([0-9a-f]{24})/))
    try await link(String(words.1), String(words.2), "--adopt-overwrites")
  }
}
