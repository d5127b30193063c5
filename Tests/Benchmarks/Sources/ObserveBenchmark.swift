import ArgumentParser
import Avalon
import BSON
import Foundation
import Planning

/// Reading a project's documents out of a collection that also holds what artists published, against
/// one plain find with the same filter.
struct ObserveBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe", abstract: "Read a project's documents out of a full collection.")

  @Option(help: "Shots; a fifth as many assets are added, and 50 published documents to each.")
  var entities: [Int] = [10_000]

  @Option(help: "Rounds.")
  var rounds = 7

  private static let publishedEach = 50
  /// Documents to one bulk with all that is published below them.
  private static let chunk = 500

  func run() async throws {
    var figures: [Figure] = []
    for count in entities { figures.append(try await figure(count)) }
    show(figures)
  }

  private func figure(_ count: Int) async throws -> Figure {
    let production = GeneratedProduction(shotCount: count, assetCount: count / 5)
    let uri = try Environment.value("TEST_MONGO_URL")
    let database = "avalon_sync_benchmark_\(ProcessInfo.processInfo.processIdentifier)"
    let store = try MongoStore(uri: uri, database: database)
    let plan = try await Reconciliation(production)
      .firstPlan(store, creates: production.documentCount)
    let collection = plan.project.collection ?? ""
    let place = try FloorCollection(uri: uri, database: database, collection: collection)
    try fill(place, plan.created)
    let expected = production.documentCount
    let results = try await medians(
      rounds: rounds,
      [
        {
          var found = 0
          let spent = try await seconds {
            found = try await store.read(collection: collection).count
          }
          try check(found, expected)
          return spent
        },
        {
          var found = 0
          let spent = try await seconds { found = try place.find() }
          try check(found, expected)
          return spent
        },
      ])
    await store.close()
    try place.dropDatabase()
    let published = expected * ObserveBenchmark.publishedEach
    return Figure(
      name: "observe, \(expected) of \(expected + published)", ours: results[0],
      floorName: "one libmongoc find", floor: results[1])
  }

  /// Each asset is followed by what was published of it, as a collection grows in a studio.
  private func fill(_ place: FloorCollection, _ documents: [Document]) throws {
    for start in stride(from: 0, to: documents.count, by: ObserveBenchmark.chunk) {
      let end = min(start + ObserveBenchmark.chunk, documents.count)
      let bytes = concatenated(documents[start..<end])
      try place.insert(bytes)
      try place.publish(below: bytes, each: ObserveBenchmark.publishedEach)
    }
  }

  private func check(_ found: Int, _ expected: Int) throws {
    guard found == expected else {
      throw BenchmarkError("\(found) documents were read in place of \(expected)")
    }
  }
}
