import BSON
import Identity
import Mapping
import Testing

@Suite("An evaluation that is kept")
struct MemoTests {
  /// Two sequences of three shots each.
  private struct Edited {
    var sequence = "SQ010"
    var shot = "SH010"
    var sibling = "SH020"
    var fields = #""description": "wide", "nb_frames": 10"#
    var isGone = false

    func production() throws -> Production {
      var show = Show()
      for (number, name) in [sequence, "SQ020"].enumerated() {
        let id = MemoTests.id(number + 1)
        show.add(.sequence, id: id, name)
        let shots = number == 0 ? [shot, sibling, "SH030"] : ["A", "B", "C"]
        for (place, name) in shots.enumerated() where number > 0 || place > 0 || !isGone {
          let fields = number + place == 0 ? self.fields : ""
          show.add(.shot, id: MemoTests.id(10 * (number + 1) + place), name, in: id, fields)
        }
      }
      return try show.production()
    }
  }

  private static func id(_ number: Int) -> String {
    "00000000-0000-4000-9000-0000000000" + (number < 10 ? "0\(number)" : "\(number)")
  }

  private static let shot = id(10)

  /// What is made anew once the entities changed, and what all of it is.
  private func update(
    _ edited: Edited, _ ids: [String]
  ) throws -> (update: MemoisedEvaluation.Update?, whole: Evaluation) {
    let mapping = try shipped()
    let facts = AvalonFacts()
    let memo = try #require(
      try MemoisedEvaluation.evaluate(
        mapping, over: Edited().production(), facts: facts, owner: "studio"
      )?.memo)
    let production = try edited.production()
    let whole = try #require(
      Evaluation.evaluate(mapping, over: production, facts: facts, owner: "studio"))
    return (memo.update(production, Set(ids.compactMap { EntityID($0) }), [:]), whole)
  }

  /// The documents that are made anew are those of the entities, and as they are in the whole.
  private func expect(
    _ result: (update: MemoisedEvaluation.Update?, whole: Evaluation), _ ids: [String]
  ) throws {
    let update = try #require(result.update)
    #expect(Set(update.documents.map { $0.identity.entity.description }) == Set(ids))
    for document in update.documents {
      let whole = result.whole.documents.first { $0.identity == document.identity }
      #expect(document.document == whole?.document)
      #expect(document.title() == whole?.title())
    }
  }

  @Test("An edit of a shot costs the shot")
  func one() throws {
    let edited = Edited(fields: #""description": "night", "nb_frames": 99"#)
    try expect(update(edited, [MemoTests.shot]), [MemoTests.shot])
    try expect(update(Edited(shot: "SH011"), [MemoTests.shot]), [MemoTests.shot])
  }

  @Test("A sequence's name costs its shots, whose names stand on it")
  func dependants() throws {
    let below = (10...12).map { MemoTests.id($0) }
    try expect(
      update(Edited(sequence: "SQ011"), [MemoTests.id(1)]), [MemoTests.id(1)] + below)
  }

  @Test("What is gone or left out is told, and nothing else is made")
  func gone() throws {
    let (gone, _) = try update(Edited(isGone: true), [MemoTests.shot])
    let left = try update(Edited(fields: #""canceled": true"#), [MemoTests.shot]).update
    for update in [gone, left] {
      #expect(try update?.identities == [Show.identity(MemoTests.shot)])
      #expect(update?.documents.isEmpty == true && update?.held.isEmpty == true)
    }
  }

  @Test("A name that two would have needs the whole, and so does one that two have")
  func disputes() throws {
    #expect(try update(Edited(shot: "SH020"), [MemoTests.shot]).update == nil)
    var mapping = try MemoisedEvaluation.evaluate(
      shipped(), over: Edited(shot: "SH020").production(), facts: AvalonFacts(), owner: "studio"
    )
    let shot = Set([try #require(EntityID(MemoTests.shot))])
    #expect(mapping?.evaluation.held.count == 2)
    #expect(try mapping?.memo?.update(Edited().production(), shot, [:]) == nil)
    // Another shot of the same sequence is none of the dispute's.
    mapping = try MemoisedEvaluation.evaluate(
      shipped(), over: Edited(shot: "SH020").production(), facts: AvalonFacts(), owner: "studio")
    let other = Set([try #require(EntityID(MemoTests.id(12)))])
    let update = try mapping?.memo?.update(Edited(shot: "SH020").production(), other, [:])
    #expect(update?.documents.map(\.name) == ["sq010_sh030"])
  }

  @Test("A document that was renamed in Avalon is looked at alone")
  func renamedInAvalon() throws {
    let identity = try Show.identity(MemoTests.shot)
    let production = try Edited().production()
    let memo = try #require(
      try MemoisedEvaluation.evaluate(
        shipped(), over: production, facts: facts([MemoTests.shot: "sq010_sh010"]),
        owner: "studio")?.memo)
    let known = AvalonFacts.Known(id: identity.derivedID, name: "other")
    let update = try #require(memo.update(production, [], [identity: known]))
    #expect(update.documents.map(\.name) == ["sq010_sh010"])
    #expect(memo.facts.documents[identity]?.name == "other")
  }
}
