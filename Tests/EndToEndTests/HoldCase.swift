import TestSupport
import Testing

/// One thing that stops something: how it comes about, what is said, and what lifts it.
struct HoldCase: Sendable, CustomTestStringConvertible {
  enum Scope: String {
    case project, entity, name, field
  }

  let title: String
  let scope: Scope
  /// Parts of what is said.
  let reason: String
  let remedy: String
  var show = SnapshotText.shots(2)
  let arrange: @Sendable (inout Trial) async throws -> Void
  /// Does what the remedy says.
  let lift: @Sendable (inout Trial, _ remedy: String) async throws -> Void

  var testDescription: String { title }

  static func flag(_ flags: String...) -> @Sendable (inout Trial, String) async throws -> Void {
    { trial, _ in trial.site.arguments += flags }
  }

  static let command: @Sendable (inout Trial, String) async throws -> Void = { trial, remedy in
    try await trial.follow(remedy)
  }

  static func rename(
    _ old: String, _ new: String
  ) -> @Sendable (inout Trial, String) async throws -> Void {
    { trial, _ in trial.show.rename(old, new) }
  }

  static func mapping(_ overlay: String) -> @Sendable (inout Trial, String) async throws -> Void {
    { trial, _ in try trial.map(overlay) }
  }
}

extension HoldCase {
  // MARK: Guards

  static let guards: [HoldCase] = [
    HoldCase(
      title: "path-changes", scope: .project,
      reason: "6 of 13 documents change in what makes their paths, more than 30 %",
      remedy: "--allow path-changes lets it pass this once", show: .shots(12),
      arrange: { trial in
        try await trial.sync()
        for number in 0..<6 { trial.show.rename("SH\(number)", "SX\(number)") }
      }, lift: flag("--allow", "path-changes")),
    HoldCase(
      title: "removals", scope: .project,
      reason: "6 of 13 documents would be archived or deleted, more than 30 %",
      remedy: "--allow removals lets it pass this once", show: .shots(12),
      arrange: { trial in
        try trial.map("rules: {shot: {removed: archive}}")
        try await trial.sync()
        trial.site.arguments += ["--policy", "sync"]
        trial.show.shots.removeFirst(6)
      }, lift: flag("--allow", "removals")),
    HoldCase(
      title: "emptied-fields", scope: .project,
      reason: "10 of 10 documents with a value in 'data.description' would lose it, more than 30 %",
      remedy: "--allow emptied-fields lets it pass this once",
      show: .assets("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
      arrange: { trial in
        try await trial.sync()
        trial.show.assets = trial.show.assets.map { $0.replacing("\"Grey.\"", with: "null") }
      }, lift: flag("--allow", "emptied-fields")),
    HoldCase(
      title: "empty-project", scope: .project,
      reason: "Kitsu has nothing in this project, but 3 of our documents are in Avalon: was the "
        + "account's access lost?", remedy: "--allow empty-project lets it pass this once",
      arrange: { trial in
        try await trial.sync()
        (trial.show.sequences, trial.show.shots) = ([], [])
      }, lift: flag("--allow", "empty-project")),
    HoldCase(
      title: "project-rename", scope: .name,
      reason: "its collection in Avalon would have to become 'sleet'",
      remedy: "--allow project-rename lets it pass this once",
      arrange: { trial in
        try await trial.sync()
        trial.show.projectName = "\"Sleet\""
      }, lift: flag("--allow", "project-rename")),
    HoldCase(
      title: "foreign-project", scope: .project,
      reason: "the collection 'snow' holds a project document (_id ",
      remedy: "--allow foreign-project lets it pass this once",
      arrange: { trial in
        try await trial.insert(["type": "project", "name": "snow", "data": [:], "config": [:]])
      }, lift: flag("--allow", "foreign-project")),
  ]

  // MARK: Whole projects

  static let projects: [HoldCase] = [
    HoldCase(
      title: "two project documents that are not ours", scope: .project, reason: "that is not ours",
      remedy: "remove it or move it to a collection of its own",
      arrange: { trial in
        try await trial.sync()
        try await trial.insert(["type": "project", "name": "other", "data": [:]])
      }, lift: { trial, _ in try await trial.delete(["name": "other"]) }),
    HoldCase(
      title: "two homes", scope: .project,
      reason: "the collections 'hail' and 'snow' both hold its project document",
      remedy: "remove the copy, or rename the project in Kitsu to 'hail'",
      arrange: { trial in
        try await trial.sync()
        let copy = try await trial.document("snow")
        try await trial.database.insert([copy], into: "hail")
        trial.show.projectName = "\"Sleet\""
      },
      lift: { trial, _ in
        try await trial.database.command("drop", of: "hail")
        trial.site.arguments += ["--allow", "project-rename"]
      }),
    HoldCase(
      title: "a project without a name for a collection", scope: .project,
      reason: "nothing is left of '!!!' after",
      remedy: "rename the project in Kitsu",
      arrange: { $0.show.projectName = "\"!!!\"" },
      lift: { trial, _ in trial.show.projectName = "\"Snow\"" }),
    HoldCase(
      title: "a rule that fails", scope: .project, reason: "asset '!!!'",
      remedy: "correct the names in Kitsu, or let the mapping say 'hold' instead of 'fail'",
      show: .assets("!!!", "Bob"),
      arrange: { try $0.map("names: {on_invalid: fail}") }, lift: rename("!!!", "Carl")),
    HoldCase(
      title: "two of one name, where the rule fails", scope: .project,
      reason: "the name 'bob' is also that of asset",
      remedy: "correct the names in Kitsu, or let the mapping say 'hold' instead of 'fail'",
      show: .assets("Bob", "bob"),
      arrange: { try $0.map("names: {on_collision: fail}") }, lift: rename("bob", "Carl")),
    HoldCase(
      title: "two projects of one name", scope: .project,
      reason: "the project 'SNOW' would use the same collection 'snow'",
      remedy: "rename one of the two in Kitsu",
      arrange: { trial in
        trial.site.arguments += ["--project", "Snow"]
        trial.show.neighbour = "\"SNOW\""
      }, lift: { trial, _ in trial.show.neighbour = "\"Rain\"" }),
    HoldCase(
      title: "paused", scope: .project, reason: "paused by ", remedy: "avalon-sync resume 'Snow'",
      arrange: { trial in
        let outcome = try await {
          try await trial.sync()
          trial.show.fps = "\"24\""
          _ = try trial.show.write(to: trial.folder)
          return try await trial.site.run("apply", "--auto-approve")
        }()
        let run = try #require(outcome.errors.firstMatch(of: /undo ([0-9a-f]{24})/)?.1)
        #expect(try await trial.site.run("undo", String(run), "--auto-approve").code == 0)
      }, lift: command),
  ]
}
