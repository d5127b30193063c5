import BSON
import Controller
import Identity
import Mapping
import Planning
import TestSupport
import Testing

@testable import Avalon

/// What each policy lets through from Kitsu to Avalon.
@Suite("Policies of a project")
struct PolicyTests {
  private func plan(_ show: Show, _ studio: DiskStudio, _ policy: Policy) async throws
    -> (plan: ProjectPlan, site: Site)
  {
    let source = try studio.site([show])
    let site = try Site(source.source, studio.store, policy: policy)
    return (try #require(try await site.projectPlans().values.first), site)
  }

  @Test("observe writes nothing, not even a plan that somebody else made")
  func observe() async throws {
    try await DiskStudio.with { (studio) async throws in
      let (planned, site) = try await plan(.small, studio, .observe)
      #expect(planned.plan.isEmpty && planned.leftOut.count == 6)
      let whole = try await studio.plan(.small)
      #expect(whole.changes.count == 6)
      #expect(await site.apply(whole).outcomes.isEmpty)
      #expect(try await studio.collections().isEmpty)
    }
  }

  @Test("create-only names new documents after those that keep their names")
  func newUnderRenamed() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let before = try studio.documents()
      let edited = Show.small.with {
        $0.items[1].name = "SQ015"
        $0.items[4].description = "a bird"
        $0.items.append(Show.Item(number: 6, kind: .shot, name: "SH030", parent: 2))
      }
      let (planned, site) = try await plan(edited, studio, .createOnly)
      #expect(planned.plan.held.isEmpty)
      #expect(planned.plan.changes.map(\.name) == ["ep01_sq010_sh030"])
      #expect(
        Set(planned.leftOut.map(\.name)) == [
          "ep01_sq015", "ep01_sq015_sh010", "ep01_sq015_sh020", "heron",
        ])
      #expect(await site.apply(planned.plan).isComplete)
      let after = try studio.documents()
      #expect(Array(after.prefix(before.count)) == before && after.count == before.count + 1)
      let new = try #require(try studio.document(6))
      #expect(
        new["data"]?.document?["parents"]?.array?.compactMap(\.string) == ["ep01", "ep01_sq010"])
      #expect(try await plan(edited, studio, .createOnly).plan.plan.isEmpty)
      // Once the policy allows it, all follows.
      #expect(try await studio.sync(edited).isComplete)
      #expect(try studio.document(6)?["name"]?.string == "ep01_sq015_sh030")
      #expect(try await studio.plan(edited).isEmpty)
    }
  }

  @Test("create-only holds a new document whose name would have to be freed first")
  func nameNotFreed() async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(.small)
      let edited = Show.small.with {
        $0.items[4].name = "Tern"
        $0.items.append(Show.Item(number: 6, kind: .asset, name: "Heron"))
      }
      let (planned, _) = try await plan(edited, studio, .createOnly)
      #expect(planned.plan.isEmpty && planned.leftOut.map(\.name) == ["tern"])
      #expect(planned.plan.held.map(\.scope) == [.entity])
      #expect(planned.plan.held.first?.reason.contains("the name 'heron' is also that of") == true)
    }
  }

  @Test("create-only never changes a document, whatever people do", arguments: 0..<120)
  func property(_ seed: Int) async throws {
    var random = SeededRandom(UInt64(seed))
    var show = Show.generated(&random)
    let store = MemoryStore(seed: seed)
    func sync(_ policy: Policy) async throws -> ProjectPlan {
      let source = MemorySource(productions: [show.production(&random)])
      let site = try Site(source, store, policy: policy)
      let planned = try #require(try await site.projectPlans().values.first)
      #expect(await site.apply(planned.plan).isComplete, "seed \(seed)")
      return planned
    }
    _ = try await sync(.upsertOnly)
    for round in 0..<3 {
      let place: Comment = "seed \(seed), round \(round)"
      show.edit(&random)
      var artist = ArtistEdits(await store.documents, number: round * 100)
      artist.edit(&random)
      await store.replace(artist.documents)
      let before = await store.documents
      let planned = try await sync(.createOnly)
      let after = await store.documents
      #expect(Array(after.prefix(before.count)) == before, place)
      #expect(after.count == before.count + planned.plan.changes.count, place)
      #expect(await store.doubledNames.isEmpty, place)
      #expect(try await sync(.createOnly).plan.isEmpty, place)
    }
    _ = try await sync(.upsertOnly)
    #expect(try await sync(.upsertOnly).plan.isEmpty, "seed \(seed)")
  }
}
