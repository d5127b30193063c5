import BSON
import Planning
import TestSupport
import Testing

@testable import Avalon

/// The right to write, which may end at any time.
@Suite("The gate of writes") struct WriteGateTests {
  @Test("A closed gate lets nothing through", arguments: StoreKind.available)
  func closed(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { room in
      try await room.put([asset(1)])
      let outcomes = try await room.store.write(
        collection: room.collection, [.insert(asset(2)), .insert(asset(3))], gate: gate(openFor: 0))
      #expect(outcomes.count == 2)
      for outcome in outcomes {
        if case .skipped(let reason) = outcome {
          #expect(reason.contains("lease"))
        } else {
          Issue.record("\(outcome)")
        }
      }
      #expect(try await room.all() == [asset(1)])
    }
  }

  @Test("It is asked before each message", arguments: LeaseRoom.kinds)
  func eachMessage(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { room in
      try await room.put([asset(1)])
      let update = DocumentUpdate(1, ["name"], from: "hero".value, to: "villain".value)
      let outcomes = try await room.store.write(
        collection: room.collection, [.update(update), .insert(asset(2))], gate: gate(openFor: 1))
      #expect(outcomes[1] == .applied)
      if case .skipped = outcomes[0] {} else { Issue.record("\(outcomes)") }
      #expect(try await room.all() == [asset(1), asset(2)])
    }
  }

  @Test("What a plan could not write any more the next one does", arguments: StoreKind.available)
  func closesMidway(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { room in
      let wanted = (1...2500).map { Wanted($0, "shot\($0)", fps: 24) }
      let plan = try await room.plan(wanted)
      let applied = await Applier(
        store: room.store, plan: plan, collection: room.collection, gate: gate(openFor: 4)
      ).apply()
      let count = applied.count("applied")
      // Three batches are under way at once, and each asks twice: which of them come through is chance.
      #expect([500, 1000, 1500, 2000].contains(count))
      #expect(applied.count("skipped") == 2500 - count && !applied.isComplete)
      #expect(try await room.names().count == count)
      let rest = try await room.plan(wanted)
      #expect(rest.changes.count == 2500 - count)
      #expect(await room.apply(rest).isComplete)
      #expect(try await room.names().count == 2500)
    }
  }

  @Test("The collection is not renamed behind a closed gate", arguments: StoreKind.available)
  func rename(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { room in
      try await room.put([asset(1)])
      let plan = Plan(
        project: PlannedProject(id: Wanted.project, title: "Show", collection: room.collection),
        collectionRename: CollectionRename(from: room.collection, to: "smallbuck"), changes: [],
        held: [], unchanged: 0, kept: 0)
      _ = await Applier(
        store: room.store, plan: plan, collection: room.collection, gate: gate(openFor: 0)
      ).apply()
      #expect(try await room.collections() == [room.collection])
    }
  }
}

/// What the server does with the gate's time.
@Suite(.serialized, .enabled(if: Stack.has("TEST_PYTHON"))) struct WriteTimeTests {
  @Test("The server stops a batch in time; it is read again") func maxTime() async throws {
    try await OwnMongod.with { server in
      let store = try server.store(user: "writer")
      _ = try await store.write(collection: "bigbuck", [.insert(asset(1))])
      try await server.always(timesOut: true)
      let open = WriteGate(maxTime: .seconds(30)) { .now + .seconds(60) }
      let outcomes = try await store.write(
        collection: "bigbuck", [.insert(asset(2))], gate: open)
      if case .unknown = outcomes[0] {} else { Issue.record("\(outcomes)") }
      // Without a gate there is no time to keep.
      #expect(try await store.write(collection: "bigbuck", [.insert(asset(3))]) == [.applied])
      try await server.always(timesOut: false)
      #expect(
        try await store.write(collection: "bigbuck", [.insert(asset(2))], gate: open) == [.applied])
      await store.close()
    }
  }
}
