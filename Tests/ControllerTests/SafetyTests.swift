import Avalon
import BSON
import Controller
import Foundation
import Identity
import Mapping
import Planning
import ShippedMappings
import TestSupport
import Testing
import YAML

@testable import Kitsu

/// What stands in Avalon and is worked with stays as it is, unless somebody asks for it.
@Suite("Safe on a database with years of work in it")
struct SafetyTests {
  // MARK: Protection

  @Test("A published shot keeps its name and place, and its label follows")
  func published() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.publish(3)
      let renamed = Show.small.with { $0.items[2].name = "SH015" }
      let plan = try await studio.plan(renamed)
      #expect(plan.written == ["ep01_sq010_sh010": ["data.label"]])
      let hold = try #require(plan.held.first)
      #expect(plan.held.count == 1 && hold.scope == .name)
      #expect(
        hold.reason
          == "it would be named 'ep01_sq010_sh015', but work was published of it")
      #expect(hold.remedy.contains("protect: follow"))
      #expect(try await studio.sync(renamed).isComplete)
      #expect(try await studio.plan(renamed).isEmpty)
    }
  }

  @Test("One published shot holds its sequence's name, and a new shot is named like its siblings")
  func siblings() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.publish(3)
      let renamed = Show.small.with {
        $0.items[1].name = "SQ020"
        $0.items.append(Show.Item(number: 6, kind: .shot, name: "SH030", parent: 2))
      }
      #expect(try await studio.sync(renamed).isComplete)
      let names = try studio.documents().compactMap { $0["name"]?.string }
      #expect(
        Set(names).isSuperset(of: [
          "ep01_sq010", "ep01_sq010_sh010", "ep01_sq010_sh020", "ep01_sq010_sh030",
        ]))
      let new = try #require(try studio.document(6))
      #expect(
        new[path: ["data", "parents"]]?.array?.compactMap(\.string) == ["ep01", "ep01_sq010"])
      #expect(try await studio.plan(renamed).isEmpty)
    }
  }

  @Test("With `follow` a published shot is renamed, and the copy of its name with it")
  func follow() async throws {
    try await DiskStudio.with { (studio) async throws in
      let follow = try Site.overlay("rules: {shot: {protect: follow}}")
      try await studio.sync(.small)
      try studio.publish(3)
      try studio.edit(3) {
        ArtistEdits.setting(["data", "name"], to: .string("ep01_sq010_sh010"), in: $0)
      }
      let site = try studio.site([Show.small.with { $0.items[2].name = "SH015" }], mapping: follow)
      let plan = try await site.onlyPlan()
      #expect(plan.written["ep01_sq010_sh015"]?.contains("data.name") == true)
      #expect(await site.apply(plan).isComplete)
      #expect(
        try studio.document(3)?[path: ["data", "name"]] == .string("ep01_sq010_sh015"))
      #expect(try await site.onlyPlan().isEmpty)
    }
  }

  @Test("A task type that is renamed keeps its name where a published shot has it")
  func taskNames() async throws {
    try await DiskStudio.with { (studio) async throws in
      let show = Show.small.with { $0.items[2].tasks = [Show.Job(number: 90, type: 1)] }
      try await studio.sync(show)
      try studio.publish(3)
      let mapping = try Site.overlay("define: {task_name: 'x_${value | sanitise}'}")
      let site = try studio.site([show], mapping: mapping)
      let plan = try await site.onlyPlan()
      #expect(plan.held.contains { $0.reason.contains("the task 'animation' would be named") })
      #expect(await site.apply(plan).isComplete)
      let shot = try #require(try studio.document(3))
      #expect(shot[path: ["data", "tasks"]]?.array?.compactMap(\.string) == ["animation"])
      let project = try #require(try studio.documents().first { $0["type"]?.string == "project" })
      let tasks = project[path: ["config", "tasks"]]?.array?.compactMap {
        $0.document?["name"]?.string
      }
      #expect(tasks?.contains("animation") == true && tasks?.contains("x_layout") == true)
      #expect(try await site.onlyPlan().isEmpty)
    }
  }

  // MARK: A project's rename

  @Test("A project's collection follows when it is allowed, and a crash in between is finished")
  func projectRename() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      var site = try studio.site([Show.small.with { $0.name = "Terns" }])
      site.allowed = [.projectRename]
      let plan = try await site.onlyPlan()
      #expect(plan.collectionRename == CollectionRename(from: "gulls", to: "terns"))
      // The process dies after the collection moved.
      try await studio.store.rename(collection: "gulls", to: "terns")
      site.allowed = []
      let rest = try await site.onlyPlan()
      #expect(rest.collectionRename == nil && rest.written["terns"]?.contains("name") == true)
      #expect(await site.apply(rest).isComplete)
      #expect(try await studio.collections() == ["terns"])
      let documents = try studio.documents("terns")
      #expect(documents.count == 6 && documents.contains { $0["name"] == .string("terns") })
      #expect(try await site.onlyPlan().isEmpty)
    }
  }

  @Test("Where work was published, a project keeps its collection though it is allowed to go")
  func publishedProject() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.publish(3)
      var site = try studio.site([Show.small.with { $0.name = "Terns" }])
      site.allowed = [.projectRename]
      let plan = try await site.onlyPlan()
      #expect(plan.collectionRename == nil && plan.written == ["gulls": ["data.label"]])
      #expect(plan.held.map(\.scope) == [.name])
    }
  }

  // MARK: Adoption

  @Test("Documents of OpenPype's module are taken over by the ids that they hold")
  func adoptByID() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      try studio.replaceLinks { entity in
        DocumentWriter.document { $0.append("id", entity.description) }
      }
      let ids = try studio.ids()
      let site = try studio.site([.small])
      let plan = try await site.onlyPlan()
      #expect(plan.count(.create) == 0 && plan.count(.adopt) == 6)
      #expect(plan.changes.allSatisfy { $0.evidence?.contains("data.zou") == true })
      #expect(await site.apply(plan).isComplete)
      #expect(try studio.ids() == ids)
      #expect(try await site.onlyPlan().isEmpty)
    }
  }

  @Test("What would lose a value is held until it may, and nothing is doubled")
  func adoptionLosses() async throws {
    try await DiskStudio.with { (studio) async throws in
      let foreign = try JSON.document(
        #"{"type":"asset","name":"heron","silo":"assets","data":{"label":"Old","mine":1}}"#
      ).prepending("_id", .objectID(try #require(ObjectID(hex: "0123456789abcdef01234567"))))
      try studio.write([foreign])
      var site = try studio.site([.small])
      site.adoption.byName = .on
      let held = try await site.onlyPlan()
      #expect(held.count(.adopt) == 0)
      #expect(held.held.contains { $0.reason.contains("would replace data.label") })
      site.adoption.mayOverwrite = true
      let plan = try await site.onlyPlan()
      #expect(plan.count(.adopt) == 1 && plan.count(.create) == 5)
      #expect(await site.apply(plan).isComplete)
      let taken = try #require(try studio.document(5))
      #expect(taken["_id"] == foreign["_id"] && taken[path: ["data", "mine"]] == .int32(1))
      #expect(try studio.documents().count { $0["name"] == .string("heron") } == 1)
    }
  }

  @Test("Two documents that hold one id of Kitsu's are both left alone")
  func contested() async throws {
    try await DiskStudio.with { (studio) async throws in
      let zou = Show.uuid(9, 5)
      try studio.write(
        try ["0123456789abcdef01234567", "0123456789abcdef01234568"].map { hex in
          try JSON.document(
            #"{"type":"asset","name":"a\#(hex.suffix(1))","data":{"zou":{"id":"\#(zou)"}}}"#
          ).prepending("_id", .objectID(try #require(ObjectID(hex: hex))))
        })
      let plan = try await studio.plan(.small)
      #expect(plan.held.contains { $0.title == "Heron" && $0.reason.contains("could both be") })
      #expect(!plan.changes.contains { $0.title == "Heron" })
    }
  }

  // MARK: Guards

  @Test("Over a guard nothing is written, and one flag lets it pass")
  func guards() async throws {
    try await DiskStudio.with { (studio) async throws in
      var show = Show.small
      for number in 10..<30 {
        show.items.append(
          Show.Item(number: number, kind: .asset, name: "a\(number)", description: "grey"))
      }
      try await studio.sync(show)
      let renamed = show.with { edited in
        for index in edited.items.indices.suffix(10) { edited.items[index].name += "x" }
      }
      try await expect(.pathChanges, renamed, studio)
      let emptied = show.with { edited in
        for index in edited.items.indices.suffix(10) { edited.items[index].description = "" }
      }
      try await expect(.emptiedFields, emptied, studio)
    }
  }

  private func expect(_ kind: Guard, _ show: Show, _ studio: DiskStudio) async throws {
    var site = try studio.site([show])
    site.allowed = []
    let before = try studio.documents()
    let held = try #require(try await site.projectPlans().values.first)
    #expect(held.plan.isEmpty && held.leftOut.count == 10)
    #expect(held.plan.held.map(\.scope) == [.project])
    #expect(held.plan.held[0].remedy.contains("--allow \(kind.rawValue)"))
    _ = await site.apply(held.plan)
    #expect(try studio.documents() == before)
    site.allowed = [kind]
    #expect(try await site.onlyPlan().changes.count == 10)
  }
}

extension Site {
  /// The built-in mapping with an overlay.
  static func overlay(_ text: String) throws -> CompiledMapping {
    try compile("apiVersion: avalon-sync/v1\nkind: Mapping\nextends: avalon.yaml\n" + text)
  }

  /// A mapping that may extend one that is built in.
  static func compile(_ text: String) throws -> CompiledMapping {
    let library = MappingLibrary { name, _ in
      ShippedMappings.all[name].map { SourceText(name: name, bytes: $0) }
    }
    return try CompiledMapping.compile(
      MergedMapping.merge(
        SourceText(name: "studio.yaml", bytes: Array(text.utf8)), library: library))
  }

  func onlyPlan() async throws -> Plan { try #require(try await plans().values.first) }
}

extension DiskStudio {
  /// Puts a subset under an entity's document, as publishing does.
  func publish(_ number: Int) throws {
    let parent = try #require(try document(number)?["_id"])
    let id = try #require(ObjectID(hex: "fffffffffffffffffffff0" + String(10 + number)))
    try write(
      try documents() + [
        DocumentWriter.document { writer in
          writer.append("_id", .objectID(id))
          writer.append("type", "subset")
          writer.append("name", "modelDefault")
          writer.append("parent", parent)
        }
      ])
  }

  func edit(_ number: Int, _ change: (Document) -> Document) throws {
    let id = try #require(try document(number)?["_id"])
    try write(try documents().map { $0["_id"] == id ? change($0) : $0 })
  }

  func ids() throws -> Set<ObjectID> {
    Set(try documents().compactMap { $0["_id"]?.objectID })
  }

  /// Makes our documents those of another tool, which keeps an id of Kitsu's in `data.zou`.
  func replaceLinks(_ marker: (EntityID) -> Document) throws {
    try write(
      try documents().map { document in
        guard let entity = Link(of: document)?.entity else { return document }
        let data = document["data"]?.document ?? .empty
        return DocumentWriter.document { writer in
          for element in document where element.name != "data" { writer.appendForeign(element) }
          writer.beginDocument("data")
          for element in data where element.name != "kitsu" { writer.appendForeign(element) }
          writer.append("zou", .document(marker(entity)))
          writer.end()
        }
      })
  }
}

extension DocumentWriter {
  /// With another id where it is one: not that which we would make.
  fileprivate func appendForeign(_ element: Element) {
    guard let id = element.value.objectID,
      let other = ObjectID(hex: String(id.description.reversed()))
    else { return append(element) }
    append(FieldName(element.name), .objectID(other))
  }
}
