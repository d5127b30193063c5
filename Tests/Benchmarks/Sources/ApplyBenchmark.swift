import ArgumentParser
import Avalon
import BSON
import Controller
import Foundation
import Planning

/// The first creation of a project's documents, with the journal and without one, against one plain bulk
/// insert of the same bytes.
struct ApplyBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Create a project's documents in an empty collection.")

  @Option(help: "Shots; a fifth as many assets are added.")
  var entities: [Int] = [10_000]

  @Option(help: "Rounds.")
  var rounds = 7

  func run() async throws {
    var figures: [Figure] = []
    for count in entities { figures += try await self.figures(count) }
    show(figures)
  }

  private func figures(_ count: Int) async throws -> [Figure] {
    let production = GeneratedProduction(shotCount: count, assetCount: count / 5)
    let reconciliation = try await Reconciliation(production)
    let uri = try Environment.value("TEST_MONGO_URL")
    let database = "avalon_sync_benchmark_\(ProcessInfo.processInfo.processIdentifier)"
    let store = try MongoStore(uri: uri, database: database)
    let plan = try await reconciliation.firstPlan(store, creates: production.documentCount)
    let records = try MongoRecords(uri: uri, database: database + "_sync", avalon: database)
    let journal = journal(records)
    let kept = reconciliation.reconciler(
      store, TargetJournal(journal, database: database))
    let bare = reconciliation.reconciler(store, nil)
    let notes = try FloorCollection(uri: uri, database: database + "_sync", collection: "journal")
    let bytes = concatenated(plan.changes.compactMap(\.document))
    let place = try FloorCollection(
      uri: uri, database: database, collection: plan.project.collection ?? "")
    let results = try await medians(
      rounds: rounds,
      [
        {
          try place.drop()
          try notes.drop()
          try await journal.prepare()
          return try await ApplyBenchmark.apply(plan, kept)
        },
        {
          try place.drop()
          return try await ApplyBenchmark.apply(plan, bare)
        },
        {
          try place.drop()
          return try await seconds { try place.insert(bytes) }
        },
      ])
    await store.close()
    await records.close()
    try place.dropDatabase()
    try notes.dropDatabase()
    return [("with the journal", 2.0), ("without one", 1.5)].enumerated().map { place, kind in
      Figure(
        name: "apply \(kind.0), \(production.documentCount) documents", ours: results[place],
        floorName: "one libmongoc bulk insert", floor: results[2], goal: kind.1)
    }
  }

  private static func apply(_ plan: Plan, _ reconciler: Reconciler) async throws -> Double {
    var applied: AppliedPlan?
    let spent = await seconds { applied = await reconciler.apply(plan) }
    guard applied?.isComplete == true else {
      throw BenchmarkError("not all documents were created")
    }
    return spent
  }

  private func journal(_ records: any RecordStore) -> Journal {
    let run = JournalRun(
      id: .run(at: 0, chance: 1), user: "benchmark", host: "benchmark", time: 0, why: "apply")
    return Journal(records: records, run: run) { print($0) }
  }
}
