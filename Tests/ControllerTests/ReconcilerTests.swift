import BSON
import Controller
import Foundation
import Identity
import Kitsu
import Mapping
import Planning
import TestSupport
import Testing
import YAML

/// From a snapshot of Kitsu to a dump of Avalon.
@Suite("Reconciling a project")
struct ReconcilerTests {
  @Test("A new project is made whole, and then there is nothing to do")
  func fromNothing() async throws {
    try await DiskStudio.with { (studio) async throws in
      let plan = try await studio.plan(.small)
      #expect(plan.count(.create) == 6 && plan.waveCount == 4 && plan.held.isEmpty)
      #expect(try await studio.collections().isEmpty)
      #expect(try await studio.sync(.small).isComplete)
      let after = try await studio.plan(.small)
      #expect(after.isEmpty && after.unchanged == 6)
      let names = try studio.documents().compactMap { $0["name"]?.string }
      #expect(
        Set(names) == [
          "gulls", "ep01", "ep01_sq010", "ep01_sq010_sh010", "ep01_sq010_sh020", "heron",
        ])
    }
  }

  @Test("A shot renamed, one moved, one cancelled: only that is written")
  func edits() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let edited = Show.small.with {
        $0.items[2].name = "SH015"
        $0.items[3].parent = nil
        $0.items[4].isCancelled = true
      }
      let plan = try await studio.plan(edited)
      #expect(
        plan.kept == 1 && plan.held.isEmpty && plan.changes.map(\.action) == [.rename, .rename])
      #expect(
        plan.written == [
          "ep01_sq010_sh015": ["data.label", "name"],
          "sh020": ["data.group", "data.visualParent", "data.parents", "name"],
        ])
      #expect(try await studio.sync(edited).isComplete)
      #expect(try await studio.plan(edited).isEmpty)
    }
  }

  @Test("A link that was lost is taken back by adoption")
  func adoption() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let before = try studio.documents()
      try studio.write(before.map { $0.without(Link.path) })
      let plan = try await studio.plan(.small)
      #expect(plan.count(.adopt) == 6 && plan.changes.count == 6)
      #expect(try await studio.sync(.small).isComplete)
      #expect(try await studio.plan(.small).isEmpty)
      #expect(try studio.documents().count == 6)
    }
  }

  @Test("Documents of another owner are not touched")
  func anotherOwner() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small, owner: "annex")
      let before = try studio.documents()
      let edited = Show.small.with { $0.items[2].name = "SH015" }
      let plan = try await studio.plan(edited)
      #expect(plan.isEmpty && plan.kept == 0)
      #expect(plan.held.count == 6 && plan.held.allSatisfy { $0.scope == .entity })
      #expect(plan.held.allSatisfy { $0.reason.hasSuffix(" belongs to the owner 'annex'") })
      try await studio.sync(edited)
      #expect(try studio.documents() == before)
    }
  }

  @Test("Two documents with one link are both left alone, and the rest goes on")
  func doubledLink() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let shot = try #require(try studio.document(3))
      let twinID = try #require(ObjectID(hex: "0123456789abcdef01234567"))
      let twin = shot.setting("_id", .objectID(twinID)).setting("name", .string("sh_twin"))
      try studio.write(try studio.documents() + [twin])
      let edited = Show.small.with {
        $0.items[2].name = "SH015"
        $0.items[3].name = "SH025"
        // Neither of the twins' names is free.
        $0.items[4].name = "sh_twin"
      }
      let plan = try await studio.plan(edited)
      #expect(plan.changes.map(\.name).sorted() == ["ep01_sq010_sh025", "heron"])
      let entities = plan.held.filter { $0.scope == .entity }
      let ids = [twinID, try #require(shot["_id"]?.objectID)].sorted()
      #expect(
        entities.map(\.reason) == ["the documents \(ids[0]) and \(ids[1]) both carry its link"])
      #expect(plan.held.filter { $0.scope == .name }.map(\.kind) == ["asset"])
      try await studio.sync(edited)
      #expect(try studio.documents().filter { $0 == shot || $0 == twin }.count == 2)
    }
  }

  @Test("A sequence that is held holds its newcomers; the documents of its shots go on")
  func heldParent() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let sequence = try #require(try studio.document(2))
      let twinID = try #require(ObjectID(hex: "0123456789abcdef01234567"))
      try studio.write(try studio.documents() + [sequence.setting("_id", .objectID(twinID))])
      let edited = Show.small.with {
        $0.items[2].description = "wide"
        $0.items.append(Show.Item(number: 6, kind: .shot, name: "SH030", parent: 2))
      }
      let plan = try await studio.plan(edited)
      #expect(plan.written == ["ep01_sq010_sh010": ["data.description"]])
      #expect(
        plan.held.filter { $0.scope == .entity }.map(\.title)
          == ["EP01 / SQ010", "EP01 / SQ010 / SH030"])
    }
  }

  @Test("A torn reading keeps names and places, all else goes on")
  func torn() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let edited = Show.small.with {
        $0.items[2].name = "SH015"
        $0.items[3].parent = nil
        $0.items[3].description = "wide"
        $0.items.append(Show.Item(number: 6, kind: .asset, name: "Tern"))
      }
      var random = SeededRandom(1)
      let source = MemorySource(
        productions: [edited.production(&random)], consistency: .torn)
      let plan = try #require(try await Site(source, studio.store).plans().values.first)
      #expect(plan.changes.allSatisfy { $0.action == .create || $0.action == .update })
      #expect(plan.written["tern"] == [])
      #expect(plan.written["ep01_sq010_sh020"]?.contains("data.description") == true)
      let places = ["silo", "data.parents", "data.visualParent", "name"]
      #expect(!plan.changes.flatMap(\.fields).contains { places.contains($0.path.description) })
      #expect(plan.held.filter { $0.scope == .name }.count == 2)
      #expect(plan.heldReasons.allSatisfy { $0.contains("Kitsu changed while it was read") })
    }
  }

  @Test("A torn reading keeps a place that the name does not tell")
  func tornPlace() async throws {
    let mapping = try CompiledMapping.compile(
      SourceText(
        name: "flat.yaml",
        bytes: Array(
          """
          apiVersion: avalon-sync/v1
          kind: Mapping
          rules:
            project:
              from: project
              name: gulls
              document: {type: project, data: {label: '${project.name}'}}
            sequence:
              from: sequence
              name: ${sequence.name}
              document: {type: asset, data: {label: '${sequence.name}'}}
            shot:
              from: shot
              name: ${shot.name}
              document:
                type: asset
                data: {visualParent: {$ref: sequence}, label: '${shot.description}'}
          """.utf8)))
    try await DiskStudio.with { (studio) async throws in
      let show = Show.small.with {
        $0.items.append(Show.Item(number: 6, kind: .sequence, name: "SQ020", parent: 1))
      }
      var random = SeededRandom(1)
      var source = MemorySource(productions: [show.production(&random)])
      let first = try Site(source, studio.store, mapping: mapping)
      for plan in try await first.plans().values { #expect(await first.apply(plan).isComplete) }
      source.productions = [
        show.with {
          $0.items[2].parent = 6
          $0.items[2].description = "wide"
        }.production(&random)
      ]
      source.consistency = .torn
      let torn = try #require(
        try await Site(source, studio.store, mapping: mapping).plans().values.first)
      #expect(torn.written == ["SH010": ["data.label"]])
      #expect(
        torn.heldReasons == [
          "name EP01 / SQ020 / SH010: it would move, but Kitsu changed while it was read"
        ])
      source.consistency = .consistent
      let whole = try #require(
        try await Site(source, studio.store, mapping: mapping).plans().values.first)
      #expect(whole.written == ["SH010": ["data.visualParent", "data.label"]])
    }
  }
}

extension Document {
  /// A copy with a top-level field replaced.
  func setting(_ name: FieldName, _ value: Value) -> Document {
    DocumentWriter.document { writer in
      for element in self {
        if element.hasName(name) { writer.append(name, value) } else { writer.append(element) }
      }
    }
  }

  /// A copy without the field at a path.
  func without(_ path: FieldPath) -> Document { without(path.names[...]) }

  private func without(_ names: ArraySlice<FieldName>) -> Document {
    DocumentWriter.document { writer in
      for element in self {
        guard let name = names.first, element.hasName(name) else {
          writer.append(element)
          continue
        }
        guard names.count > 1, let map = element.document else { continue }
        writer.append(name, .document(map.without(names.dropFirst())))
      }
    }
  }
}
