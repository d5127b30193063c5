import Avalon
import BSON
import Foundation
import Identity
import Mapping
import Planning
import TestSupport
import Testing

/// A studio at work on a real MongoDB: Kitsu is edited by chance, artists publish and edit in between,
/// and after every batch of edits all that was published must be where it was.
///
/// `TEST_STUDIO_EDITS=2000 Tests/run RandomStudioTests` goes on for longer.
@Suite(
  "A studio at work on a real MongoDB", .enabled(if: MongoKind.isAvailable),
  .timeLimit(.minutes(30)))
struct RandomStudioTests {
  private static let edits = Stack.value("TEST_STUDIO_EDITS").flatMap { Int($0) } ?? 60
  private static let seed = Stack.value("TEST_STUDIO_SEED").flatMap { Int($0) } ?? 1

  @Test(
    "Every publish is found where it was", arguments: MongoKind.allCases,
    [Policy.upsertOnly, .sync])
  func work(_ kind: MongoKind, _ policy: Policy) async throws {
    let seed = RandomStudioTests.seed + (policy == .sync ? 1000 : 0)
    try await MongoStudio.with(kind) { (mongo) async throws in
      var studio = try WorkingStudio(mongo, policy, seed: seed)
      while studio.editCount < RandomStudioTests.edits { try await studio.batch() }
      #expect(try await mongo.openIntents() == 0)
      #expect(studio.publishCount > 0)
      try FileHandle.standardError.write(
        contentsOf: Data("\(kind.rawValue), \(policy.rawValue): \(studio.figures)\n".utf8))
    }
  }
}

/// A production, its collection, and what was done to both.
private struct WorkingStudio {
  private static let root = "gulls"
  private let mongo: MongoStudio
  private let policy: Policy
  private let mapping: CompiledMapping
  private let place: String
  private var random: SeededRandom
  private var show: Show
  private var artistNumber = 0
  private var batchCount = 0
  private(set) var editCount = 0
  private(set) var publishCount = 0
  private var changeCount = 0
  private var heldCount = 0
  private var closedCount = 0

  init(_ mongo: MongoStudio, _ policy: Policy, seed: Int) throws {
    self.mongo = mongo
    self.policy = policy
    place = "seed \(seed)"
    mapping = try Site.overlay(
      "rules: {episode: {removed: delete}, sequence: {removed: archive}, "
        + "shot: {removed: archive}, asset: {removed: delete}}")
    random = SeededRandom(UInt64(seed))
    show = Show.generated(&random, size: 8)
  }

  var figures: String {
    "\(editCount) edits in \(batchCount) batches, \(closedCount) of them while the project was closed, "
      + "\(artistNumber) edits by artists, \(publishCount) publishes, \(changeCount) changes applied, "
      + "\(heldCount) held, \(show.items.count) entities at the end"
  }

  /// Up to twenty edits in Kitsu, some by artists, and one reconcile.
  mutating func batch() async throws {
    batchCount += 1
    if batchCount > 1 {
      for _ in 0...random.below(20) {
        show.editOnce(&random)
        editCount += 1
      }
      try await artistsWork()
    }
    guard show.isOpen else {
      closedCount += 1
      return
    }
    if batchCount.isMultiple(of: 10) { try await mongo.loseControllersDatabase() }
    try await reconcile("\(place), batch \(batchCount)")
  }

  private mutating func artistsWork() async throws {
    var artist = ArtistEdits(try await mongo.documents(WorkingStudio.root), number: artistNumber)
    artist.edit(&random)
    artistNumber = artist.number
    var documents = artist.documents
    let project = documents.firstIndex { $0["type"]?.string == "project" }
    if let project, batchCount == 2, random.chance(50) {
      documents[project] = ArtistEdits.setting(
        ["config", "template", "publish"], to: .string(Publishes.hierarchyTemplate),
        in: documents[project])
    }
    let assets = documents.filter { $0["type"]?.string == "asset" }
    if let project, !assets.isEmpty, batchCount == 2 || random.chance(25) {
      publishCount += 1
      documents += Publishes.publish(
        random.pick(assets), documents[project], number: publishCount, &random)
    }
    try await mongo.put(documents, WorkingStudio.root)
  }

  private mutating func site() throws -> Site {
    var site = try Site(
      MemorySource(productions: [show.production(&random)]), mongo.store, mapping: mapping,
      policy: policy)
    // The collection of a project with publishes stays though its rename is allowed.
    site.allowed.insert(.projectRename)
    site.journal = mongo.journal(run: batchCount)
    return site
  }

  private mutating func reconcile(_ text: String) async throws {
    let comment = Comment(rawValue: text)
    let before = try await mongo.documents(WorkingStudio.root)
    let site = try site()
    let plan = try await site.onlyPlan()
    let applied = await site.apply(plan)
    #expect(applied.isComplete, "\(comment): \(applied.problems)")
    changeCount += plan.changes.count
    heldCount += plan.held.count
    try #require(try await mongo.store.collections() == [WorkingStudio.root], comment)
    let after = try await mongo.documents(WorkingStudio.root)
    expectPublishesFound(before, after, comment)
    try expectForeignUntouched(before, after, plan, comment)
    expectNoDoubles(after, comment)
    let second = try await self.site().onlyPlan()
    #expect(second.isEmpty, "\(comment): \(second.lines)")
  }

  private func expectPublishesFound(_ before: [Document], _ after: [Document], _ comment: Comment) {
    let (old, new) = (Publishes(before).paths, Publishes(after).paths)
    for (id, paths) in old {
      #expect(new[id] == paths, "\(comment): the representation \(id) moved")
    }
  }

  /// Bytes are compared where the plan says nothing, and others' parts of the rest.
  private func expectForeignUntouched(
    _ before: [Document], _ after: [Document], _ plan: Plan, _ comment: Comment
  ) throws {
    let owned = mapping.ownedPaths
    let changed = Set(plan.changes.map(\.id))
    let published = Publishes(before).publishedIDs
    let byID = Dictionary(uniqueKeysWithValues: after.map { ($0["_id"]?.objectID, $0) })
    for document in before {
      let id = try #require(document["_id"]?.objectID)
      guard let now = byID[id] else {
        #expect(
          Link(of: document)?.owner == Site.owner && policy == .sync && !published.contains(id),
          "\(comment): lost \(JSONText.write(document))")
        continue
      }
      if !changed.contains(id) || (Link(of: document) == nil && Link(of: now) == nil) {
        #expect(document == now, comment)
      }
      #expect(
        ForeignParts(document, owned: owned) == ForeignParts(now, owned: owned),
        "\(comment): \(JSONText.write(document)) became \(JSONText.write(now))")
    }
  }

  private func expectNoDoubles(_ documents: [Document], _ comment: Comment) {
    let ours = documents.filter {
      Link(of: $0)?.owner == Site.owner && $0["type"]?.string == "asset"
    }
    let names = ours.compactMap { $0["name"]?.string }
    #expect(Set(names).count == names.count, comment)
    let links = ours.compactMap { Link(of: $0).map { "\($0.entity) \($0.facet)" } }
    #expect(Set(links).count == links.count, comment)
  }
}
