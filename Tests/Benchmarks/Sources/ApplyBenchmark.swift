import ArgumentParser
import Avalon
import BSON
import Controller
import Foundation
import Planning

/// The first creation of a project's documents, with the journal, against one plain bulk insert of the
/// same bytes.
struct ApplyBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Create a project's documents in an empty collection.")

  @Option(help: "Shots; a fifth as many assets are added.")
  var entities: [Int] = [10_000]

  @Option(help: "Rounds.")
  var rounds = 7

  func run() async throws {
    var figures: [Figure] = []
    for count in entities { figures.append(try await figure(count)) }
    show(figures)
  }

  private func figure(_ count: Int) async throws -> Figure {
    let production = GeneratedProduction(shotCount: count, assetCount: count / 5)
    let reconciliation = try await Reconciliation(production)
    let uri = try Environment.value("TEST_MONGO_URL")
    let database = "avalon_sync_benchmark_\(ProcessInfo.processInfo.processIdentifier)"
    let store = try MongoStore(uri: uri, database: database)
    let plan = try await reconciliation.firstPlan(store, creates: production.documentCount)
    let records = try MongoRecords(uri: uri, database: database + "_sync", avalon: database)
    let reconciler = reconciliation.reconciler(store, try await journal(records, database))
    let notes = try FloorCollection(uri: uri, database: database + "_sync", collection: "journal")
    let bytes = concatenated(plan.changes.compactMap(\.document))
    let place = try FloorCollection(
      uri: uri, database: database, collection: plan.project.collection ?? "")
    let results = try await medians(
      rounds: rounds,
      [
        {
          try place.drop()
          var applied: AppliedPlan?
          let spent = await seconds { applied = await reconciler.apply(plan) }
          guard applied?.isComplete == true else {
            throw BenchmarkError("not all documents were created")
          }
          return spent
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
    return Figure(
      name: "apply, \(production.documentCount) documents", ours: results[0],
      floorName: "one libmongoc bulk insert", floor: results[1], goal: 2.0)
  }

  private func journal(
    _ records: any RecordStore, _ database: String
  ) async throws -> TargetJournal {
    let run = JournalRun(
      id: .run(at: 0, chance: 1), user: "benchmark", host: "benchmark", time: 0, why: "apply")
    let journal = Journal(records: records, run: run)
    try await journal.prepare()
    return TargetJournal(journal, database: database) { print($0) }
  }
}
