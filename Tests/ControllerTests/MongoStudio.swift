import BSON
import Controller
import Foundation
import Identity
import Planning
import TestSupport
import Testing

@testable import Avalon

/// Which MongoDB a test writes to.
enum MongoKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case replicaSet = "replica set"
  case standalone

  var testDescription: String { rawValue }

  static var isAvailable: Bool {
    Stack.has("TEST_MONGO_URL") && Stack.has("TEST_MONGO_STANDALONE_URL")
  }

  var url: String? { self == .replicaSet ? Stack.mongoURL : Stack.standaloneMongoURL }
}

/// A database of a real MongoDB with its controller's database, and what artists do there behind the
/// store's back.
struct MongoStudio: Sendable {
  let store: MongoStore
  private let records: MongoRecords
  private let database: String

  /// Makes the studio, and drops its databases whatever the test did.
  static func with(_ kind: MongoKind, _ body: (MongoStudio) async throws -> Void) async throws {
    let url = try #require(kind.url)
    let database = "studio_" + UUID().uuidString.prefix(8).lowercased()
    let studio = MongoStudio(
      store: try MongoStore(uri: url, database: database, timeout: .seconds(10)),
      records: try MongoRecords(uri: url, database: database + "_sync", avalon: database),
      database: database)
    let result: Result<Void, any Error>
    do { result = .success(try await body(studio)) } catch { result = .failure(error) }
    for name in [database, database + "_sync"] { try await studio.drop(name) }
    await studio.records.close()
    await studio.store.close()
    try result.get()
  }

  private func drop(_ name: String) async throws {
    _ = try await store.command(
      DocumentWriter.document { $0.append("dropDatabase", .int32(1)) }, on: name)
  }

  /// The journal of one run.
  func journal(run number: Int) -> TargetJournal {
    let run = JournalRun(
      id: .run(at: Int64(number) * 1000, chance: UInt64(number)), user: "test", host: "test",
      time: Int64(number), why: "apply")
    return TargetJournal(
      Journal(records: records, run: run) { Issue.record("\($0)") }, database: database)
  }

  func loseControllersDatabase() async throws { try await drop(database + "_sync") }

  /// Batches of which the outcome was never written down.
  func openIntents() async throws -> Int {
    try await records.find(Journal.batches, RecordQuery()).count {
      $0[JournalField.state] == JournalField.intent
    }
  }

  /// Every document of a collection, of any type.
  func documents(_ collection: String) async throws -> [Document] {
    let reply = try await store.command(
      DocumentWriter.document { writer in
        writer.append("find", collection)
        writer.append("batchSize", .int32(1_000_000))
        writer.append("singleBatch", .bool(true))
      })
    return try #require(reply[path: ["cursor", "firstBatch"]]?.array).compactMap(\.document)
  }

  /// Makes a collection hold just these documents, by replacing and deleting whole ones.
  func put(_ documents: [Document], _ collection: String) async throws {
    let old = Dictionary(
      uniqueKeysWithValues: try await self.documents(collection).map { ($0["_id"]?.objectID, $0) })
    let new = Set(documents.map { $0["_id"]?.objectID })
    try await send(
      "update", "updates",
      documents.filter { old[$0["_id"]?.objectID] != $0 }.map { document in
        DocumentWriter.document { writer in
          writer.append("q", .document(MongoStudio.filter(document)))
          writer.append("u", .document(document))
          writer.append("upsert", .bool(true))
        }
      }, collection)
    try await send(
      "delete", "deletes",
      old.filter { !new.contains($0.key) }.map { _, document in
        DocumentWriter.document { writer in
          writer.append("q", .document(MongoStudio.filter(document)))
          writer.append("limit", .int32(1))
        }
      }, collection)
  }

  private static func filter(_ document: Document) -> Document {
    DocumentWriter.document { $0.append("_id", document["_id"] ?? .null) }
  }

  private func send(
    _ command: FieldName, _ list: FieldName, _ items: [Document], _ collection: String
  ) async throws {
    guard !items.isEmpty else { return }
    let reply = try await store.command(
      DocumentWriter.document { writer in
        writer.append(command, collection)
        writer.appendArray(list, items.map(Value.document))
      })
    try #require(
      reply["writeErrors"] == nil && reply["n"]?.int == items.count, "\(JSONText.write(reply))")
  }
}
