import BSON
import Planning
import Testing

@testable import Avalon

/// What a broken connection left unknown is read again before anything is said of it.
@Suite("Applying a plan over a bad connection")
struct ApplierFaultTests {
  private let dead = AvalonError(
    .unreachable, operation: "write", subject: "avalon", cause: "connection refused",
    isRetryable: true)
  private let denied = AvalonError(
    .notAuthorised, operation: "write", subject: "avalon", cause: "this account may only read")

  /// A room with a document to rename and one to create.
  private func with(
    _ body: (StoreRoom, Plan) async throws -> Void
  ) async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a", fps: 24).document])
      try await body(room, try await room.plan(Wanted(1, "b", fps: 25), Wanted(2, "c")))
    }
  }

  private func expectDone(_ room: StoreRoom) async throws {
    let done = [Wanted(1, "b", fps: 25).document, Wanted(2, "c").document]
    #expect(try await room.all() == done)
  }

  @Test("The answer is lost: what was written counts as applied")
  func after() async throws {
    try await with { (room, plan) async throws in
      #expect(await room.apply(plan, .loseAnswer).isComplete)
      try await expectDone(room)
    }
  }

  @Test(
    "The answer is lost and nothing can be read for a while: what was written counts as applied")
  func blind() async throws {
    try await with { (room, plan) async throws in
      #expect(await room.apply(plan, .loseAnswerAndSight).isComplete)
      try await expectDone(room)
    }
  }

  @Test("The batch is lost: it is tried again")
  func before() async throws {
    try await with { (room, plan) async throws in
      #expect(await room.apply(plan, .loseBatch, .loseBatch).isComplete)
      try await expectDone(room)
    }
  }

  @Test("The batch is late: our own earlier attempt is no conflict")
  func late() async throws {
    try await with { (room, plan) async throws in
      #expect(await room.apply(plan, .delayBatch).isComplete)
      try await expectDone(room)
    }
  }

  @Test("The batch is lost and another tool wrote: a conflict")
  func other() async throws {
    try await with { (room, plan) async throws in
      let theirs = DocumentUpdate(
        id: Wanted.id(1), expected: [], set: [(["data", "fps"], .int32(60))], unset: [])
      let applied = await room.apply(plan, .interfereAndLose([.update(theirs)]))
      let outcomes = Dictionary(
        uniqueKeysWithValues: zip(plan.changes.map(\.name), applied.outcomes.map(\.name)))
      #expect(outcomes == ["b": "conflicted", "c": "applied"])
      #expect(try await room.one(Wanted.id(1)) == Wanted(1, "a", fps: 60).document)
    }
  }

  @Test("Only what is not known is tried again")
  func onlyTheRest() async throws {
    try await with { (room, plan) async throws in
      let store = FaultyStore(room.store, [.loseAnswer])
      _ = await Applier(store: store, plan: plan, collection: room.collection).apply()
      #expect(await store.batchSizes == [2])
    }
  }

  @Test("A server that comes back is tried again")
  func comesBack() async throws {
    try await with { (room, plan) async throws in
      #expect(await room.apply(plan, .refuse(dead), .pass).isComplete)
      try await expectDone(room)
    }
  }

  @Test("A server that stays away fails the changes, with its words")
  func staysAway() async throws {
    try await with { (room, plan) async throws in
      let applied = await room.apply(
        plan, .refuse(dead), .refuse(dead), .loseBatch, .refuse(dead))
      #expect(applied.count("failed") == 2)
      #expect(applied.outcomes[0].reason?.contains("connection refused") == true)
      #expect(try await room.all() == [Wanted(1, "a", fps: 24).document])
    }
  }

  @Test("An error that no repeat mends is told at once")
  func denies() async throws {
    try await with { (room, plan) async throws in
      let store = FaultyStore(room.store, [.refuse(denied)])
      let applied = await Applier(store: store, plan: plan, collection: room.collection).apply()
      #expect(applied.count("failed") == 2)
      #expect(await store.batchSizes == [2])
    }
  }
}
