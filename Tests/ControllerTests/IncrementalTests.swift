import Avalon
import BSON
import Foundation
import Identity
import Kitsu
import Mapping
import Planning
import ShippedMappings
import TestSupport
import Testing
import YAML

@testable import Controller

/// A plan that is made of what a cache holds and a hint names is the plan that a whole reading gives.
@Suite("Incremental plans over generated productions")
struct IncrementalTests {
  @Test("The built-in mapping under each policy", arguments: Policy.allCases, 95..<105)
  func shipped(_ policy: Policy, _ seed: Int) async throws {
    try await check(seed, Site.shipped(), policy)
  }

  @Test(
    "The other mappings that are built in", arguments: ["avalon-sync.yaml", "openpype.yaml"],
    1000..<1010)
  func otherMappings(_ name: String, _ seed: Int) async throws {
    try await check(seed, Site.shipped(name), .sync)
  }

  @Test("A studio's own mapping", arguments: 2128..<2138)
  func studio(_ seed: Int) async throws {
    try await check(seed, IncrementalTests.example.get(), .upsertOnly)
  }

  @Test(
    "With removal, suffixes and names that follow",
    arguments: Array(3000..<3010) + Array(3250..<3256))
  func safety(_ seed: Int) async throws {
    try await check(seed, IncrementalTests.safety.get(), .sync)
  }

  private static let example = Result {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../examples/studio/studio.yaml")
    return try Site.compile(String(decoding: Data(contentsOf: path), as: UTF8.self))
  }

  private static let safety = Result {
    try Site.overlay(
      """
      names: {on_collision: suffix}
      rules:
        shot: {removed: delete, protect: [published, started]}
        sequence: {removed: archive}
        asset: {removed: archive, protect: follow}
      """)
  }

  private func check(_ seed: Int, _ mapping: CompiledMapping, _ policy: Policy) async throws {
    var world = CachedWorld(seed: seed, mapping: mapping, policy: policy)
    for round in 0..<6 {
      if round > 0 { await world.edit() }
      try await world.checkRound("\(mapping.name), \(policy), seed \(seed), round \(round)")
    }
  }
}

/// A production with its collection and a cache of both.
private struct CachedWorld {
  private let seed: Int
  private let mapping: CompiledMapping
  private let policy: Policy
  private let cache = ProjectCache()
  private var random: SeededRandom
  private var show: Show
  /// As the cache was told of it.
  private var told: Show?
  private let store: MemoryStore
  private var editCount = 0

  init(seed: Int, mapping: CompiledMapping, policy: Policy) {
    self.seed = seed
    self.mapping = mapping
    self.policy = policy
    random = SeededRandom(UInt64(seed))
    show = Show.generated(&random)
    store = MemoryStore(seed: seed)
  }

  mutating func edit() async {
    show.edit(&random)
    show.work(&random)
    var artist = ArtistEdits(await store.documents, number: editCount)
    if random.chance(50) { artist.edit(&random) }
    if random.chance(30) { artist.publish(&random) }
    editCount = artist.number
    await store.replace(artist.documents)
  }

  /// Plans by a hint and as a whole, over the same documents; then applies, or not.
  mutating func checkRound(_ place: String) async throws {
    let comment = Comment(rawValue: place)
    let production = show.production(&random)
    let hint = told.map(show.hint) ?? .whole
    let incremental = try await plan(HintedSource(production), hint)
    told = show
    try await compare(incremental, comment)
    guard random.chance(80) else { return }
    let applied = try await site(HintedSource(production)).apply(incremental.plan, cache: cache)
    guard applied.isComplete else { return }
    // A document that is removed gives its name free, which the next plan sees.
    let isRemoving = incremental.plan.changes.contains { $0.freedName != nil }
    let second = try await plan(HintedSource(show.production(&random)), ChangeHint())
    #expect(second.plan.isEmpty || isRemoving, "\(comment): \(second.plan.lines)")
    try await compare(second, comment)
  }

  private func plan(_ source: HintedSource, _ hint: ChangeHint) async throws -> ProjectPlan {
    try await site(source).plan(cache: cache, hint: hint)
  }

  private func site(_ source: HintedSource, _ store: MemoryStore? = nil) throws -> Site {
    try Site(source, store ?? self.store, mapping: mapping, policy: policy)
  }

  private mutating func compare(_ incremental: ProjectPlan, _ comment: Comment) async throws {
    let actual = await store.documents
    guard let assets = await cache.documents else {
      #expect(incremental.plan.project.collection == nil || !incremental.plan.held.isEmpty, comment)
      return
    }
    let others = actual.filter {
      !["project", "asset", "archived_asset"].contains($0["type"]?.string ?? "")
    }
    let view = MemoryStore(assets + others, seed: random.below(1000))
    let whole = try await site(HintedSource(show.production(&random)), view).projectPlans()
    let full = try #require(whole.values.first)
    let difference = incremental.lines.difference(from: full.lines).map { "\($0)" }
    #expect(difference.isEmpty, comment)
    // What is written was looked at just before.
    let seen = Dictionary(uniqueKeysWithValues: assets.map { ($0["_id"]?.objectID, $0) })
    for change in incremental.plan.changes where change.document == nil {
      let now = actual.first { $0["_id"]?.objectID == change.id }
      #expect(seen[change.id]?["data"] == now?["data"], comment)
    }
  }
}

extension ProjectPlan {
  fileprivate var lines: [String] {
    plan.lines + leftOut.map { "left out: \($0.line)" } + warnings
  }
}

extension ProjectCache {
  fileprivate var documents: [Document]? {
    content.map { Array($0.observed.documents.values) }
  }
}

extension Show {
  /// Tasks are begun, and episodes get seasons.
  fileprivate mutating func work(_ random: inout SeededRandom) {
    for index in items.indices where random.chance(10) {
      for job in items[index].tasks.indices { items[index].tasks[job].isBegun = random.chance(50) }
      if items[index].kind == .episode {
        items[index].metadata["season"] = random.pick([.int32(1), .int32(2), .string(""), nil])
      }
    }
  }
}
