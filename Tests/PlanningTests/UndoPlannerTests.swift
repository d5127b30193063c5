import BSON
import Identity
import Planning
import Testing

/// Each action turned backwards.
@Suite struct UndoPlannerTests {
  private func undo(
    _ batches: [JournalBatch], _ documents: [Document], published: Set<ObjectID> = [],
    mayDelete: Bool = false, follows: Bool = false
  ) -> Plan {
    UndoPlanner.plan(
      PlannedProject(id: show, title: "Show", collection: "show"), undoing: batches,
      documents: documents, published: published, owner: owner, mayDelete: mayDelete,
      follows: follows)
  }

  @Test func fieldsGetBackWhatTheyHad() throws {
    let before = [try ours(1, "a", #"{"data": {"fps": 24, "label": "A"}}"#)]
    let change = plan([try desired(1, "b", #"{"data": {"fps": 25}}"#)], before)
    let after = change.applied(to: before)
    let back = undo(try Journalled.batches(change), after)
    #expect(back.changes.map(\.action) == [.rename] && back.held.isEmpty)
    #expect(
      back.fieldTexts.sorted() == [
        #"data.fps: 25 → 24"#, #"data.label: none → "A""#, #"name: "b" → "a""#,
      ])
    #expect(back.applied(to: after)[0].isEquivalent(to: before[0]))
    #expect(undo(try Journalled.batches(change), before).isEmpty, "it is so already")
  }

  @Test func whatSomebodyChangedSinceIsHeld() throws {
    let before = [try ours(1, "a", #"{"data": {"fps": 24, "label": "A"}}"#)]
    let change = plan([try desired(1, "a", #"{"data": {"fps": 25, "label": "B"}}"#)], before)
    let after = change.applied(to: before)[0].setting(["data", "fps"][...], to: .int32(99))
    let back = undo(try Journalled.batches(change), [after])
    #expect(back.fieldTexts == [#"data.label: "B" → "A""#])
    #expect(back.heldTexts == ["field data.fps: somebody changed it since"])
  }

  @Test func swappedNamesAreSwappedBack() throws {
    let before = [try ours(1, "a"), try ours(2, "b")]
    let change = plan([try desired(1, "b"), try desired(2, "a")], before)
    #expect(change.changes.count == 3, "one steps aside")
    let after = change.applied(to: before)
    let back = undo(try Journalled.batches(change), after)
    #expect(back.changes.count == 3)
    let names = back.applied(to: after).map { $0["name"]?.string }
    #expect(names == ["a", "b"])
  }

  @Test func aCreatedDocumentIsArchived() throws {
    let change = plan([try desired(0, "show"), try desired(1, "a")], [])
    let after = change.applied(to: [])
    let back = undo(try Journalled.batches(change), after)
    #expect(back.changes.map(\.action) == [.archive])
    #expect(back.fieldTexts == [#"type: "asset" → "archived_asset""#])
    #expect(back.heldTexts == ["entity -: a project's document cannot be archived"])
  }

  @Test func orDeletedIfNobodyTouchedIt() throws {
    let change = plan([try desired(1, "a"), try desired(2, "b")], [])
    let after = change.applied(to: [])
    let batches = try Journalled.batches(change)
    let all = undo(batches, after, mayDelete: true)
    #expect(all.changes.map(\.action) == [.delete, .delete] && all.held.isEmpty)
    #expect(all.applied(to: after).isEmpty)

    let touched = after[0].setting(["data", "mine"][...], to: .int32(1))
    let kept = undo(batches, [touched, after[1]], mayDelete: true)
    #expect(kept.changes.map(\.id) == [id(2)])
    #expect(kept.heldTexts == ["entity -: somebody changed it since"])

    let published = undo(batches, after, published: [id(1)], mayDelete: true)
    #expect(published.heldTexts == ["entity -: something is published of it"])

    let below = try ours(3, "c", below: 1)
    let parentKept = undo(batches, after + [below], mayDelete: true)
    #expect(parentKept.changes.map(\.id) == [id(2)])
    #expect(parentKept.heldTexts == ["entity -: documents that stay stand below it"])
  }

  @Test func parentsGoWithTheirChildren() throws {
    let below = try desired(2, "b", on: [1], below: 1)
    let change = plan([try desired(1, "a"), below], [])
    let after = change.applied(to: [])
    let back = undo(try Journalled.batches(change), after, mayDelete: true)
    #expect(Set(back.changes.map(\.id)) == [id(1), id(2)] && back.held.isEmpty)
  }

  @Test func whatWasNotAppliedIsNotUndone() throws {
    let before = [try ours(1, "a", #"{"data": {"fps": 24}}"#)]
    let change = plan([try desired(1, "a", #"{"data": {"fps": 25}}"#)], before)
    let batches = try Journalled.batches(change, outcomes: [.conflicted("x")])
    #expect(undo(batches, change.applied(to: before)).isEmpty)
  }

  @Test func anUndoIsUndone() throws {
    let change = plan([try desired(1, "a", #"{"data": {"fps": 24}}"#)], [])
    let after = change.applied(to: [])
    let archive = undo(try Journalled.batches(change), after)
    let archived = archive.applied(to: after)
    let restore = undo(try Journalled.batches(archive, run: 2), archived)
    #expect(restore.changes.map(\.action) == [.restore])
    #expect(restore.applied(to: archived)[0].isEquivalent(to: after[0]))

    let delete = undo(try Journalled.batches(change), after, mayDelete: true)
    let create = undo(try Journalled.batches(delete, run: 3, deleted: after), [])
    #expect(create.changes.map(\.action) == [.create])
    #expect(create.applied(to: [])[0].isEquivalent(to: after[0]))
  }

  @Test func whatIsTooLargeForTheJournalIsSaid() throws {
    let text = String(repeating: "x", count: 9 << 20)
    let before = [try ours(1, "a")]
    let change = plan([try desired(1, "a", #"{"data": {"label": "\#(text)"}}"#)], before)
    let after = change.applied(to: before)
    let batches = try Journalled.batches(change)
    let back = undo(batches, after)
    #expect(
      back.heldTexts == [
        "entity -: its values are not in the journal: too large, or not ours alone"
      ])
    #expect(batches[0].entries[0].outcome(in: after[0]) == .applied)
  }

  /// A sequence that was renamed, with what stands below it.
  @Test func whatPublishedWorkStandsOnKeepsItsName() throws {
    func parents(_ name: String) -> String { #"{"data": {"parents": ["\#(name)"]}}"# }
    let before = [
      try ours(1, "sq", #"{"data": {"label": "SQ"}}"#),
      try ours(2, "sh", parents("sq"), below: 1),
      try ours(3, "other", parents("sq"), below: 1), try ours(4, "a"),
    ]
    let change = plan(
      [
        try desired(1, "sx", #"{"data": {"label": "SX"}}"#),
        try desired(2, "sh", parents("sx"), below: 1),
        try desired(3, "other", parents("sx"), below: 1), try desired(4, "b"),
      ], before)
    let (after, batches) = (change.applied(to: before), try Journalled.batches(change))
    let kept = undo(batches, after, published: [id(2)])
    #expect(
      kept.fieldTexts.sorted() == [#"data.label: "SX" → "SQ""#, #"name: "b" → "a""#],
      "what nothing stands on goes back")
    #expect(
      Set(kept.heldTexts) == [
        "field name: work was published of 'sh', which stands below it",
        "field data.parents: work was published of it",
        "field data.parents: 'sx', below which it stands, keeps its name and place",
      ])
    let all = undo(batches, after, published: [id(2)], follows: true)
    #expect(all.held.isEmpty)
    #expect(zip(all.applied(to: after), before).allSatisfy { $0.isEquivalent(to: $1) })
  }

  @Test func nothingIsArchivedThatOthersStandBelow() throws {
    let change = plan([try desired(1, "sq")], [])
    let created = change.applied(to: [])
    let batches = try Journalled.batches(change)
    let child = try ours(2, "sh", below: 1)
    let kept = undo(batches, created + [child])
    #expect(kept.isEmpty)
    #expect(kept.heldTexts == ["entity -: documents that stay stand below it"])
    let archived = child.setting(["type"][...], to: "archived_asset")
    #expect(undo(batches, created + [archived]).changes.map(\.action) == [.archive])
  }

  /// The run moved it below a document that it made.
  @Test func whatMovesAwayKeepsNoParent() throws {
    let child = try ours(2, "sh")
    let change = plan([try desired(1, "sq"), try desired(2, "sh", below: 1)], [child])
    let after = change.applied(to: [child])
    for mayDelete in [false, true] {
      let back = undo(try Journalled.batches(change), after, mayDelete: mayDelete)
      #expect(back.held.isEmpty && back.changes.count == 2, "\(back.heldTexts)")
    }
  }

  /// Nothing is published; what is named after it would stand below another one's name.
  @Test func aNameThatWasTakenSinceKeepsAllThatIsNamedAfterIt() throws {
    func parents(_ name: String) -> String { #"{"data": {"parents": ["\#(name)"]}}"# }
    let before = [
      try ours(1, "sq1"), try ours(2, "sq1_sh", parents("sq1"), below: 1), try ours(4, "a"),
    ]
    let change = plan(
      [
        try desired(1, "sq9"), try desired(2, "sq9_sh", parents("sq9"), below: 1),
        try desired(4, "b"),
      ], before)
    let (after, batches) = (change.applied(to: before), try Journalled.batches(change))
    let newcomer = try ours(3, "sq1")
    let kept = undo(batches, after + [newcomer])
    #expect(kept.fieldTexts == [#"name: "b" → "a""#])
    #expect(kept.heldTexts.contains("field name: another document has the name 'sq1'"))
    #expect(
      kept.heldTexts.contains(
        "field name: 'sq9', below which it stands, keeps its name and place"))
    #expect(undo(batches, after + [newcomer], follows: true).fieldTexts == kept.fieldTexts)
    let gone = newcomer.setting(["type"][...], to: "archived_asset")
    #expect(undo(batches, after + [gone]).changes.count == 3)
  }

  @Test func aCollectionThatHasAnotherNameSinceKeepsIt() throws {
    let header = JournalHeader(
      run: Journalled.run(1), scope: Journalled.scope, title: "Show", collection: "hulk2", plan: "")
    let record = JournalBatch.record(
      CollectionRename(from: "hulk", to: "hulk2"), header, id: strangeID(7))
    let batches = [try #require(JournalBatch(record)).settled([.applied])]
    func undo(in collection: String) -> Plan {
      UndoPlanner.plan(
        PlannedProject(id: show, title: "Show", collection: collection), undoing: batches,
        documents: [], published: [], owner: owner, mayDelete: false, follows: false)
    }
    #expect(undo(in: "hulk2").collectionRename == CollectionRename(from: "hulk2", to: "hulk"))
    let later = undo(in: "hulk3")
    #expect(later.isEmpty && later.heldTexts.count == 1, "\(later.heldTexts)")
    #expect(undo(in: "hulk").isEmpty && undo(in: "hulk").held.isEmpty, "it is so already")
  }

  /// A chain of names of which one stays.
  @Test func whoWouldTakeANameThatIsKeptStaysToo() throws {
    func parents(_ name: String) -> String { #"{"data": {"parents": ["\#(name)"]}}"# }
    let before = [
      try ours(1, "sq010"), try ours(2, "sq020"), try ours(3, "sh", parents("sq020"), below: 2),
      try ours(4, "work", parents("sq010"), below: 1),
    ]
    let change = plan(
      [
        try desired(1, "sq020"), try desired(2, "sq030"),
        try desired(3, "sh", parents("sq030"), below: 2),
        try desired(4, "work", parents("sq020"), below: 1),
      ], before)
    let (after, batches) = (change.applied(to: before), try Journalled.batches(change))
    let kept = undo(batches, after, published: [id(4)])
    #expect(kept.isEmpty, "\(kept.fieldTexts)")
    #expect(kept.heldTexts.contains("field name: another document has the name 'sq020'"))
    #expect(
      kept.heldTexts.contains(
        "field data.parents: 'sq030', below which it stands, keeps its name and place"))
    #expect(undo(batches, after).changes.count == 4)
  }

  @Test func aTaskThatStaysHoldsNothingBelowIt() throws {
    let before = [
      try ours(1, "sq", #"{"data": {"tasks": ["a"]}}"#), try ours(2, "x", below: 1),
      try ours(3, "work", below: 1),
    ]
    let change = plan(
      [
        try desired(1, "sq", #"{"data": {"tasks": ["a", "b"]}}"#), try desired(2, "y", below: 1),
        try desired(3, "work", below: 1),
      ], before)
    let back = undo(
      try Journalled.batches(change), change.applied(to: before), published: [id(3)])
    #expect(back.fieldTexts.contains(#"name: "y" → "x""#), "\(back.heldTexts)")
  }

  /// What came back, with a new document below it that somebody works on.
  @Test func aParentThatCameBackStaysAboveWhatStays() throws {
    let archived = try ours(1, "sq", #"{"type": "archived_asset"}"#)
    let change = plan(
      [
        try desired(1, "sq", #"{"type": "asset"}"#),
        try desired(2, "sh", #"{"type": "asset"}"#, below: 1),
      ],
      [archived])
    #expect(change.changes.map(\.action).contains(.restore))
    let (after, batches) = (change.applied(to: [archived]), try Journalled.batches(change))
    #expect(undo(batches, after, mayDelete: true).changes.count == 2)
    let kept = undo(batches, after, published: [id(2)], mayDelete: true)
    #expect(kept.isEmpty, "\(kept.fieldTexts)")
    #expect(kept.heldTexts.contains("field type: documents that stay stand below it"))
  }
}
