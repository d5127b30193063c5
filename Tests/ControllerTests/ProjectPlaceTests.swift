import BSON
import Identity
import Planning
import Testing

/// Which collection a project gets, and when it gets none.
@Suite("The collection of a project")
struct ProjectPlaceTests {
  private func foreignProject() throws -> Document {
    try JSON.document(#"{"type":"project","name":"gulls","data":{"code":"theirs"}}"#)
      .prepending("_id", .objectID(try #require(ObjectID(hex: "0123456789abcdef01234567"))))
  }

  @Test("A collection with a project document that is not ours is not written to")
  func foreign() async throws {
    try await DiskStudio.with { (studio) async throws in
      let theirs = try foreignProject()
      try studio.write([theirs])
      let plan = try await studio.plan(.small)
      #expect(plan.isEmpty && plan.held.map(\.scope) == [.project])
      #expect(
        plan.held.first?.reason
          == "the collection 'gulls' holds a project document (_id 0123456789abcdef01234567) that "
          + "is not ours")
      #expect(try await studio.sync(.small).outcomes.isEmpty)
      #expect(try studio.documents() == [theirs])
    }
  }

  @Test("Also beside our own project document")
  func foreignBesideOurs() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.write(try studio.documents() + [try foreignProject()])
      let plan = try await studio.plan(Show.small.with { $0.items[4].name = "Tern" })
      #expect(plan.isEmpty && plan.held.map(\.scope) == [.project])
    }
  }

  @Test("A collection without a project document is used")
  func assetsOnly() async throws {
    try await DiskStudio.with { (studio) async throws in
      let theirs = try JSON.document(#"{"type":"asset","name":"heron","data":{}}"#)
        .prepending("_id", .objectID(try #require(ObjectID(hex: "0123456789abcdef01234567"))))
      try studio.write([theirs])
      let plan = try await studio.plan(.small)
      #expect(plan.count(.create) == 5)
      #expect(
        plan.heldReasons == [
          "entity Heron: the name 'heron' is also that of the document 0123456789abcdef01234567, "
            + "which is not ours ('--adopt on' takes documents over by their names)"
        ])
      #expect(try await studio.sync(.small).isComplete)
      #expect(try studio.documents().first == theirs)
    }
  }

  @Test("A project that is renamed keeps its name and collection, and all else goes on")
  func renamed() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let renamed = Show.small.with {
        $0.name = "Terns"
        $0.items[2].name = "SH015"
      }
      let plan = try await studio.plan(renamed)
      #expect(plan.project.collection == "gulls")
      #expect(
        plan.heldReasons == [
          "name Terns: it would be named 'terns', but its collection in Avalon would have to become "
            + "'terns': open sessions, folders and published paths name the old one"
        ])
      #expect(
        plan.written == [
          "gulls": ["data.label"], "ep01_sq010_sh015": ["data.label", "name"],
        ])
      #expect(try await studio.sync(renamed).isComplete)
      #expect(try await studio.plan(renamed).isEmpty)
      #expect(try await studio.collections() == ["gulls"])
    }
  }

  @Test("A project that gets a name that cannot be used keeps its own, and all else goes on")
  func renamedInvalid() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let renamed = Show.small.with {
        $0.name = "!!!"
        $0.fps = "25"
      }
      let plan = try await studio.plan(renamed)
      #expect(plan.project.collection == "gulls" && plan.held.map(\.scope) == [.name])
      #expect(plan.written["gulls"] == ["data.label", "data.fps"])
      let new = try await studio.plan(Show.small.asProject(7, "!!!"), among: [.small])
      #expect(new.isEmpty && new.held.map(\.scope) == [.project])
    }
  }

  @Test("Two projects with one name are both held where neither is in Avalon")
  func twoNewcomers() async throws {
    try await DiskStudio.with { (studio) async throws in
      let other = Show.small.asProject(7, "GULLS")
      for (show, rival) in [(Show.small, other), (other, Show.small)] {
        let plan = try await studio.plan(show, among: [rival])
        #expect(
          plan.held.map(\.reason) == [
            "the project '\(rival.name)' would use the same collection 'gulls'"
          ])
        #expect(try await studio.sync(show, among: [rival]).outcomes.isEmpty)
      }
      #expect(try await studio.collections().isEmpty)
    }
  }

  @Test("A project that is in Avalon keeps its collection when another takes its name")
  func incumbent() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let other = Show.small.asProject(7, "GULLS")
      #expect(try await studio.plan(.small, among: [other]).held.isEmpty)
      #expect(try await studio.plan(other, among: [.small]).held.map(\.scope) == [.project])
      // Also when it has another name in Kitsu by now.
      let renamed = Show.small.with { $0.name = "Terns" }
      let plan = try await studio.plan(other, among: [renamed])
      #expect(plan.isEmpty && plan.held.map(\.scope) == [.project])
    }
  }

  @Test("A collection that was renamed in the database is found again")
  func movedCollection() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.write(try studio.documents(), "birds")
      try studio.write([])
      let plan = try await studio.plan(Show.small.with { $0.items[4].description = "grey" })
      #expect(plan.project.collection == "birds" && plan.held.map(\.scope) == [.name])
      // The project's document is found by its collection's name, and so is told that one.
      #expect(plan.written == ["heron": ["data.description"], "birds": ["name"]])
    }
  }

  @Test("A copy of a collection is not taken for the collection")
  func copiedCollection() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.write(try studio.documents(), "zz_backup")
      #expect(try await studio.plan(.small).project.collection == "gulls")
      let renamed = try await studio.plan(Show.small.with { $0.name = "Terns" })
      #expect(
        renamed.held.map(\.reason) == [
          "the collections 'gulls' and 'zz_backup' both hold its project document"
        ])
    }
  }
}

extension Document {
  func prepending(_ name: FieldName, _ value: Value) -> Document {
    DocumentWriter.document { writer in
      writer.append(name, value)
      for element in self { writer.append(element) }
    }
  }
}
