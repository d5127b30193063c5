import BSON
import Planning
import TestSupport
import Testing

@testable import Avalon

/// What a server can do to us, on a mongod of our own with access control and fail points.
@Suite(.serialized, .enabled(if: Stack.has("TEST_PYTHON"))) struct MongoServerTests {
  @Test func loginsAndRights() async throws {
    try await OwnMongod.with { server in
      let wrong = try server.store(user: "writer", password: "wr0ng-passw0rd")
      for operation in ["describe", "read", "write"] {
        let error = await #expect(throws: AvalonError.self, "\(operation)") {
          switch operation {
          case "describe": _ = try await wrong.describe()
          case "read": _ = try await wrong.read(collection: "bigbuck")
          default: _ = try await wrong.write(collection: "bigbuck", [.insert(asset(1))])
          }
        }
        #expect(error?.code == .notAuthorised, "\(String(describing: error))")
        #expect(error?.description.contains("wr0ng") == false)
        #expect(error?.description.contains("127.0.0.1:\(server.port)") == true)
      }
      await wrong.close()

      let nobody = try server.store(user: nil)
      let refused = await #expect(throws: AvalonError.self) {
        _ = try await nobody.read(collection: "bigbuck")
      }
      #expect(refused?.code == .notAuthorised, "\(String(describing: refused))")
      await nobody.close()

      let writer = try server.store(user: "writer", options: "replicaSet=own")
      let outcomes = try await writer.write(collection: "bigbuck", [.insert(asset(1))])
      #expect(outcomes == [.applied])
      #expect(try await writer.describe().address == "mongodb://127.0.0.1:\(server.port)")
      await writer.close()

      let reader = try server.store(user: "reader")
      #expect(try await reader.read(collection: "bigbuck") == [asset(1)])
      #expect(try await reader.collections() == ["bigbuck"])
      let readOnly = await #expect(throws: AvalonError.self) {
        _ = try await reader.write(collection: "bigbuck", [.insert(asset(2))])
      }
      #expect(readOnly?.code == .notAuthorised)
      #expect(readOnly?.cause.contains("readWrite") == true)
      await reader.close()
    }
  }

  @Test func aServerThatIsNotPrimaryTakesNoWrites() async throws {
    try await OwnMongod.with { server in
      let direct = try server.store(user: "writer")
      _ = try await direct.write(collection: "bigbuck", [.insert(asset(1))])
      try await server.setPrimary(false)
      let fresh = try server.store(user: "writer")
      let again = await #expect(throws: AvalonError.self) {
        _ = try await fresh.write(collection: "bigbuck", [.insert(asset(2))])
      }
      #expect(again?.code == .notPrimary, "\(String(describing: again))")
      #expect(again?.cause.contains("replicaSet=") == true)
      #expect(try await fresh.read(collection: "bigbuck") == [asset(1)])

      let viaSet = try server.store(
        user: "writer", options: "replicaSet=own", timeout: .milliseconds(700))
      let none = await #expect(throws: AvalonError.self) {
        _ = try await viaSet.write(collection: "bigbuck", [.insert(asset(2))])
      }
      #expect(none?.code == .unreachable)
      #expect(none?.cause.contains("within 700 ms") == true)
      #expect(none?.cause.contains("primary") == true)

      try await server.setPrimary(true)
      let outcome = try await direct.write(collection: "bigbuck", [.insert(asset(2))])
      #expect(outcome == [.applied])
      for store in [direct, fresh, viaSet] { await store.close() }
    }
  }

  @Test func brokenConnectionsAndConcerns() async throws {
    try await OwnMongod.with { server in
      let direct = try server.store(user: "writer")
      let viaSet = try server.store(user: "writer", options: "replicaSet=own")
      let cut: (FieldName, Value) = ("closeConnection", .bool(true))
      _ = try await direct.write(
        collection: "bigbuck", [.insert(asset(1)), .insert(asset(2))])

      // Nothing is repeated unasked, and what became of it is not known.
      let update = DocumentUpdate(1, ["name"], from: "hero".value, to: "villain".value)
      for store in [direct, viaSet] {
        try await server.fail(["update"], mode: .times(1), with: cut)
        let lost = try await store.write(collection: "bigbuck", [.update(update)])
        if case .unknown = lost[0] {} else { Issue.record("\(lost)") }
      }
      let read = try await direct.read(collection: "bigbuck", ids: [id(1)])
      #expect(read.first?["name"]?.string == "hero")
      try await server.fail(["update", "insert"], mode: .always, with: cut)
      for store in [direct, viaSet] {
        let lost = try await store.write(collection: "bigbuck", [.insert(asset(3))])
        if case .unknown(let text) = lost[0] {
          #expect(text.contains("127.0.0.1:\(server.port)"))
        } else {
          Issue.record("\(lost)")
        }
      }
      try await server.fail([], mode: .off, with: cut)

      // Written, but the majority did not say so; an operation's own error stays known.
      let concern = document(("code", .int32(64)), ("errmsg", "waiting for replication".value))
      try await server.fail(
        ["insert"], mode: .times(1), with: ("writeConcernError", .document(concern)))
      let unconfirmed = try await direct.write(
        collection: "bigbuck", [.insert(asset(4)), .insert(asset(1))])
      if case .unknown(let text) = unconfirmed[0] {
        #expect(text.contains("majority") && text.contains("waiting for replication"))
      } else {
        Issue.record("\(unconfirmed)")
      }
      #expect(unconfirmed[1] == .duplicate)

      // Refused as a whole before anything was written: thrown.
      try await server.fail(["insert"], mode: .times(1), with: ("errorCode", .int32(13)))
      let refused = await #expect(throws: AvalonError.self) {
        _ = try await direct.write(collection: "bigbuck", [.insert(asset(5))])
      }
      #expect(refused?.code == .notAuthorised)
      // Interrupted, or refused after a repeat of which the first try may have arrived: not known.
      for code in [50, 10107, 11602] {
        try await server.fail(["insert"], mode: .always, with: ("errorCode", .int(code)))
        let interrupted = try await direct.write(collection: "bigbuck", [.insert(asset(5))])
        if case .unknown = interrupted[0] {} else { Issue.record("\(interrupted)") }
      }
      try await server.fail([], mode: .off, with: cut)
      for store in [direct, viaSet] { await store.close() }
    }
  }

  /// The second of three bulks breaks: the first is known, the third was never sent.
  @Test func aConnectionThatBreaksBetweenBulks() async throws {
    try await OwnMongod.with { server in
      let store = try server.store(user: "writer")
      try await server.fail(
        ["insert"], mode: .after(1),
        with: ("closeConnection", .bool(true)))
      let outcomes = try await store.write(
        collection: "bigbuck", (1...45_000).map { .insert(asset($0)) })
      #expect(outcomes[..<20_000].allSatisfy { $0 == .applied })
      #expect(
        outcomes[20_000..<40_000].allSatisfy {
          if case .unknown(let text) = $0 { !text.contains("not sent") } else { false }
        })
      #expect(
        outcomes[40_000...].allSatisfy {
          if case .unknown(let text) = $0 { text.hasPrefix("not sent") } else { false }
        })
      #expect(try await store.read(collection: "bigbuck").count == 20_000)
      await store.close()
    }
  }

  /// Else the next run would have to read the documents, to see what became of them.
  @Test func theJournalIsToldOnceTheConnectionIsBack() async throws {
    try await OwnMongod.with { server in
      let (records, store) = (try server.records(), try server.store(user: "writer"))
      let journal = Journal(records: records, run: JournalTests.run(1)) { Issue.record("\($0)") }
      try await journal.prepare()
      let scope = JournalScope(database: "avalon", owner: "test", project: Wanted.project)
      let plan = Wanted.plan([Wanted(1, "a")], in: "bigbuck", of: [])
      let entry = journal.begin(plan, scope, collection: "bigbuck", seeds: [:], store: store)
      let ticket = try await entry.intend(plan.changes)
      try await server.fail(["update"], mode: .times(2), with: ("closeConnection", .bool(true)))
      await entry.settle(ticket, [.applied])
      let batches = try await journal.batches(of: JournalTests.run(1).id)
      #expect(batches.map(\.isIntent) == [false])
      #expect(batches.first?.entries.map(\.outcome) == [.applied])
      await records.close()
      await store.close()
    }
  }
}
