import TestSupport
import Testing

/// A database in which folders stand above assets and shots, taken over from whoever made it.
@Suite("Folders are taken over", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct AdoptOwnerTests {
  /// A collection that another owner made with the mapping for OpenPype, and its documents.
  private func trial() async throws -> (Trial, [String: JSONValue]) {
    var trial = try Trial(.standalone, .assets("Bob", "Carl"))
    trial.show.sequences = [SnapshotText.sequence(0)]
    trial.show.shots = [SnapshotText.shot(0, sequence: 0)]
    trial.site.arguments += ["--mapping", "openpype.yaml"]
    trial.site.environment["AVALON_SYNC_OWNER"] = "annex"
    try await trial.sync()
    trial.site.environment["AVALON_SYNC_OWNER"] = nil
    return (trial, try await documents(trial))
  }

  private func documents(_ trial: Trial) async throws -> [String: JSONValue] {
    let all = try await trial.database.documents(Trial.collection)
    return Dictionary(uniqueKeysWithValues: all.compactMap { ($0["_id"]?.id ?? "", $0) })
  }

  private func isFolder(_ document: JSONValue) -> Bool {
    document["data", "kitsu", "facet"]?.string?.isEmpty == false
  }

  @Test("Those of a former owner at once, with all that stands below")
  func formerOwner() async throws {
    let (trial, before) = try await trial()
    #expect(before.values.contains(where: isFolder))
    let outcome = try await trial.site.run("apply", "--adopt-owner", "annex", "--auto-approve")
    #expect(outcome.code == 0, "\(outcome.all)")
    let after = try await documents(trial)
    #expect(Set(after.keys) == Set(before.keys))
    #expect(after.values.allSatisfy { $0["data", "kitsu", "owner"] == "avalon-sync" })
    #expect(after.mapValues { $0["name"] } == before.mapValues { $0["name"] })
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.isEmpty, "\(rest.root)")
    try await trial.drop()
  }

  @Test("One that nothing but its name tells is never made a second time")
  func nameless() async throws {
    let (trial, before) = try await trial()
    for (_, document) in before where isFolder(document) {
      try await trial.update(
        try #require(document["name"]?.string),
        ["$unset": ["data.kitsu": "", "data.zou": ""]])
    }
    let reported = try await trial.site.run(
      "apply", "--adopt-owner", "annex", "--allow", "path-changes", "--adopt-overwrites",
      "--auto-approve")
    #expect(reported.output.contains("--adopt on"), "\(reported.all)")
    #expect(Set(try await documents(trial).keys) == Set(before.keys), "\(reported.all)")
    let taken = try await trial.site.run(
      "apply", "--adopt-owner", "annex", "--adopt", "on", "--auto-approve")
    #expect(taken.code == 0, "\(taken.all)")
    let after = try await documents(trial)
    #expect(Set(after.keys) == Set(before.keys), "\(taken.all)")
    #expect(after.values.allSatisfy { $0["data", "kitsu", "owner"] == "avalon-sync" })
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.isEmpty, "\(rest.root)")
    try await trial.drop()
  }
}
