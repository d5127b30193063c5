import BSON
import Planning
import Synchronization
import Testing

@testable import Avalon

/// Wave by wave, each change on its own, every write compare-and-set.
@Suite("Applying a plan")
struct ApplierTests {
  @Test("What was applied needs no second plan", arguments: StoreKind.available)
  func applies(_ kind: StoreKind) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      try await room.put([Wanted(1, "a", fps: 24).document, Wanted(2, "b").document])
      let wanted = [
        Wanted(1, "b", fps: 25), Wanted(2, "a", fps: 1), Wanted(3, "c", on: [4]), Wanted(4, "d"),
      ]
      let plan = try await room.plan(wanted)
      let applied = await room.apply(plan)
      #expect(applied.isComplete && applied.outcomes.count == plan.changes.count)
      #expect(try await room.plan(wanted).isEmpty)
      let names = Dictionary(
        uniqueKeysWithValues: try await room.all().map { ($0["_id"]?.objectID, $0["name"]?.string) }
      )
      #expect(
        names == [Wanted.id(1): "b", Wanted.id(2): "a", Wanted.id(3): "c", Wanted.id(4): "d"])
    }
  }

  @Test("A document that moved on is a conflict: nothing of it is written, the rest is")
  func conflict() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a", fps: 24).document, Wanted(2, "b", fps: 24).document])
      let plan = try await room.plan(Wanted(1, "a", fps: 25), Wanted(2, "b", fps: 25))
      try await room.replace(Wanted(1, "a", fps: 30).document)
      let applied = await room.apply(plan)
      #expect(applied.outcomes.map(\.name) == ["conflicted", "applied"])
      #expect(
        applied.outcomes[0].reason
          == "the document changed or went away since the plan was made")
      #expect(!applied.isComplete && applied.count("conflicted") == 1)
      #expect(try await room.one(Wanted.id(1)) == Wanted(1, "a", fps: 30).document)
      #expect(try await room.one(Wanted.id(2))?[path: ["data", "fps"]] == .int32(25))
    }
  }

  @Test("A document that was deleted meanwhile is a conflict and stays deleted")
  func deleted() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a").document])
      let plan = try await room.plan(Wanted(1, "b"))
      try await room.remove(Wanted.id(1))
      #expect(await room.apply(plan).outcomes.map(\.name) == ["conflicted"])
      #expect(try await room.all().isEmpty)
    }
  }

  @Test("What stands on a change that was not applied is skipped, and what stands on that")
  func skips() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan(
        Wanted(1, "ep"), Wanted(2, "ep_sq", on: [1]), Wanted(3, "ep_sq_sh", on: [2]),
        Wanted(4, "other"))
      let applied = await room.apply(plan, .refuseOne(Wanted.id(1), "no space left"))
      let outcomes = Dictionary(
        uniqueKeysWithValues: zip(plan.changes.map(\.name), applied.outcomes))
      #expect(
        outcomes == [
          "ep": .failed("no space left"), "other": .applied,
          "ep_sq": .skipped("'Show / ep', on which it stands, was not applied"),
          "ep_sq_sh": .skipped("'Show / ep_sq', on which it stands, was not applied"),
        ])
      #expect(try await room.names() == ["other"])
      let second = await room.apply(
        try await room.plan(
          Wanted(1, "ep"), Wanted(2, "ep_sq", on: [1]), Wanted(3, "ep_sq_sh", on: [2]),
          Wanted(4, "other")))
      #expect(second.isComplete)
    }
  }

  @Test("A name that was not freed is not taken")
  func nameNotFreed() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a").document])
      let plan = try await room.plan(Wanted(1, "b"), Wanted(2, "a"))
      let applied = await room.apply(plan, .refuseOne(Wanted.id(1), "no space left"))
      #expect(applied.outcomes.map(\.name) == ["failed", "skipped"])
      #expect(try await room.names() == ["a"])
    }
  }

  @Test("A create that is there already, made by us, was applied")
  func ourOwnCreate() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan(Wanted(1, "a", fps: 24), Wanted(2, "b", on: [1]))
      #expect(await room.apply(plan).isComplete)
      let before = try await room.all()
      #expect(await room.apply(plan).isComplete)
      #expect(try await room.all() == before)
    }
  }

  @Test("A create that is there already, changed by others since, is a conflict")
  func changedCreate() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan(Wanted(1, "a", fps: 24))
      try await room.put([Wanted(1, "a", fps: 30).document])
      #expect(await room.apply(plan).outcomes.map(\.name) == ["conflicted"])
      #expect(try await room.all() == [Wanted(1, "a", fps: 30).document])
    }
  }

  @Test("A name that another document took since the plan is a conflict")
  func nameTaken() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a").document])
      let plan = try await room.plan(Wanted(1, "hero"), Wanted(2, "villain"), Wanted(3, "free"))
      let foreign = [asset(7, "hero"), asset(8, "villain")]
      try await room.put(foreign)
      let applied = await room.apply(plan)
      let outcomes = Dictionary(
        uniqueKeysWithValues: zip(plan.changes.map(\.name), applied.outcomes))
      #expect(
        outcomes == [
          "hero": .conflicted("the document \(id(7)) took the name 'hero' meanwhile"),
          "villain": .conflicted("the document \(id(8)) took the name 'villain' meanwhile"),
          "free": .applied,
        ])
      #expect(applied.doubledNames.isEmpty)
      #expect(try await room.names() == ["a", "free", "hero", "villain"])
    }
  }

  @Test("A name that is taken between the check and the write is told")
  func doubledName() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan(Wanted(1, "hero"), Wanted(2, "b"), Wanted(3, "c", on: [1]))
      let applied = await room.apply(plan, .interfere([.insert(asset(7, "hero"))]))
      #expect(applied.outcomes.allSatisfy { $0 == .applied })
      #expect(applied.doubledNames == ["hero"] && !applied.isComplete)
    }
  }

  @Test("Names of subsets and archived assets are no names of assets")
  func namesOfOthers() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan(Wanted(1, "hero"))
      for (number, type) in [(7, "subset"), (8, "archived_asset")] {
        let other = document(
          ("_id", .objectID(id(number))), ("type", type.value), ("name", "hero".value))
        try await room.put([other])
      }
      let applied = await room.apply(plan)
      #expect(applied.isComplete)
    }
  }

  @Test("An operation that is refused stops no other")
  func isolation() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let plan = try await room.plan((1...20).map { Wanted($0, "n\($0)") })
      let applied = await room.apply(plan, .refuseOne(Wanted.id(7), "document too large"))
      #expect(applied.count("applied") == 19 && applied.count("failed") == 1)
      let index = try #require(plan.changes.firstIndex { $0.name == "n7" })
      #expect(applied.outcomes[index] == .failed("document too large"))
      #expect(try await room.all().count == 19)
    }
  }

  @Test("Progress counts the changes of all waves, a batch at a time")
  func progress() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      let wanted = [Wanted(1, "ep")] + (2...2501).map { Wanted($0, "n\($0)", on: [1]) }
      let plan = try await room.plan(wanted)
      let steps = Mutex<[Int]>([])
      let faulty = FaultyStore(room.store, [])
      let applied = await Applier(store: faulty, plan: plan, collection: room.collection)
        .apply { done, total in
          #expect(total == 2501)
          steps.withLock { $0.append(done) }
        }
      #expect(applied.isComplete)
      // The batches of a wave are written beside each other, and end in any order.
      let done = [0] + steps.withLock { $0 }
      let sizes = zip(done.dropFirst(), done).map { $0 - $1 }
      #expect(sizes.first == 1 && sizes.sorted() == [1, 500, 1000, 1000])
      #expect(await faulty.batchSizes.sorted() == [1, 500, 1000, 1000])
    }
  }

  private func subset(of number: Int) -> Document {
    document(
      ("_id", .objectID(id(99))), ("type", "subset".value), ("parent", .objectID(Wanted.id(number)))
    )
  }

  @Test("The collection is not renamed under work that was published since the plan")
  func renameUnderNewWork() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a").document, subset(of: 1)])
      let plan = Plan(
        project: PlannedProject(id: Wanted.project, title: "Show", collection: room.collection),
        collectionRename: CollectionRename(from: room.collection, to: "smallbuck"),
        changes: try await room.plan(Wanted(1, "a", fps: 24)).changes, held: [], unchanged: 0,
        kept: 0)
      let applied = await room.apply(plan)
      #expect(try await room.collections() == [room.collection])
      #expect(applied.outcomes[0].reason?.contains("work was published in it") == true)
    }
  }

  @Test("A sequence is not renamed over the one of its shots of which work was published since")
  func sequenceAboveNewWork() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      func wanted(_ prefix: String) -> [Wanted] {
        [Wanted(1, prefix)] + (2...4).map { Wanted($0, "\(prefix)_\($0)", below: 1) }
          + [Wanted(5, "other_\(prefix)")]
      }
      try await room.put(wanted("sq1").map(\.document))
      let plan = try await room.plan(wanted("sq9"))
      #expect(plan.changes.count == 5)
      try await room.put([subset(of: 3)])
      let applied = await room.apply(plan)
      #expect(try await room.names() == ["other_sq9", "sq1", "sq1_2", "sq1_3", "sq1_4"])
      #expect(applied.count("conflicted") == 4 && applied.count("applied") == 1)
      // What stands on no document that moves holds nobody.
      try await room.remove(id(99))
      try await room.put([subset(of: 5)])
      let again = await room.apply(try await room.plan(wanted("sq9")))
      #expect(again.isComplete)
    }
  }

  @Test("Work that is published during a swap leaves nobody under the temporary name")
  func swapUnderNewWork() async throws {
    try await StoreRoom.with(.dump) { (room) async throws in
      try await room.put([Wanted(1, "a").document, Wanted(2, "b").document])
      let plan = try await room.plan(Wanted(1, "b"), Wanted(2, "a"))
      #expect(plan.changes.count == 3)
      // Before the first step, of whichever: nobody moves.
      for number in [1, 2] {
        try await room.put([subset(of: number)])
        #expect(await !room.apply(plan).isComplete)
        #expect(try await room.all().prefix(2).map { $0["name"]?.string } == ["a", "b"])
        try await room.remove(id(99))
      }
      // After it: what stepped aside goes on.
      let applied = await room.apply(plan, .pass, .interfere([.insert(subset(of: 1))]))
      #expect(applied.isComplete, "\(applied.outcomes)")
      let names = try await room.all().compactMap { $0["name"]?.string }
      #expect(names == ["b", "a"])
    }
  }
}
