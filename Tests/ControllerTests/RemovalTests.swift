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

/// What becomes of documents whose entities are gone.
@Suite("Removal")
struct RemovalTests {
  @Test("What is archived comes back as the same document")
  func archive() async throws {
    try await DiskStudio.with { (studio) async throws in
      let mapping = try Site.overlay("rules: {shot: {removed: archive}}")
      try await studio.sync(.small)
      try studio.publish(4)
      let before = try #require(try studio.document(4)?["_id"])
      let gone = Show.small.with { $0.items.remove(at: 3) }
      let usual = try studio.site([gone], mapping: mapping)
      #expect(try await usual.onlyPlan().isEmpty, "nothing is removed under upsert-only")
      let site = try studio.site([gone], mapping: mapping, policy: .sync)
      let plan = try await site.onlyPlan()
      #expect(plan.changes.map(\.action) == [.archive])
      #expect(await site.apply(plan).isComplete)
      #expect(try studio.document(4)?["type"] == .string("archived_asset"))
      #expect(try await site.onlyPlan().isEmpty)
      let back = try studio.site([.small], mapping: mapping, policy: .sync)
      let restore = try await back.onlyPlan()
      #expect(restore.changes.map(\.action) == [.restore])
      #expect(await back.apply(restore).isComplete)
      #expect(try studio.document(4)?["_id"] == before)
      #expect(try studio.document(4)?["type"] == .string("asset"))
    }
  }

  @Test(
    "What a plan takes away leaves its name to others in the same plan",
    arguments: ["archive", "delete"])
  func freedNames(_ removed: String) async throws {
    try await DiskStudio.with { (studio) async throws in
      let mapping = try Site.overlay("rules: {asset: {removed: \(removed)}}")
      let show = Show.small.with {
        $0.items.append(Show.Item(number: 6, kind: .asset, name: "Gull"))
        $0.items.append(Show.Item(number: 7, kind: .asset, name: "Tern"))
      }
      try await studio.sync(show)
      // Heron goes; Gull takes its name, and a newcomer Gull's.
      let edited = show.with {
        $0.items.remove(at: 4)
        $0.items[4].name = "Heron"
        $0.items.append(Show.Item(number: 8, kind: .asset, name: "Gull"))
      }
      let site = try studio.site([edited], mapping: mapping, policy: .sync)
      let plan = try await site.onlyPlan()
      #expect(plan.held.isEmpty && plan.changes.count == 3)
      #expect(await site.apply(plan).isComplete)
      #expect(try studio.document(6)?["name"] == .string("heron"))
      #expect(try studio.document(8)?["name"] == .string("gull"))
      #expect(try await site.onlyPlan().isEmpty)
      // Under another policy nothing goes, and so no name is free.
      let last = edited.with {
        $0.items.removeAll { $0.number == 7 }
        $0.items.append(Show.Item(number: 9, kind: .asset, name: "Tern"))
      }
      let held = try await studio.site([last], mapping: mapping).onlyPlan()
      #expect(held.isEmpty && held.held.contains { $0.reason.contains("no longer in Kitsu") })
    }
  }

  @Test("Deleted is what nothing stands on, children first")
  func delete() async throws {
    try await DiskStudio.with { (studio) async throws in
      let mapping = try Site.overlay(
        "rules: {shot: {removed: delete}, sequence: {removed: delete}}")
      let show = Show.small.with {
        $0.items.append(Show.Item(number: 6, kind: .sequence, name: "SQ099", parent: 1))
        $0.items.append(Show.Item(number: 7, kind: .shot, name: "SH900", parent: 6))
      }
      try await studio.sync(show)
      try studio.publish(3)
      let gone = show.with { $0.items.removeAll { [2, 3, 4].contains($0.number) } }
      let site = try studio.site([gone], mapping: mapping, policy: .sync)
      let plan = try await site.onlyPlan()
      #expect(plan.changes.map(\.name) == ["ep01_sq010_sh020"])
      #expect(
        Set(plan.held.map(\.reason)) == [
          "it is no longer wanted, but work was published of it",
          "it is no longer wanted, but the document "
            + "\(try #require(try studio.document(3)?["_id"]?.objectID)) stands below it",
        ])
      #expect(await site.apply(plan).isComplete)
      #expect(try studio.document(4) == nil && studio.document(3) != nil)
      let empty = show.with { $0.items.removeAll { [4, 6, 7].contains($0.number) } }
      let rest = try studio.site([empty], mapping: mapping, policy: .sync)
      let last = try await rest.onlyPlan()
      #expect(last.changes.map(\.name) == ["ep01_sq099_sh900", "ep01_sq099"])
      #expect(await rest.apply(last).isComplete)
    }
  }

  @Test("An empty answer of Kitsu removes nothing")
  func emptyAnswer() async throws {
    try await DiskStudio.with { (studio) async throws in
      let mapping = try Site.overlay(
        "rules: {shot: {removed: delete}, asset: {removed: delete}}")
      try await studio.sync(.small)
      var site = try studio.site(
        [Show.small.with { $0.items = [] }], mapping: mapping, policy: .sync)
      site.allowed = []
      let plan = try await site.onlyPlan()
      #expect(plan.isEmpty && plan.held.map(\.scope) == [.project])
      #expect(plan.held[0].remedy.contains("--allow empty-project"))
    }
  }
}
