import BSON
import Identity
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Avalon

/// The journal on real stores.
@Suite("The journal") struct JournalTests {
  /// 2026-11-25 05:00 UTC.
  private static let now: Int64 = 1_795_582_800_000
  private static let day: Int64 = 86_400_000

  static func run(_ number: UInt64, days: Int64 = 0) -> JournalRun {
    let time = now + days * day
    return JournalRun(
      id: .run(at: time, chance: number), user: "anna", host: "ws1", time: time, why: "apply")
  }

  private func scope(_ room: RecordRoom) -> JournalScope {
    JournalScope(database: room.room.database, owner: "test", project: Wanted.project)
  }

  private func journal(
    _ room: RecordRoom, _ run: UInt64 = 1, days: Int64 = 0,
    limits: Journal.Limits = Journal.Limits()
  ) async throws -> Journal {
    let journal = Journal(
      records: room.records, run: JournalTests.run(run, days: days), limits: limits
    ) { Issue.record("\($0)") }
    try await journal.prepare()
    return journal
  }

  /// Plans what is wanted, and applies it with the journal.
  private func apply(
    _ wanted: [Wanted], _ room: RecordRoom, _ journal: Journal
  ) async throws -> AppliedPlan {
    let plan = try await room.room.plan(wanted)
    let collection = room.room.collection
    let entry = journal.begin(
      plan, scope(room), collection: collection, seeds: [:], store: room.room.store)
    let applied = await Applier(
      store: room.room.store, plan: plan, collection: collection, journal: entry
    ).apply()
    try await journal.finish(scope(room), title: "Show", mapping: "m1")
    try await journal.keep(scope(room))
    return applied
  }

  private func batches(_ journal: Journal) async throws -> [JournalBatch] {
    var all: [JournalBatch] = []
    try await journal.history {
      all.append($0)
      return true
    }
    return all
  }

