import Foundation
import TestSupport
import Testing

/// Whatever dies while a plan is applied, the next apply makes of the database what an undisturbed one
/// would have: every field, every `_id`, no document twice, no intent of the journal open.
///
/// `TEST_CRASHES=100 Tests/run CrashTests` goes on for longer. The moments are those of chance, beside the chosen ones of
/// ``KillTests``.
@Suite("Crashes", .enabled(if: Deployment.isAvailable), .timeLimit(.minutes(60)), .serialized)
struct CrashTests {
  private static let count = Stack.value("TEST_CRASHES").flatMap { Int($0) }
  private static let seed = Stack.value("TEST_CRASH_SEED").flatMap { UInt64($0) } ?? 1

  @Test("The controller is killed at any moment", arguments: Deployment.allCases)
  func controller(_ deployment: Deployment) async throws {
    let show = try await ChangingShow(in: try deployment.database())
    var run = DisturbedRun(show, try deployment.database(), seed: CrashTests.seed)
    for _ in 0..<(CrashTests.count ?? 3) {
      try await run.step { site, moment, _ in
        let outcome = try await site.command(["apply", "--auto-approve"])
          .killed(after: moment).run()
        #expect([0, 137].contains(outcome.code), "\(outcome.all)")
        return outcome.code == 0
      }
    }
    try await run.end("killed controller, \(deployment)")
  }

  @Test("The server is killed and comes back", arguments: Deployment.allCases)
  func server(_ deployment: Deployment) async throws {
    try await PrivateMongod.with(inSet: deployment == .replicaSet) { (server) async throws in
      let show = try await ChangingShow(in: AvalonDatabase(server.uri))
      var run = DisturbedRun(show, AvalonDatabase(server.uri), seed: CrashTests.seed + 1)
      for _ in 0..<((CrashTests.count ?? 10) / 5) {
        try await run.step { site, moment, random in
          async let outcome = site.run("apply", "--auto-approve")
          try await Task.sleep(for: moment)
          await server.crash()
          try await Task.sleep(for: .milliseconds(random.below(1500)))
          server.restart()
          let end = try await outcome
          #expect(!end.isKilled && [0, 1].contains(end.code), "\(end.all)")
          return end.code == 0
        }
      }
      try await run.end("killed mongod, \(deployment)")
    }
  }

  @Test("The primary steps down")
  func primary() async throws {
    try await PrivateMongod.with(inSet: true) { (server) async throws in
      let show = try await ChangingShow(in: AvalonDatabase(server.uri))
      var run = DisturbedRun(show, AvalonDatabase(server.uri), seed: CrashTests.seed + 2)
      for _ in 0..<((CrashTests.count ?? 10) / 5) {
        try await run.step { site, moment, _ in
          async let outcome = site.run("apply", "--auto-approve")
          try await Task.sleep(for: moment)
          try await server.stepDown()
          let end = try await outcome
          #expect(!end.isKilled && [0, 1].contains(end.code), "\(end.all)")
          return end.code == 0
        }
      }
      try await run.end("primary stepped down")
    }
  }
}
