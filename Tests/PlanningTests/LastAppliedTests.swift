import BSON
import Identity
import Planning
import TestSupport
import Testing

/// What was last applied tells an edit in Avalon from one in Kitsu.
@Suite struct LastAppliedTests {
  private func applied(
    _ wanted: DesiredDocument..., isMappingNew: Bool = false
  ) throws -> (LastApplied, [Document]) {
    let first = plan(wanted, [])
    var last = LastApplied(isMappingNew: isMappingNew)
    for batch in try Journalled.batches(first) { last.fold(batch) }
    return (last, first.applied(to: []))
  }

  private func reasons(
    _ wanted: DesiredDocument, _ observed: [Document], _ last: LastApplied
  ) -> [String: Reason] {
    let plan = plan([wanted], observed).explained(by: last)
    return Dictionary(
      uniqueKeysWithValues: plan.changes.flatMap(\.fields).map { ($0.path.description, $0.reason) })
  }

  private func edited(_ document: Document, _ path: FieldPath, _ value: Value?) -> Document {
    document.setting(path.names[...], to: value)
  }

  @Test func anEditInKitsuIsAChangeAndOneInAvalonIsDrift() throws {
    let (last, there) = try applied(desired(1, "a", #"{"data": {"fps": 24, "label": "A"}}"#))
    let next = try desired(1, "a", #"{"data": {"fps": 25, "label": "A", "frames": 3}}"#)
    #expect(
      reasons(next, there, last) == ["data.fps": .changed, "data.frames": .changed])
    let same = try desired(1, "a", #"{"data": {"fps": 24, "label": "A"}}"#)
    let drifted = edited(
      edited(there[0], ["data", "fps"], .int32(99)), ["data", "status"], "x".value)
    #expect(reasons(same, [drifted], last) == ["data.fps": .drift, "data.status": .drift])
    let gone = edited(there[0], ["data", "label"], nil)
    #expect(reasons(same, [gone], last) == ["data.label": .drift])
    // The same number of another type is the same.
    let double = edited(there[0], ["data", "fps"], .double(24))
    #expect(reasons(next, [double], last)["data.fps"] == .changed)
  }

  @Test func withoutAJournalReasonsStayAsTheyAre() throws {
    let (_, there) = try applied(desired(1, "a", #"{"data": {"fps": 24}}"#))
    let next = try desired(1, "a", #"{"data": {"fps": 25}}"#)
    #expect(reasons(next, there, LastApplied()) == ["data.fps": .differs])
  }

  @Test func aNewMappingIsTheReason() throws {
    let (last, there) = try applied(
      desired(1, "a", #"{"data": {"fps": 24}}"#), isMappingNew: true)
    let next = try desired(1, "a", #"{"data": {"fps": 25, "frames": 3}}"#)
    #expect(reasons(next, there, last) == ["data.fps": .mapping, "data.frames": .mapping])
  }

  @Test func whatWasNotAppliedIsNotRemembered() throws {
    let first = try plan([desired(1, "a", #"{"data": {"fps": 24}}"#)], [])
    var last = LastApplied()
    for batch in try Journalled.batches(first, outcomes: [.failed("x")]) { last.fold(batch) }
    #expect(last.isEmpty)
  }

  @Test func updatesAreFoldedOverTheCreate() throws {
    var (last, there) = try applied(desired(1, "a", #"{"data": {"status": {"x": 1, "y": 2}}}"#))
    let second = try plan([desired(1, "a", #"{"data": {"status": {"x": 3}}}"#)], there)
    for batch in try Journalled.batches(second, run: 2) { last.fold(batch) }
    there = second.applied(to: there)
    let third = try desired(1, "a", #"{"data": {"status": {"x": 4, "y": 5}}}"#)
    #expect(
      reasons(third, there, last) == ["data.status.x": .changed, "data.status.y": .changed])
  }

  /// In a record new documents stand as they differ from the first one of their rule.
  @Test func everyDocumentOfABatchIsRemembered() throws {
    var random = SeededRandom(7)
    for _ in 0..<200 {
      let wanted = try (1...6).map { number in
        let fields = ["fps", "label", "frames"].filter { _ in random.below(3) > 0 }
          .map { #""\#($0)": \#(random.below(3))"# }
        return try desired(
          number, "d\(number)", #"{"data": {\#(fields.joined(separator: ", "))}}"#,
          rule: random.below(2) == 0 ? "shot" : "asset")
      }
      let first = plan(wanted, [])
      var last = LastApplied()
      for batch in try Journalled.batches(first) { last.fold(batch) }
      for document in first.applied(to: []) {
        let id = try #require(document["_id"]?.objectID)
        for field in ["fps", "label", "frames"] {
          let path: FieldPath = ["data", FieldName(field)]
          let before = document[path: path.names]
          let change = FieldChange(path: path, before: before, after: .int(9), reason: .differs)
          #expect(last.reason(for: change, of: id) == (before == nil ? .differs : .changed))
          let drifted = FieldChange(path: path, before: .int(7), after: .int(9), reason: .differs)
          #expect(last.reason(for: drifted, of: id) == .drift)
        }
      }
    }
  }

  /// So that who was cut off half-way may begin anew.
  @Test func addingBatchesTwiceChangesNothing() throws {
    var random = SeededRandom(11)
    for _ in 0..<100 {
      var there: [Document] = []
      var batches: [JournalBatch] = []
      for run in 1...6 {
        let wanted = try (1...5).map { number in
          let status = (0..<random.below(3)).map { #""s\#($0)": \#(random.below(3))"# }
          return try desired(
            number, "d\(number)",
            #"{"data": {"fps": \#(random.below(3)), "status": {\#(status.joined(separator: ","))}}}"#
          )
        }
        let next = plan(wanted, there)
        batches += try Journalled.batches(next, run: run)
        there = next.applied(to: there)
      }
      let parts = Set(there.compactMap { $0["_id"]?.objectID.map(LastApplied.part) })
      var last = LastApplied()
      for batch in batches { last.fold(batch) }
      func content() -> [Value] { last.parts(parts).flatMap { $0.fields.map { $0.1 } } }
      let once = content()
      for batch in batches { last.fold(batch) }
      #expect(content() == once)
    }
  }

  @Test func aSnapshotHoldsTheSame() throws {
    let (last, there) = try applied(
      desired(1, "a", #"{"data": {"fps": 24, "inputs": [1]}}"#), desired(2, "b"))
    var copy = LastApplied()
    let parts = Set(there.compactMap { $0["_id"]?.objectID.map(LastApplied.part) })
    for (_, fields) in last.parts(parts) {
      copy.fold(
        snapshot: DocumentWriter.document { writer in
          for (name, value) in fields { writer.append(name, value) }
        })
    }
    let next = try desired(1, "a", #"{"data": {"fps": 25}}"#)
    #expect(reasons(next, there, copy) == ["data.fps": .changed])
  }

  // MARK: Fields that an older mapping named

  private let small = Shape([(["type"], .own), (["data", "fps"], .own)])

  @Test func aFieldThatTheMappingNoLongerNamesIsUnset() throws {
    let (last, there) = try applied(
      desired(1, "a", #"{"silo": "s", "data": {"fps": 24, "label": "A", "inputs": [1]}}"#),
      isMappingNew: true)
    let abandoned = last.abandoned(there[0], small)
    #expect(abandoned.changes.map(\.path) == [["data", "label"], ["silo"]])
    #expect(abandoned.changes.allSatisfy { $0.after == nil && $0.reason == .mapping })
    #expect(abandoned.told.isEmpty, "the seed stays")
  }

  @Test func unlessSomebodyEditedIt() throws {
    let (last, there) = try applied(
      desired(1, "a", #"{"data": {"fps": 24, "label": "A"}}"#), isMappingNew: true)
    let drifted = edited(there[0], ["data", "label"], "mine".value)
    let abandoned = last.abandoned(drifted, small)
    #expect(abandoned.changes.isEmpty && abandoned.told == [["data", "label"]])
    var circumstances = Circumstances()
    circumstances.lastApplied = last
    let plan = Planner.plan(
      project: PlannedProject(id: show, title: "Show", collection: "show"),
      desired: [try desired(1, "a", #"{"data": {"fps": 24}}"#, shape: small)],
      observed: ObservedState([drifted], project: show, owner: owner), held: [],
      circumstances: circumstances)
    #expect(plan.changes.isEmpty)
    #expect(
      plan.heldTexts == [
        "field data.label: the mapping no longer names it, and it was edited in Avalon"
      ])
  }

  /// What the undo puts back was an artist's before we came.
  @Test func orAnUndoPutItBack() throws {
    let there = try [ours(1, "a", #"{"data": {"fps": 24, "label": "v0"}}"#)]
    let change = try plan([desired(1, "a", #"{"data": {"fps": 25, "label": "v1"}}"#)], there)
    let back = try plan(
      [desired(1, "a", #"{"data": {"fps": 24, "label": "v0"}}"#)],
      change.applied(to: there))
    for isUndo in [true, false] {
      var last = LastApplied(isMappingNew: true)
      for batch in try Journalled.batches(change) { last.fold(batch) }
      for batch in try Journalled.batches(back, run: 2, isUndo: isUndo) { last.fold(batch) }
      let abandoned = last.abandoned(there[0], small)
      #expect(abandoned.changes.map(\.path) == (isUndo ? [] : [["data", "label"]]))
    }
  }

  /// The hash is of the whole list, which has other people's items in it.
  @Test func orOthersHaveItemsInTheList() throws {
    for (before, list, isUnset) in [
      (#"{"data": {"tasks": ["extra"]}}"#, #"["extra", "anim"]"#, false),
      ("{}", #"["anim"]"#, true),
    ] {
      let wanted = try desired(
        1, "a", #"{"data": {"tasks": ["anim"]}}"#, items: ["data.tasks": ["anim"]])
      let change = try plan([wanted], [ours(1, "a", before)])
      var last = LastApplied(isMappingNew: true)
      for batch in try Journalled.batches(change) { last.fold(batch) }
      let now = try ours(
        1, "a", #"{"data": {"tasks": \#(list)}}"#, items: ["data.tasks": ["anim"]])
      let abandoned = last.abandoned(now, small)
      #expect(abandoned.changes.map(\.path) == (isUnset ? [["data", "tasks"]] : []))
      #expect(abandoned.told == (isUnset ? [] : [["data", "tasks"]]))
    }
  }

  @Test func orTheMappingIsTheSame() throws {
    let (last, there) = try applied(desired(1, "a", #"{"data": {"label": "A"}}"#))
    #expect(last.abandoned(there[0], small).changes.isEmpty)
  }
}