  @Test(arguments: StoreKind.available)
  func tellsWhatWasDoneByWhomAndWhen(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let first = try await journal(room)
      #expect(try await apply([Wanted(1, "a", fps: 24), Wanted(2, "b")], room, first).isComplete)
      let second = try await journal(room, 2, days: 1)
      #expect(try await apply([Wanted(1, "a", fps: 25), Wanted(2, "c")], room, second).isComplete)
      let all = try await batches(second)
      #expect(all.map(\.header.run) == [JournalTests.run(2, days: 1), JournalTests.run(1)])
      #expect(all.allSatisfy { !$0.isIntent && $0.header.collection == room.room.collection })
      #expect(all.flatMap(\.entries).allSatisfy { $0.outcome == .applied })
      #expect(all[1].entries.map(\.action) == [.create, .create])
      let update = try #require(all[0].entries.first { $0.id == Wanted.id(1) })
      #expect(update.fields.map(\.path) == [["data", "fps"]])
      #expect(update.fields[0].before == .int32(24) && update.fields[0].after == .int32(25))
      #expect(try await second.batches(of: JournalTests.run(1).id).map(\.id) == [all[1].id])
      #expect(try await second.state(of: scope(room))?.mapping == "m1")
    }
  }

  @Test(arguments: StoreKind.available)
  func nothingIsWrittenWithoutItsIntent(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let journal = try await journal(room)
      let plan = try await room.room.plan(Wanted(1, "a"))
      let closed: any RecordStore = try DumpRecords(
        directory: "/tmp/none", database: "none", avalon: "other")
      await closed.close()
      let broken = Journal(records: closed, run: journal.run) { Issue.record("\($0)") }
      let applied = await Applier(
        store: room.room.store, plan: plan, collection: room.room.collection,
        journal: broken.begin(
          plan, scope(room), collection: room.room.collection, seeds: [:],
          store: room.room.store)
      ).apply()
      #expect(applied.outcomes[0].name == "failed")
      #expect(applied.outcomes[0].reason?.contains("journal") == true)
      #expect(try await room.room.all().isEmpty)
    }
  }

  /// A process that dies between intent and outcome leaves an intent, which is judged by the documents.
  @Test(arguments: StoreKind.available)
  func whatWasCutOffIsJudgedByTheDocuments(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let first = try await journal(room)
      _ = try await apply([1, 2, 3].map { Wanted($0, "n\($0)", fps: 24) }, room, first)
      let second = try await journal(room, 2, days: 1)
      let plan = try await room.room.plan(
        [1, 2, 3].map { Wanted($0, "n\($0)", fps: 25) } + [Wanted(4, "n4")])
      let entry = second.begin(
        plan, scope(room), collection: room.room.collection, seeds: [:], store: room.room.store)
      _ = try await entry.intend(plan.changes)
      // The first was written, the second not, the third is somebody else's, the fourth not made.
      func set(_ number: Int, _ fps: Int32) -> WriteOperation {
        .update(
          DocumentUpdate(
            id: Wanted.id(number), expected: [], set: [(["data", "fps"], .int32(fps))], unset: []))
      }
      _ = try await room.room.write([set(1, 25), set(3, 99)])
      let third = try await journal(room, 3, days: 2)
      let seen = try await third.resolve(scope(room), in: room.room.store, writes: false)
      let open = try await batches(third)
      #expect(seen.count == 1 && open[0].isIntent, "a plan writes nothing")
      try await third.resolve(scope(room), in: room.room.store, writes: true)
      let settled = try #require(try await batches(third).first)
      #expect(!settled.isIntent)
      let outcomes = Dictionary(
        uniqueKeysWithValues: settled.entries.map { ($0.name, $0.outcome?.name) })
      #expect(outcomes == ["n1": "applied", "n2": "failed", "n3": "conflicted", "n4": "failed"])
      #expect(try await third.resolve(scope(room), in: room.room.store, writes: true).isEmpty)
    }
  }

  /// The server writes a batch, and does not come back to say so.
  @Test(arguments: StoreKind.available)
  func whatNobodyCouldReadStaysOpen(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let journal = try await journal(room)
      let plan = try await room.room.plan(Wanted(1, "a"))
      let dead = AvalonError(
        .unreachable, operation: "write", subject: "avalon", cause: "connection refused",
        isRetryable: true)
      let store = FaultyStore(
        room.room.store, [.loseAnswerAndSight, .refuse(dead), .refuse(dead), .refuse(dead)])
      let entry = journal.begin(
        plan, scope(room), collection: room.room.collection, seeds: [:], store: store)
      let applied = await Applier(
        store: store, plan: plan, collection: room.room.collection, journal: entry
      ).apply()
      #expect(applied.count("failed") == 1)
      #expect(try #require(try await batches(journal).first).isIntent)
      try await journal.resolve(scope(room), in: room.room.store, writes: true)
      let batch = try #require(try await batches(journal).first)
      #expect(batch.entries.map(\.outcome) == [.applied])
    }
  }

  /// What was last applied, and what history shows, hangs on it.
  @Test func runsOfOneSecondSortByTheirTime() {
    let second: Int64 = 1_795_928_006_000
    let ids = [0, 1, 300, 999, 1000].enumerated().map { place, milliseconds in
      // The later, the smaller is what comes by chance.
      ObjectID.run(at: second + Int64(milliseconds), chance: 0xFF_FFFF - UInt64(place) * 0x10_1010)
    }
    #expect(ids == ids.sorted() && Set(ids).count == ids.count)
  }

  /// A second controller that starts meanwhile takes the batch for one that was cut off.
  @Test(arguments: StoreKind.available)
  func whoWroteABatchHasTheLastWord(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let first = try await journal(room)
      let plan = try await room.room.plan(Wanted(1, "a"))
      let entry = first.begin(
        plan, scope(room), collection: room.room.collection, seeds: [:], store: room.room.store)
      let ticket = try await entry.intend(plan.changes)
      let slow = FaultyStore(room.room.store, []) { await entry.settle(ticket, [.applied]) }
      try await journal(room, 2).resolve(scope(room), in: slow, writes: true)
      let batch = try #require(try await batches(first).first)
      #expect(batch.entries.map(\.outcome) == [.applied])
    }
  }

  @Test(arguments: StoreKind.available)
  func whatIsPrunedStaysInTheSnapshot(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      _ = try await apply([Wanted(1, "a", fps: 24)], room, try await journal(room))
      _ = try await apply([Wanted(1, "a", fps: 25)], room, try await journal(room, 2, days: 1))
      let late = try await journal(room, 3, days: 91, limits: Journal.Limits(days: 90))
      _ = try await apply([Wanted(1, "a", fps: 25), Wanted(2, "b")], room, late)
      #expect(
        try await batches(late).map(\.header.run)
          == [JournalTests.run(2, days: 1), JournalTests.run(3, days: 91)].reversed())
      let later = try await journal(room, 4, days: 200, limits: Journal.Limits(days: 90))
      try await later.keep(scope(room))
      #expect(try await batches(later).isEmpty)
      let last = try await later.lastApplied(
        scope(room), only: nil, mapping: "m1", in: room.room.store)
      func reason(_ before: Int32) -> Reason {
        last.reason(
          for: FieldChange(
            path: ["data", "fps"], before: .int32(before), after: .int32(30), reason: .differs),
          of: Wanted.id(1))
      }
      #expect(reason(25) == .changed && reason(24) == .drift)
    }
  }

  /// Services on two machines take turns, and one's clock is a month ahead of the other's.
  @Test(arguments: StoreKind.available)
  func aClockThatIsBehindChangesNoOrder(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      func lastIs(_ value: Int32) async throws -> Bool {
        let last = try await journal(room).lastApplied(
          scope(room), only: nil, mapping: "m1", in: room.room.store)
        let edit = FieldChange(
          path: ["data", "fps"], before: .int32(value), after: .int32(99), reason: .differs)
        return last.reason(for: edit, of: Wanted.id(1)) == .changed
      }
      _ = try await apply([Wanted(1, "a", fps: 23)], room, try await journal(room))
      _ = try await apply([Wanted(1, "a", fps: 24)], room, try await journal(room, 2, days: 30))
      _ = try await apply([Wanted(1, "a", fps: 25)], room, try await journal(room, 3))
      #expect(try await lastIs(25))
      // All of them are pruned; what is known of them is in the snapshot.
      try await journal(room, 4, days: 900).keep(scope(room))
      #expect(try await batches(try await journal(room)).isEmpty)
      #expect(try await lastIs(25))
      _ = try await apply([Wanted(1, "a", fps: 26)], room, try await journal(room, 5))
      #expect(try await lastIs(26))
    }
  }

  @Test(arguments: StoreKind.available)
  func manyBatchesAreAddedToTheSnapshot(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      _ = try await apply(
        (1...40).map { Wanted($0, "n\($0)", fps: 24) }, room, try await journal(room))
      for number in 1...70 {
        // One document after the other gets another value.
        let wanted = (1...40).map { Wanted($0, "n\($0)", fps: 24 + (number + 40 - $0) / 40) }
        _ = try await apply(wanted, room, try await journal(room, UInt64(number + 1)))
      }
      let late = try await journal(room, 99)
      #expect(try await late.state(of: scope(room))?.folded != nil)
      for wanted in [nil, [Wanted.id(3)]] as [Set<ObjectID>?] {
        let last = try await late.lastApplied(
          scope(room), only: wanted, mapping: "m1", in: room.room.store)
        let there = try await room.room.store.read(
          collection: room.room.collection, ids: [Wanted.id(3)])
        let before = there.first?[path: ["data", "fps"]]
        let edit = FieldChange(
          path: ["data", "fps"], before: before, after: .int32(99), reason: .differs)
        #expect(last.reason(for: edit, of: Wanted.id(3)) == .changed)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func isBoundedBySize(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let limits = Journal.Limits(megabytes: 1)
      for number in 1...3 {
        let text = String(repeating: "\(number)", count: 600_000)
        _ = try await apply(
          [Wanted(1, text, fps: number)], room,
          try await journal(room, UInt64(number), days: Int64(number), limits: limits))
      }
      #expect(try await room.records.byteCount(of: Journal.batches) <= 1 << 20)
      let last = try await journal(room, 9, days: 9).lastApplied(
        scope(room), only: nil, mapping: "m1", in: room.room.store)
      let edit = FieldChange(
        path: ["data", "fps"], before: .int32(3), after: .int32(9), reason: .differs)
      #expect(last.reason(for: edit, of: Wanted.id(1)) == .changed)
    }
  }

  /// What an open intent keeps from being folded is not lost for the room that it takes.
  @Test(arguments: StoreKind.available)
  func whatIsNotFoldedStays(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let limits = Journal.Limits(megabytes: 1)
      let plan = try await room.room.plan([Wanted(9, "z")])
      _ = try await journal(room).begin(
        plan, scope(room), collection: room.room.collection, seeds: [:], store: room.room.store
      ).intend(plan.changes)
      for number in 1...3 {
        let text = String(repeating: "\(number)", count: 600_000)
        _ = try await apply(
          [Wanted(1, text, fps: number)], room,
          try await journal(room, UInt64(number), days: Int64(number), limits: limits))
      }
      #expect(try await batches(try await journal(room, 9)).count == 4)
    }
  }

  @Test(arguments: StoreKind.available)
  func outcomesThatAreNotWrittenDownAreTold(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let plan = try await room.room.plan([Wanted(1, "a")])
      let told = Mutex<[String]>([])
      let journal = Journal(records: room.records, run: JournalTests.run(1)) { text in
        told.withLock { $0.append(text) }
      }
      let entry = journal.begin(
        plan, scope(room), collection: room.room.collection, seeds: [:], store: room.room.store)
      let ticket = try await entry.intend(plan.changes)
      await room.records.close()
      await entry.settle(ticket, [.applied])
      let text = told.withLock { $0.joined() }
      #expect(text.contains("a batch in '\(room.room.collection)' (changes: 1)"), "\(text)")
    }
  }

  /// Two of Avalon's databases may have their journals in one place.
  @Test(arguments: StoreKind.available)
  func oneRunInTwoDatabases(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let plan = try await room.room.plan([Wanted(1, "a"), Wanted(2, "b")])
      for database in ["avalon", "openpype"] {
        let scope = JournalScope(database: database, owner: "test", project: Wanted.project)
        let entry = try await journal(room).begin(
          plan, scope, collection: room.room.collection, seeds: [:], store: room.room.store)
        await entry.settle(try await entry.intend(plan.changes), [.applied, .applied])
      }
      let all = try await batches(try await journal(room))
      #expect(Set(all.map(\.header.scope.database)) == ["avalon", "openpype"])
      #expect(all.allSatisfy { !$0.isIntent && $0.entries.count == 2 })
    }
  }

  @Test(arguments: StoreKind.available)
  func pausesUntilItIsResumed(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let journal = try await journal(room)
      #expect(try await journal.state(of: scope(room)) == nil)
      let pause = ProjectState.Pause(user: "anna", host: "ws1", time: 5, why: "undo of 1")
      try await journal.pause(scope(room), title: "Show", pause)
      let state = try #require(try await journal.state(of: scope(room)))
      #expect(state.pause(at: JournalTests.now) == pause && state.title == "Show")
      #expect(try await journal.resume(state))
      let after = try #require(try await journal.state(of: scope(room)))
      #expect(after.pause(at: JournalTests.now) == nil)
      #expect(try await !journal.resume(after))
    }
  }

  /// A plan waits for a person's word, and somebody pauses the project meanwhile.
  @Test(arguments: StoreKind.available)
  func aPauseCountsWhenTheWritingBegins(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let journal = try await journal(room)
      let plan = try await room.room.plan([Wanted(1, "a")])
      func apply(isUndo: Bool) async -> AppliedPlan {
        await Applier(
          store: room.room.store, plan: plan, collection: room.room.collection,
          journal: journal.begin(
            plan, scope(room), collection: room.room.collection, seeds: [:],
            store: room.room.store, isUndo: isUndo)
        ).apply()
      }
      let pause = ProjectState.Pause(user: "anna", host: "ws1", time: 5, why: "undo of 1")
      try await journal.pause(scope(room), title: "Show", pause)
      let refused = await apply(isUndo: false)
      #expect(refused.outcomes[0].reason?.contains("paused by anna") == true)
      #expect(try await room.room.all().isEmpty)
      #expect(try await batches(journal).isEmpty)
      // An undo pauses the project itself.
      #expect(await apply(isUndo: true).isComplete)
    }
  }

  @Test(arguments: StoreKind.available)
  func aPauseThatHasEndedIsNone(_ kind: StoreKind) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let journal = try await journal(room)
      let end = JournalTests.now + 3_600_000
      let pause = ProjectState.Pause(
        user: "anna", host: "ws1", time: JournalTests.now, why: "we move", until: end)
      try await journal.pause(scope(room), title: "Show", pause)
      let state = try #require(try await journal.state(of: scope(room)))
      #expect(state.pause(at: end - 1) == pause)
      #expect(state.pause(at: end) == nil)
      #expect(
        pause.description == "paused by anna on ws1 since 2026-11-25 05:00:00 UTC "
          + "until 2026-11-25 06:00:00 UTC: we move")
      let next = try await self.journal(room, 2, days: 1)
      #expect(try await !next.resume(state))
    }
  }
}
