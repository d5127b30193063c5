import TestSupport
import Testing

/// A database in which folders stand above assets and shots, taken over from whoever made it.
@Suite("Folders are taken over", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(4)))
struct AdoptOwnerTests {
  /// That mapping leaves the project's name as it is.
  private static let collection = "Snow"

  /// A collection that another owner made with the mapping for OpenPype, and its documents.
  private func trial(foldersAreLinked: Bool = true) async throws -> (Trial, [String: JSONValue]) {
    var trial = try Trial(.standalone, .assets("Bob", "Carl"))
    trial.show.sequences = [SnapshotText.sequence(0)]
    trial.show.shots = [SnapshotText.shot(0, sequence: 0)]
    trial.site.arguments += ["--mapping", "openpype.yaml"]
    trial.site.environment["AVALON_SYNC_OWNER"] = "annex"
    try await trial.sync()
    trial.site.environment["AVALON_SYNC_OWNER"] = nil
    try await remake(trial, foldersAreLinked: foldersAreLinked)
    return (trial, try await documents(trial))
  }

  /// The same documents with `_id`s as another tool gives them.
  private func remake(_ trial: Trial, foldersAreLinked: Bool) async throws {
    let old = try await trial.database.documents(AdoptOwnerTests.collection)
    var ids: [String: JSONValue] = [:]
    for (number, document) in old.enumerated() {
      let digits = String(number)
      let zeros = String(repeating: "0", count: 23 - digits.count)
      ids[try #require(document["_id"]?.id)] = .id("f\(zeros)\(digits)")
    }
    var new: [JSONValue] = []
    for document in old {
      var fields = try #require(document.map)
      var data = fields["data"]?.map ?? [:]
      data["visualParent"] = data["visualParent"].map { $0.id.flatMap { ids[$0] } ?? $0 }
      if isFolder(document), !foldersAreLinked { (data["kitsu"], data["zou"]) = (nil, nil) }
      fields["data"] = .map(data)
      for name in ["_id", "parent"] {
        fields[name] = fields[name].map { $0.id.flatMap { ids[$0] } ?? $0 }
      }
      new.append(.map(fields))
    }
    try await trial.database.command("drop", of: .string(AdoptOwnerTests.collection))
    try await trial.database.insert(new, into: AdoptOwnerTests.collection)
  }

  private func documents(_ trial: Trial) async throws -> [String: JSONValue] {
    let all = try await trial.database.documents(AdoptOwnerTests.collection)
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
    let (trial, before) = try await trial(foldersAreLinked: false)
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
