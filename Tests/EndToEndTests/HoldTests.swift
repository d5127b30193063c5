import TestSupport
import Testing

/// Each guard and hold as people meet it: what is said, that nothing of it is written, and that doing
/// what is said lifts it.
@Suite("Guards and holds", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(5)))
struct HoldTests {
  private static let all =
    HoldCase.guards + HoldCase.projects + HoldCase.names + HoldCase.links + HoldCase.values

  @Test("What is said, and that it lifts", arguments: all.indices)
  func holds(_ index: Int) async throws {
    let hold = HoldTests.all[index]
    var trial = try Trial(index % 2 == 0 ? .replicaSet : .standalone, hold.show)
    try await hold.arrange(&trial)
    let plan = try await trial.plan()
    let found = try #require(
      plan.held.first { HoldTests.matches($0, hold) }, "\(hold.title): \(plan.held)")
    let remedy = found["remedy"]?.string ?? ""
    #expect(remedy.contains(hold.remedy), "\(hold.title): \(remedy)")
    let text = try await trial.site.run("plan", "--full").output
    #expect(text.contains("held: ") && text.contains("to lift it: "), "\(hold.title): \(text)")

    let before = try await trial.database.bytes(Trial.collection)
    let applied = try await trial.sync()
    #expect(applied.held.contains { HoldTests.matches($0, hold) }, "\(hold.title)")
    if hold.scope == .project {
      #expect(try await trial.database.bytes(Trial.collection) == before, "\(hold.title)")
    }

    try await hold.lift(&trial, remedy)
    let after = try await trial.sync()
    #expect(!after.held.contains { HoldTests.matches($0, hold) }, "\(hold.title): \(after.held)")
    let rest = try await trial.plan()
    #expect(rest.changes.isEmpty && rest.held.isEmpty, "\(hold.title): \(rest.root)")
    try await trial.drop()
  }

  private static func matches(_ held: JSONValue, _ hold: HoldCase) -> Bool {
    held["scope"]?.string == hold.scope.rawValue
      && held["reason"]?.string?.contains(hold.reason) == true
  }
}
