import BSON
import Foundation
import TestSupport
import Testing

@testable import Avalon

/// Which store a contract test runs on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case replicaSet = "replica set"
  case standalone = "standalone mongod"
  case dump = "dump directory"

  var testDescription: String { rawValue }

  /// Those whose server is there; all where the stack is required.
  static var available: [StoreKind] {
    allCases.filter { kind in
      switch kind {
      case .replicaSet: Stack.has("TEST_MONGO_URL")
      case .standalone: Stack.has("TEST_MONGO_STANDALONE_URL")
      case .dump: true
      }
    }
  }
}

/// A store with a database of its own, and what a test does there behind the store's back.
struct StoreRoom: Sendable {
  let store: any AvalonStore
  let database: String
  let collection = "bigbuck"
  fileprivate let backdoor: Backdoor

  fileprivate enum Backdoor: Sendable {
    case mongo(MongoStore)
    case dump(directory: String)
  }

  /// Makes the room, and empties it whatever the test did.
  static func with(_ kind: StoreKind, _ body: (StoreRoom) async throws -> Void) async throws {
    let room = try make(kind)
    do {
      try await body(room)
    } catch {
      try? await room.clear()
      throw error
    }
    try await room.clear()
  }

  private static func make(_ kind: StoreKind) throws -> StoreRoom {
    let database = "avalon_" + UUID().uuidString.prefix(8).lowercased()
    if kind == .dump {
      let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("avalon-sync-" + UUID().uuidString).path
      let store = try DumpStore(directory: directory, database: database)
      return StoreRoom(store: store, database: database, backdoor: .dump(directory: directory))
    }
    let url = try #require(kind == .replicaSet ? Stack.mongoURL : Stack.standaloneMongoURL)
    let store = try MongoStore(uri: url, database: database, timeout: .seconds(10))
    return StoreRoom(store: store, database: database, backdoor: .mongo(store))
  }

  private func clear() async throws {
    switch backdoor {
    case .mongo(let store):
      _ = try await store.command(document(("dropDatabase", .int32(1))))
      await store.close()
    case .dump(let directory):
      await store.close()
      if FileManager.default.fileExists(atPath: directory) {
        try FileManager.default.removeItem(atPath: directory)
      }
    }
  }

  var dumpDirectory: String? {
    if case .dump(let directory) = backdoor { directory + "/" + database } else { nil }
  }

  // MARK: Through the store

  func collections() async throws -> [String] { try await store.collections() }

  func read(_ other: String? = nil) async throws -> [Document] {
    try await store.read(collection: other ?? collection)
  }

  func read(_ other: String? = nil, ids: [ObjectID]) async throws -> [Document] {
    try await store.read(collection: other ?? collection, ids: ids)
  }

  func read(_ other: String? = nil, names: [String]) async throws -> [Document] {
    try await store.read(collection: other ?? collection, names: names)
  }

  func write(
    _ operations: [WriteOperation], to other: String? = nil
  ) async throws -> [WriteOutcome] {
    try await store.write(collection: other ?? collection, operations)
  }

  // MARK: Behind the store's back

  /// Adds documents of any kind, as an artist's tool does.
  func put(_ documents: [Document]) async throws {
    switch backdoor {
    case .mongo(let store):
      for start in stride(from: 0, to: documents.count, by: 5000) {
        let part = documents[start..<min(start + 5000, documents.count)]
        let reply = try await store.command(
          DocumentWriter.document { writer in
            writer.append("insert", collection)
            writer.appendArray("documents", part.map(Value.document))
          })
        try #require(reply["n"]?.int == part.count, "\(JSONText.write(reply))")
      }
    case .dump: try rewrite { $0 + documents }
    }
  }

  /// All documents of the collection with all their fields.
  func all() async throws -> [Document] {
    switch backdoor {
    case .mongo(let store):
      let reply = try await store.command(
        document(
          ("find", .string(collection)), ("batchSize", .int32(1_000_000)),
          ("singleBatch", .bool(true))))
      return try #require(reply[path: ["cursor", "firstBatch"]]?.array).compactMap(\.document)
    case .dump(let directory):
      let path = directory + "/\(database)/\(collection).bson"
      guard let data = FileManager.default.contents(atPath: path) else { return [] }
      return try data.withUnsafeBytes { try Document.sequence(in: Storage(copying: $0)) }
    }
  }

  func one(_ id: ObjectID) async throws -> Document? {
    try await all().first { $0["_id"]?.objectID == id }
  }

  func remove(_ id: ObjectID) async throws {
    switch backdoor {
    case .mongo(let store):
      let query = document(
        ("q", .document(document(("_id", .objectID(id))))), ("limit", .int32(1)))
      _ = try await store.command(
        DocumentWriter.document { writer in
          writer.append("delete", collection)
          writer.appendArray("deletes", [.document(query)])
        })
    case .dump: try rewrite { $0.filter { $0["_id"]?.objectID != id } }
    }
  }

  /// Puts another document in a document's place.
  func replace(_ document: Document) async throws {
    let id = try #require(document["_id"]?.objectID)
    try await remove(id)
    try await put([document])
  }

  private func rewrite(_ change: ([Document]) -> [Document]) throws {
    guard case .dump(let directory) = backdoor else { return }
    let folder = directory + "/" + database
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/\(collection).bson"
    let old = FileManager.default.contents(atPath: path) ?? Data()
    let documents = try old.withUnsafeBytes { try Document.sequence(in: Storage(copying: $0)) }
    var bytes = Data()
    for document in change(documents) { document.withBytes { bytes.append(contentsOf: $0) } }
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}

// MARK: Building documents

func document(_ fields: (FieldName, Value)...) -> Document {
  DocumentWriter.document { writer in for (name, value) in fields { writer.append(name, value) } }
}

func list(_ values: Value...) -> Value {
  .array(
    DocumentWriter.document { writer in
      for (index, value) in values.enumerated() { writer.append(index: index, value) }
    })
}

/// An id that is told from others by its number.
func id(_ number: Int) -> ObjectID {
  let text = String(number, radix: 16)
  guard let id = ObjectID(hex: String(repeating: "0", count: 24 - text.count) + text) else {
    fatalError("\(number) makes no id")
  }
  return id
}

func asset(_ number: Int, _ name: String = "hero", data: Value = .document(.empty)) -> Document {
  document(
    ("_id", .objectID(id(number))), ("type", "asset".value), ("name", name.value), ("data", data))
}

extension String {
  var value: Value { .string(self) }
}

extension DocumentUpdate {
  /// Sets one field that held `old`.
  init(_ number: Int, _ path: FieldPath, from old: Value?, to new: Value?) {
    self.init(
      id: AvalonTests.id(number), expected: [(path, old)], set: new.map { [(path, $0)] } ?? [],
      unset: new == nil ? [path] : [])
  }
}

extension AvalonStore {
  /// Writes as a command that runs once does: without a gate.
  func write(
    collection: String, _ operations: [WriteOperation]
  ) async throws(AvalonError) -> [WriteOutcome] {
    try await write(collection: collection, operations, gate: nil)
  }
}
