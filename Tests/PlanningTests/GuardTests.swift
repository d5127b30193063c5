import BSON
import Identity
import Planning
import Testing

/// What the thresholds are taken of.
@Suite("Guards judge what is alive") struct GuardTests {
  /// Ten assets that live, and sixty that were archived or belong to others.
  private func documents(_ json: String = "{}") throws -> [Document] {
    let archived = #"{"type": "archived_asset", "data": {"fps": 24}}"#
    return try (1...10).map { try ours($0, "live\($0)", json) }
      + (11...40).map { try ours($0, "old\($0)", archived) }
      + (41...70).map {
        try document(
          $0, .string("theirs\($0)"), #"{"data": {"fps": 24}}"#, link: link($0, owner: "other"))
      }
  }

  private func holds(_ plan: Plan, _ documents: [Document]) -> [String] {
    GuardCheck(plan, ObservedState(documents, project: show, owner: owner))
      .holds(entityCount: 10, allowed: []).map(\.reason)
  }

  private func plan(
    _ wanted: [DesiredDocument], _ documents: [Document], _ disposal: Disposal
  ) -> Plan {
    var circumstances = Circumstances()
    circumstances.disposal = { _, _ in disposal }
    circumstances.published = []
    return Planner.plan(
      project: PlannedProject(id: show, title: "Show", collection: "show"), desired: wanted,
      observed: ObservedState(documents, project: show, owner: owner), held: [],
      circumstances: circumstances)
  }

  @Test("Removals") func removals() throws {
    let documents = try documents()
    let plan = plan(try (5...10).map { try desired($0, "live\($0)") }, documents, .archive)
    #expect(plan.count(.archive) == 4)
    #expect(
      holds(plan, documents) == [
        "4 of 10 documents would be archived or deleted, more than 30 %"
      ])
  }

  @Test("Emptied fields, beside what is cancelled and kept too") func emptied() throws {
    let documents = try documents(#"{"data": {"fps": 24}}"#)
    // Five are wanted, of four the field is emptied; the other five are kept, and have it.
    let wanted = try (1...5).map { number in
      try desired(number, "live\(number)", number == 5 ? #"{"data": {"fps": 24}}"# : "{}")
    }
    let few = plan(wanted, documents, .keep)
    #expect(few.fieldTexts.count == 4 && few.kept == 35)
    #expect(holds(few, documents).isEmpty, "five are too few to be judged")
    let all = plan(
      try (1...10).map { try desired($0, "live\($0)", $0 < 5 ? "{}" : #"{"data": {"fps": 24}}"#) },
      documents, .keep)
    #expect(
      holds(all, documents) == [
        "4 of 10 documents with a value in 'data.fps' would lose it, more than 30 %"
      ])
  }

  @Test("What is archived and goes for good counts") func oldOnes() throws {
    let documents = try documents()
    let plan = plan(try (1...10).map { try desired($0, "live\($0)") }, documents, .delete)
    #expect(plan.count(.delete) == 30)
    #expect(holds(plan, documents).map { $0.prefix(8) } == ["30 of 40"])
  }

  @Test("Nothing is deleted above archived work") func archivedWork() throws {
    let archived = #"{"type": "archived_asset"}"#
    let documents = [try ours(1, "sq"), try ours(2, "sh", archived, below: 1)]
    func plan(_ published: Set<ObjectID>) -> Plan {
      var circumstances = Circumstances()
      circumstances.disposal = { identity, _ in
        identity == PlanningTests.identity(1) ? .delete : .archive
      }
      circumstances.published = published
      return Planner.plan(
        project: PlannedProject(id: show, title: "Show", collection: "show"), desired: [],
        observed: ObservedState(documents, project: show, owner: owner), held: [],
        circumstances: circumstances)
    }
    #expect(plan([]).changes.map(\.action) == [.delete])
    let kept = plan([id(2)])
    #expect(kept.changes.isEmpty)
    #expect(kept.heldTexts.count == 1 && kept.heldTexts[0].contains("stands below it"))
  }
}
