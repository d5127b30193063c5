package import BSON
internal import Synchronization

/// The controller's records in a database of MongoDB, written with the majority.
package final class MongoRecords: RecordStore {
  private let address: MongoAddress
  private let database: String
  private let workers: Workers
  private let pool = Mutex<MongoPool?>(nil)

  /// - Parameters:
  ///   - uri, timeout: as ``MongoStore`` takes them.
  ///   - avalon: the database that this one may not be.
  package convenience init(
    uri: String, database: String, avalon: String, timeout: Duration? = nil
  ) throws(AvalonError) {
    try self.init(
      MongoAddress(uri, timeout: timeout), database: database, avalon: avalon)
  }

  init(_ address: MongoAddress, database: String, avalon: String) throws(AvalonError) {
    try NamespaceName.check(records: database, beside: avalon)
    self.address = address
    self.database = database
    workers = Workers(limit: min(2, address.connectionLimit))
  }

  package func check() async throws(AvalonError) {
    _ = try await find(Journal.projects, RecordQuery(limit: 1))
  }

  package func index(
    _ collection: String, by fields: [[FieldName]]
  ) async throws(AvalonError) {
    _ = try await command(
      DocumentWriter.document { writer in
        writer.append("createIndexes", collection)
        writer.beginArray("indexes")
        for (number, names) in fields.enumerated() {
          writer.beginDocument(index: number)
          writer.beginDocument("key")
          for name in names { writer.append(name, .int32(1)) }
          writer.end()
          writer.append("name", names.map(\.text).joined(separator: "_"))
          writer.end()
        }
        writer.end()
        concern(writer)
      }, "index", collection)
  }

  package func find(
    _ collection: String, _ query: RecordQuery
  ) async throws(AvalonError) -> [Document] {
    let database = database
    return try await withPool { (pool) throws(AvalonError) in
      try MongoReader(pool: pool, database: database).records(collection, query)
    }
  }

  package func insert(
    _ records: [Document], into collection: String
  ) async throws(AvalonError) {
    guard !records.isEmpty else { return }
    _ = try await command(
      DocumentWriter.document { writer in
        writer.append("insert", collection)
        writer.append("ordered", .bool(false))
        writer.appendArray("documents", records.map(Value.document))
        concern(writer)
      }, "write", collection)
  }

  package func replace(
    _ records: [Document], in collection: String
  ) async throws(AvalonError) {
    var updates: [Document] = []
    var size = 0
    for record in records {
      guard let id = record["_id"] else {
        throw failure("write", collection, "a record has no _id")
      }
      if size + record.byteCount > MongoRecords.largestCommand, !updates.isEmpty {
        try await write(collection, updates)
        (updates, size) = ([], 0)
      }
      size += record.byteCount
      updates.append(
        DocumentWriter.document { writer in
          writer.append("q", .document(DocumentWriter.document { $0.append("_id", id) }))
          writer.append("u", .document(record))
          writer.append("upsert", .bool(true))
        })
    }
    if !updates.isEmpty { try await write(collection, updates) }
  }

  package func update(
    _ collection: String, _ updates: [RecordUpdate]
  ) async throws(AvalonError) -> Int {
    var count = 0
    var part: [Document] = []
    var size = 0
    for statement in updates.map(MongoRecords.statement) {
      if size + statement.byteCount > MongoRecords.largestCommand, !part.isEmpty {
        count += try await write(collection, part)["n"]?.int ?? 0
        (part, size) = ([], 0)
      }
      size += statement.byteCount
      part.append(statement)
    }
    guard !part.isEmpty else { return count }
    return count + (try await write(collection, part)["n"]?.int ?? 0)
  }

  private static func statement(_ update: RecordUpdate) -> Document {
    DocumentWriter.document { writer in
      writer.beginDocument("q")
      writer.append("_id", update.id)
      for (field, value) in update.expected {
        writer.beginDocument(field)
        if let value {
          writer.append("$eq", value)
        } else {
          writer.append("$exists", .bool(false))
        }
        writer.end()
      }
      writer.end()
      writer.beginDocument("u")
      writer.appendFields(
        "$set", update.set.compactMap { field, value in value.map { (field, $0) } })
      writer.appendFields(
        "$unset", update.set.filter { $0.value == nil }.map { ($0.field, .string("")) })
      writer.end()
    }
  }

  package func delete(_ collection: String, ids: [Value]) async throws(AvalonError) {
    guard !ids.isEmpty else { return }
    _ = try await command(
      DocumentWriter.document { writer in
        writer.append("delete", collection)
        writer.beginArray("deletes")
        writer.beginDocument(index: 0)
        writer.beginDocument("q")
        writer.beginDocument("_id")
        writer.appendArray("$in", ids)
        writer.end()
        writer.end()
        writer.append("limit", .int32(0))
        writer.end()
        writer.end()
        concern(writer)
      }, "write", collection)
  }

  package func byteCount(of collection: String) async throws(AvalonError) -> Int {
    let reply = try await command(
      DocumentWriter.document { $0.append("collStats", collection) }, "measure", collection)
    return reply["size"]?.int ?? 0
  }

  package func close() async {
    await workers.close()
    pool.withLock { $0 = nil }
  }

  // MARK: Commands

  /// The bytes of the records in one command: MongoDB takes 16 MiB.
  private static let largestCommand = 8 << 20

  @discardableResult
  private func write(
    _ collection: String, _ updates: [Document]
  ) async throws(AvalonError) -> Document {
    try await command(
      DocumentWriter.document { writer in
        writer.append("update", collection)
        writer.appendArray("updates", updates.map(Value.document))
        concern(writer)
      }, "write", collection)
  }

  func concern(_ writer: DocumentWriter) {
    writer.beginDocument("writeConcern")
    writer.append("w", "majority")
    writer.append("wtimeout", .int(address.writeConcernTimeout))
    writer.end()
  }

  func command(
    _ command: Document, _ operation: String, _ collection: String
  ) async throws(AvalonError) -> Document {
    let reply = try await withPool { [database] (pool) throws(AvalonError) in
      try pool.command(
        command, database: database, operation: operation, subject: "\(database).\(collection)")
    }
    if let flaw = Self.flaw(of: reply) {
      throw failure(operation, collection, address.redacted(flaw))
    }
    return reply
  }

  /// MongoDB's error code for a record that is there already.
  private static let duplicateKey = 11000

  /// A command that was done may still tell of a write that was not, or not by the majority.
  private static func flaw(of reply: Document) -> String? {
    let errors = reply["writeErrors"]?.array?.compactMap(\.document) ?? []
    let error =
      errors.first { $0["code"]?.int != duplicateKey } ?? reply["writeConcernError"]?.document
    return error.map { $0["errmsg"]?.string ?? "it was not written" }
  }

  private func failure(_ operation: String, _ collection: String, _ cause: String) -> AvalonError {
    AvalonError(
      .server, operation: operation, subject: "\(database).\(collection)", cause: cause,
      isRetryable: true)
  }

  /// Lends the pool on a thread that may block; the first call makes it.
  private func withPool<R: Sendable>(
    _ body: @escaping @Sendable (MongoPool) throws(AvalonError) -> R
  ) async throws(AvalonError) -> R {
    try await workers.run { [self] () throws(AvalonError) -> R in
      let pool = try self.pool.withLock { (pool) throws(AvalonError) -> MongoPool in
        if let pool { return pool }
        let made = try MongoPool(address)
        pool = made
        return made
      }
      return try body(pool)
    }
  }
}

extension DocumentWriter {
  /// An operator of an update with its fields; nothing where there are none.
  fileprivate func appendFields(_ name: FieldName, _ fields: [(FieldName, Value)]) {
    guard !fields.isEmpty else { return }
    beginDocument(name)
    for (field, value) in fields { append(field, value) }
    end()
  }
}
