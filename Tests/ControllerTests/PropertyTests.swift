import BSON
import Foundation
import Identity
import Mapping
import Planning
import TestSupport
import Testing

@testable import Avalon

/// What holds for any production, whatever people do in Kitsu and artists in Avalon.
///
/// Each seed is a production that is synced, edited on both sides, and synced again, several times.
@Suite("Properties over generated productions")
struct PropertyTests {
  @Test("In memory, change by change", arguments: 0..<200)
  func inMemory(_ seed: Int) async throws {
    try await check(seed, Site.shipped())
  }

  @Test(
    "In memory, with the other mappings that are built in",
    arguments: ["avalon-sync.yaml", "openpype.yaml"], 2000..<2060)
  func otherMappings(_ name: String, _ seed: Int) async throws {
    try await check(seed, Site.shipped(name))
  }

  private func check(_ seed: Int, _ mapping: CompiledMapping) async throws {
    var world = GeneratedWorld(seed: seed, mapping: mapping)
    for round in 0..<3 {
      if round > 0 { await world.edit() }
      try await world.checkRound("\(mapping.name), seed \(seed), round \(round)")
    }
  }

  @Test("In a dump directory", arguments: 1000..<1012)
  func inADump(_ seed: Int) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "avalon-sync-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try DumpStore(directory: directory, database: "avalon")
    var random = SeededRandom(UInt64(seed))
    var show = Show.generated(&random)
    for _ in 0..<2 {
      let site = try Site(MemorySource(productions: [show.production(&random)]), store)
      for plan in try await site.plans().values {
        let applied = await site.apply(plan)
        #expect(applied.isComplete, "seed \(seed): \(applied.outcomes)")
      }
      for plan in try await site.plans().values { #expect(plan.isEmpty, "seed \(seed)") }
      show.edit(&random)
    }
    await store.close()
  }
}

/// A production with its collection.
private struct GeneratedWorld {
  private let seed: Int
  private var random: SeededRandom
  private var show: Show
  private let store: MemoryStore
  private let mapping: CompiledMapping
  private var editCount = 0

  init(seed: Int, mapping: CompiledMapping) {
    self.seed = seed
    self.mapping = mapping
    random = SeededRandom(UInt64(seed))
    show = Show.generated(&random)
    store = MemoryStore(seed: seed)
  }

  mutating func edit() async {
    show.edit(&random)
    var artist = ArtistEdits(await store.documents, number: editCount)
    artist.edit(&random)
    editCount = artist.number
    await store.replace(artist.documents)
  }

  private mutating func plan(_ store: MemoryStore) async throws -> Plan {
    try #require(try await site(store).plans().values.first)
  }

  private mutating func site(_ store: MemoryStore) throws -> Site {
    try Site(MemorySource(productions: [show.production(&random)]), store, mapping: mapping)
  }

  /// Plans and applies once, with everything that must hold.
  mutating func checkRound(_ place: String) async throws {
    let comment = Comment(rawValue: place)
    let before = await store.documents
    let plan = try await plan(store)
    let again = try await self.plan(store)
    let differences = again.lines.difference(from: plan.lines).map { "\($0)" }
    #expect(differences.isEmpty, "the order of lists shows in the plan: \(comment)")
    let applied = try await site(store).apply(plan)
    #expect(applied.isComplete, "\(comment): \(applied.problems)")
    let after = await store.documents
    #expect(await store.doubledNames.isEmpty, "\(comment)")
    let second = try await self.plan(store)
    #expect(second.isEmpty, "\(comment): \(second.lines)")
    try expectForeignUntouched(before, after, comment)
    try await expectRepeatHarmless(plan, after, comment)
    try await expectCutHarmless(plan, before, after, comment)
  }

  private func expectForeignUntouched(
    _ before: [Document], _ after: [Document], _ comment: Comment
  ) throws {
    let owned = mapping.ownedPaths
    let byID = Dictionary(uniqueKeysWithValues: after.map { ($0["_id"]?.objectID, $0) })
    let touched = Set(before.compactMap { $0["_id"]?.objectID })
    for document in before {
      let now = try #require(byID[document["_id"]?.objectID], comment)
      if Link(of: document) == nil, Link(of: now) == nil {
        #expect(now == document, comment)
      }
      #expect(
        ForeignParts(document, owned: owned) == ForeignParts(now, owned: owned),
        "\(comment): \(JSONText.write(document)) became \(JSONText.write(now))")
    }
    let new = after.filter { document in
      document["_id"]?.objectID.map { !touched.contains($0) } ?? true
    }
    #expect(new.allSatisfy { Link(of: $0)?.owner == Site.owner }, comment)
  }

  /// The same plan once more changes nothing.
  private mutating func expectRepeatHarmless(
    _ plan: Plan, _ after: [Document], _ comment: Comment
  ) async throws {
    _ = try await site(store).apply(plan)
    let repeated = await store.documents
    #expect(repeated == after, comment)
  }

  /// A process that dies after some writes leaves what the next one completes.
  private mutating func expectCutHarmless(
    _ plan: Plan, _ before: [Document], _ after: [Document], _ comment: Comment
  ) async throws {
    guard !plan.isEmpty else { return }
    let budget = random.below(plan.changes.count)
    let cut = MemoryStore(before, seed: seed, budget: budget)
    _ = try await site(cut).apply(plan)
    let (written, doubled) = await (cut.writeCount, cut.doubledNames)
    #expect(written == budget && doubled.isEmpty, comment)
    let rest = MemoryStore(await cut.documents, seed: seed)
    let completion = try await self.plan(rest)
    #expect(try await site(rest).apply(completion).isComplete, comment)
    let difference = difference(await rest.documents, after)
    #expect(difference == nil, "\(comment), cut after \(budget): \(difference ?? "")")
    #expect(await rest.doubledNames.isEmpty, comment)
  }

  /// Where two collections differ in meaning; fields and documents have no order.
  private func difference(_ left: [Document], _ right: [Document]) -> String? {
    guard left.count == right.count else { return "\(left.count) and \(right.count) documents" }
    let byID = Dictionary(uniqueKeysWithValues: right.map { ($0["_id"]?.objectID, $0) })
    for document in left {
      guard let other = byID[document["_id"]?.objectID] else { return JSONText.write(document) }
      if !document.isEquivalent(to: other) {
        return "\(JSONText.write(document)) and \(JSONText.write(other))"
      }
    }
    return nil
  }
}

extension Plan {
  /// All that a plan says, to compare two.
  var lines: [String] {
    (collectionRename.map { ["\($0)"] } ?? []) + changes.map(\.line) + held.map { "\($0)" }
      + ["\(unchanged) unchanged, \(kept) kept"]
  }
}

extension Change {
  var line: String {
    let fields = fields.map { field in
      "\(field.path): \(field.before.map(JSONText.write) ?? "-")"
        + " → \(field.after.map(JSONText.write) ?? "-") (\(field.reason.rawValue))"
    }
    let document = document.map { JSONText.write($0, sortsNames: true) } ?? ""
    return "\(wave) \(action) \(name) \(title) \(document)"
      + " \(predecessors) \(notes) \(fields) \(evidence ?? "")"
  }
}

extension AppliedPlan {
  var problems: String {
    zip(plan.changes, outcomes).filter { $1 != .applied }.map { "\($0.name): \($1)" }
      .joined(separator: "; ") + " doubled: \(doubledNames)"
  }
}
