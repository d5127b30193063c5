import Foundation
import TestSupport
import Testing

/// `explain` on the example of a studio: why something is, or is not, in Avalon as it is.
@Suite("explain", .timeLimit(.minutes(4)))
struct ExplainTests {
  private static let example = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples/studio")
  private static let shot = "3615c58f-f1f0-45eb-9570-659d3d44ea8b"

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["avalon-sync.yaml", "kitsu-snapshot.json", "openpype-show.yaml", "studio.yaml"] {
      try FileManager.default.copyItem(
        at: ExplainTests.example.appending(path: name), to: folder.file(name))
    }
  }

  private func run(_ arguments: String...) async throws -> Command.Outcome {
    try await run(arguments)
  }

  private func run(_ arguments: [String]) async throws -> Command.Outcome {
    var command = Command.avalonSync(arguments, environment: [:])
    command.folder = folder.url
    return try await command.run()
  }

  /// Cancels the shot in Kitsu.
  private func cancel() throws {
    let snapshot = try String(contentsOf: folder.file("kitsu-snapshot.json"), encoding: .utf8)
    let shot =
      #""data":{"camera_move":"static","frame_in":1001,"frame_out":1099},"description":"Odo "#
    let canceled = snapshot.replacing(
      #""canceled":false,"# + shot, with: #""canceled":true,"# + shot)
    #expect(canceled != snapshot)
    try Data(canceled.utf8).write(to: folder.file("kitsu-snapshot.json"))
  }

  private func json(_ arguments: String...) async throws -> JSONValue {
    let answer = try await run(["explain", "--format", "json"] + arguments)
    #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer.all)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(answer.output.utf8))
  }

  @Test("By id, URL, path, and by name and _id in Avalon: the same answer")
  func found() async throws {
    let before = try await run("explain", ExplainTests.shot)
    #expect(
      before.code == 0 && before.output.contains("not in Avalon; plan: + create"), "\(before.all)")
    #expect(try await run("apply", "--auto-approve").code == 0)
    let byID = try await run("explain", ExplainTests.shot)
    #expect(byID.code == 0, "\(byID.all)")
    expectGolden(byID.output, "explain/shot.txt")
    let id = try #require(byID.output.firstMatch(of: /_id ([0-9a-f]{24})/)?.1)
    for what in [
      "https://kitsu.example.com/productions/all/shots/\(ExplainTests.shot)", "E102/SQ020/SH0010",
      "e102_sq020_sh0010", String(id),
    ] {
      #expect(try await run("explain", what).output == byID.output, "\(what)")
    }
  }

  @Test("What a condition leaves out is told with the condition, its place and what it read")
  func skipped() async throws {
    try cancel()
    let answer = try await run("explain", ExplainTests.shot)
    #expect(answer.code == 0, "\(answer.all)")
    #expect(answer.output.contains("skipped: no rule is for it"))
    #expect(answer.output.contains("when not_canceled: does not hold  # avalon.yaml:"))
    #expect(answer.output.contains("shot.canceled = true"))
  }

  @Test("As JSON: the same, for programs")
  func json() async throws {
    let before = try await json(ExplainTests.shot)
    #expect(before["formatVersion"]?.int == 1)
    let planned = try #require(before["documents"]?.list?.first)
    #expect(planned["outcome"] == "made" && planned["avalon"] == .null)
    #expect(planned["change", "action"] == "create" && planned["change", "isLeftOut"] == false)
    #expect(try await run("apply", "--auto-approve").code == 0)
    let output = try await run("explain", ExplainTests.shot, "--format", "json").output
    expectGolden(output, "explain/shot.json")
    let after = try #require(try await json(ExplainTests.shot)["documents"]?.list?.first)
    #expect(after["avalon", "name"] == "e102_sq020_sh0010" && after["change"] == .null)
    #expect(after["avalon", "_id"] == planned["change", "_id"])
  }

  @Test("As JSON: what leaves it out, and what a policy leaves out")
  func skippedAsJSON() async throws {
    let planned = try #require(
      try await json(ExplainTests.shot, "--policy", "observe")["documents"]?.list?.first)
    #expect(planned["change", "isLeftOut"] == true)
    try cancel()
    let document = try #require(try await json(ExplainTests.shot)["documents"]?.list?.first)
    #expect(document["outcome"] == "skipped" && document["name"] == .null)
    let rule = try #require(document["rules"]?.list?.first)
    #expect(rule["rule"] == "shot" && rule["holds"] == false)
    let condition = try #require(rule["conditions"]?.list?.first { $0["holds"] == false })
    #expect(condition["name"] == "not_canceled" && condition["failure"] == .null)
    #expect(condition["place"]?.string?.hasPrefix("avalon.yaml:") == true)
    #expect(condition["inputs"] == [["path": "shot.canceled", "value": "true"]])
    let unknown = try await run("explain", "SH9999", "--format", "json")
    #expect(unknown.code == 1 && unknown.output.isEmpty, "\(unknown.all)")
  }

  @Test("A folder is explained with its project")
  func folders() async throws {
    let answer = try await run("explain", "The Tidekeepers")
    #expect(answer.code == 0, "\(answer.all)")
    #expect(answer.output.contains("folder season/2 of The Tidekeepers"))
  }

  @Test("What is not found, and what is meant twice")
  func notFound() async throws {
    let unknown = try await run("explain", "SH9999")
    #expect(unknown.code == 1)
    #expect(
      unknown.errors.contains("nothing is called 'SH9999' in")
        && unknown.errors.contains("not looked at: Test Sandbox"), "\(unknown.all)")
    let several = try await run("explain", "SH0010")
    #expect(several.code == 1)
    #expect(
      several.errors.contains("are called 'SH0010': use an id")
        && several.errors.contains(ExplainTests.shot), "\(several.all)")
  }
}
