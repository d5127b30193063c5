import BSON
import Identity
import Planning
import TestSupport
import Testing

/// The table of ``Planner``, row by row.
@Suite("What a plan does with each document")
struct PlannerTests {
  @Test("Not in Avalon: create, with every field for people to see")
  func create() throws {
    let plan = plan([try desired(1, "a", #"{"data":{"fps":24,"inputs":[]}}"#)], [])
    let change = try #require(plan.changes.first)
    #expect(plan.changes.count == 1 && plan.unchanged == 0)
    #expect(change.action == .create && change.id == id(1) && change.name == "a")
    #expect(change.document?["_id"]?.objectID == id(1))
    #expect(
      change.shownFields.map(\.path.description) == [
        "name", "type", "data.fps", "data.inputs", "data.kitsu.id", "data.kitsu.facet",
        "data.kitsu.owner",
      ])
    #expect(change.shownFields.allSatisfy { $0.before == nil && $0.reason == .missing })
    #expect(change.previousName == nil && change.takesName)
  }

  @Test("Linked and the same: unchanged")
  func unchanged() throws {
    let plan = plan([try desired(1, "a")], [try ours(1, "a", #"{"data":{"theirs":1}}"#)])
    #expect(plan.isEmpty && plan.unchanged == 1 && plan.kept == 0 && plan.waveCount == 0)
  }

  @Test("Linked with other fields: update; with another name: rename with its other fields")
  func updateAndRename() throws {
    let plan = plan(
      [
        try desired(1, "a", #"{"data":{"fps":25}}"#),
        try desired(2, "new", #"{"data":{"fps":25}}"#),
      ],
      [try ours(1, "a"), try ours(2, "old")])
    #expect(plan.changes.map(\.action) == [.update, .rename])
    #expect(plan.changes[0].previousName == nil && !plan.changes[0].takesName)
    #expect(plan.changes[1].previousName == "old" && plan.changes[1].fields.count == 2)
  }

  @Test("A document is ours by its link, whatever its _id")
  func strangeIdentifier() throws {
    let plan = plan(
      [try desired(1, "b", id: strangeID(77))], [try ours(1, "a", id: strangeID(77))])
    #expect(plan.changes.map(\.action) == [.rename] && plan.changes[0].id == strangeID(77))
  }

  @Test("A link that was lost: adopt by the derived _id")
  func adopt() throws {
    let stripped = try document(1, "a".value, #"{"data":{"fps":24}}"#)
    let plan = plan([try desired(1, "a", #"{"data":{"fps":24}}"#)], [stripped])
    #expect(plan.changes.map(\.action) == [.adopt])
    #expect(
      plan.changes[0].fields.map(\.path.description) == [
        "data.kitsu.id", "data.kitsu.facet", "data.kitsu.owner",
      ])
    #expect(plan.changes[0].fields.allSatisfy { $0.reason == .link })
  }

  @Test("A document that lost all of its data is adopted too")
  func adoptBare() throws {
    let bare = try document(1, nil, #"{"data":null}"#)
    let plan = plan([try desired(1, "a", #"{"data":{"fps":24}}"#)], [bare])
    #expect(plan.changes.map(\.action) == [.adopt])
    #expect(plan.changes[0].takesName && plan.changes[0].previousName == nil)
    #expect(Set(plan.changes[0].fields.map(\.path.description)) == ["name", "data"])
  }

  @Test("Ours that nobody wants is kept as it is and counted")
  func kept() throws {
    let hold = HeldItem(
      scope: .entity, identity: identity(2), kind: "shot", title: "2", name: "b", reason: "invalid",
      remedy: "correct it")
    let plan = plan([], [try ours(1, "a"), try ours(2, "b")], held: [hold])
    #expect(plan.isEmpty && plan.kept == 1 && plan.held == [hold])
  }

  @Test("Documents of others are never looked at")
  func foreign() throws {
    let other = link(1, owner: "somebody else")
    let plan = plan(
      [],
      [
        try document(1, "a".value, "{}", link: other),
        try document(2, "b".value, "{}", id: strangeID(2)),
      ])
    #expect(plan.isEmpty && plan.kept == 0 && plan.held.isEmpty)
  }

  @Test("The state tells documents apart, in whatever order they come")
  func observed() throws {
    let documents = [
      try ours(1, "a", id: strangeID(9)), try ours(1, "b", id: strangeID(3)), try ours(2, "c"),
      try document(3, "d".value, "{}", link: link(3, owner: "x")),
      try document(3, "d".value, "{}", id: strangeID(4), link: link(3, owner: "w")),
      try document(4, "e".value), try document(5, "d".value, #"{"type":"archived_asset"}"#),
      try document(0, "show".value, link: link(0)),
      try document(0, "p".value, id: strangeID(1)),
    ]
    for seed in 0..<20 {
      var generator = SeededRandom(UInt64(seed))
      let state = ObservedState(
        documents.shuffled(using: &generator), project: show, owner: owner)
      #expect(state.count == 9)
      #expect(state.doubled[identity(1)]?.compactMap { $0["name"]?.string } == ["b", "a"])
      #expect(state.linked[identity(1)]?["name"]?.string == "b")
      #expect(state.linked.count == 3)
      #expect(state.foreignOwners.mapValues(\.owner) == [identity(3): "w"])
      #expect(state.foreignNames == ["d": min(id(3), strangeID(4)), "e": id(4)])
      #expect(Set(state.unlinked.keys) == [id(4), id(5), strangeID(1)])
      #expect(state.projects.map { $0["_id"]?.objectID } == [strangeID(1), id(0)].sorted())
    }
  }

  @Test("A document whose _id is no ObjectId is nobody's, and counts")
  func strangeDocuments() throws {
    func strange(_ type: String, _ name: String) -> Document {
      DocumentWriter.document { writer in
        writer.append("_id", "by hand")
        writer.append("type", type)
        writer.append("name", name)
      }
    }
    let documents = [strange("asset", "a"), strange("project", "show"), try ours(1, "b")]
    let state = ObservedState(documents, project: show, owner: owner)
    #expect(state.strangeNames == ["a"] && state.projects.count == 1 && state.count == 1)
    let again = ObservedState(
      Array(state.documents.values) + state.strange, project: show, owner: owner)
    #expect(again.strangeNames == ["a"] && again.projects.count == 1 && again.count == 1)
  }

  @Test("A project that is held has a plan that does nothing")
  func heldProject() {
    let project = PlannedProject(id: show, title: "Show", collection: nil)
    let plan = Plan.held(project, "two have this name", remedy: "rename one")
    #expect(plan.isEmpty && plan.held.map(\.scope) == [.project] && plan.count(.create) == 0)
  }

  @Test("Held items stand in the order of their scopes, then by kind and title")
  func heldOrder() {
    func item(_ scope: HeldItem.Scope, _ title: String) -> HeldItem {
      HeldItem(
        scope: scope, identity: nil, kind: "shot", title: title, name: nil, reason: "r", remedy: "m"
      )
    }
    let sorted = [
      item(.project, "z"), item(.entity, "a"), item(.entity, "b"), item(.name, "a"),
      item(.field, "a"),
    ]
    for seed in 0..<10 {
      var generator = SeededRandom(UInt64(seed))
      #expect(plan([], [], held: sorted.shuffled(using: &generator)).held == sorted)
    }
  }
}
