import BSON
import Identity
import Planning
import Testing

/// Each action turned backwards.
@Suite struct UndoPlannerTests {
  private func undo(
    _ batches: [JournalBatch], _ documents: [Document], published: Set<ObjectID> = [],
    mayDelete: Bool = false
  ) -> Plan {
    UndoPlanner.plan(
      PlannedProject(id: show, title: "Show", collection: "show"), undoing: batches,
      documents: documents, published: published, owner: owner, mayDelete: mayDelete)
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

    let below = try ours(3, "c").setting(
      ["data", "visualParent"][...], to: .objectID(id(1)))
    let parentKept = undo(batches, after + [below], mayDelete: true)
    #expect(parentKept.changes.map(\.id) == [id(2)])
    #expect(parentKept.heldTexts == ["entity -: documents that stay stand below it"])
  }

  @Test func parentsGoWithTheirChildren() throws {
    let child = try desired(2, "b")
    let document = child.document.setting(["data", "visualParent"][...], to: .objectID(id(1)))
    let below = DesiredDocument(
      identity: child.identity, rule: "shot", shape: shape, document: document, id: child.id,
      name: "b", heldFields: [], nameHold: nil, notes: [], references: [id(1)], title: { "b" })
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
    #expect(back.heldTexts == ["entity -: its values were too large for the journal"])
    #expect(batches[0].entries[0].outcome(in: after[0]) == .applied)
  }
}
