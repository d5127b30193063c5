import BSON
import Identity
import Planning
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

  @Test func aSnapshotHoldsTheSame() throws {
    let (last, there) = try applied(
      desired(1, "a", #"{"data": {"fps": 24, "inputs": [1]}}"#), desired(2, "b"))
    var copy = LastApplied()
    for record in last.snapshot({ number, writer in writer.append("n", .int(number)) }) {
      copy.fold(snapshot: record)
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

  @Test func orTheMappingIsTheSame() throws {
    let (last, there) = try applied(desired(1, "a", #"{"data": {"label": "A"}}"#))
    #expect(last.abandoned(there[0], small).changes.isEmpty)
  }
}
