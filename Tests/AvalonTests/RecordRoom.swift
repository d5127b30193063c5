import BSON
import Foundation
import TestSupport
import Testing

@testable import Avalon

/// A controller's database of a test's own, on the same servers as ``StoreRoom``.
struct RecordRoom: Sendable {
  let records: any RecordStore
  /// Where Avalon's documents are, beside it.
  let room: StoreRoom
  let database: String

  /// Makes the room, and empties it whatever the test did.
  static func with(_ kind: StoreKind, _ body: (RecordRoom) async throws -> Void) async throws {
    try await StoreRoom.with(kind) { (room) async throws in
      let database = room.database + "_sync"
      guard kind != .dump else {
        let directory = try #require(room.dumpDirectory) as NSString
        let records = try DumpRecords(
          directory: directory.deletingLastPathComponent, database: database,
          avalon: room.database)
        try await body(RecordRoom(records: records, room: room, database: database))
        return await records.close()
      }
      let url = try #require(kind == .replicaSet ? Stack.mongoURL : Stack.standaloneMongoURL)
      let records = try MongoRecords(
        uri: url, database: database, avalon: room.database, timeout: .seconds(10))
      let cleaner = try MongoStore(uri: url, database: database, timeout: .seconds(10))
      func clear() async {
        _ = try? await cleaner.command(document(("dropDatabase", .int32(1))))
        await cleaner.close()
        await records.close()
      }
      do {
        try await body(RecordRoom(records: records, room: room, database: database))
      } catch {
        await clear()
        throw error
      }
      await clear()
    }
  }

  func ids(_ collection: String, _ query: RecordQuery = RecordQuery()) async throws -> [Value] {
    try await records.find(collection, query).compactMap { $0["_id"] }
  }
}
