package import BSON
internal import Synchronization

/// Avalon's documents in MongoDB, through libmongoc's pool of connections.
///
/// Works on a standalone server, a replica set and a sharded cluster. Reads go to the primary, writes
/// wait for the majority. No write is repeated here: after a broken connection its outcome is not
/// known, and ``Applier`` reads again before it tries again. No index is made.
package final class MongoStore: AvalonStore {
  private let address: MongoAddress
  private let database: String
  private let workers: Workers
  private let pool = Mutex<MongoPool?>(nil)

  /// - Parameters:
  ///   - uri: as libmongoc takes it; the database that it names is not used.
  ///   - timeout: to find and to reach a server, unless the URI has its own time-outs.
  /// - Throws: ``AvalonError`` for a URI or a database's name that cannot be used; no connection is
  ///   made yet.
  package init(uri: String, database: String, timeout: Duration? = nil) throws(AvalonError) {
    try NamespaceName.check(database: database)
    address = try MongoAddress(uri, timeout: timeout)
    self.database = database
    workers = Workers(limit: min(4, address.connectionLimit))
  }

  package func describe() async throws(AvalonError) -> StoreDescription {
    let reply = try await command(
      DocumentWriter.document { $0.append("buildInfo", .int32(1)) }, on: "admin",
      operation: "connect to")
    // Servers before 4.4 do not know it as `hello`.
    let hello = try await command(
      DocumentWriter.document { $0.append("isMaster", .int32(1)) }, on: "admin",
      operation: "connect to")
    return StoreDescription(
      address: address.description, database: database, version: reply["version"]?.string,
      replicaSet: hello["setName"]?.string)
  }

  package func collections() async throws(AvalonError) -> [String] {
    let database = database
    return try await withPool { (pool) throws(AvalonError) in
      try MongoReader(pool: pool, database: database).collections()
    }
  }

  package func read(collection: String) async throws(AvalonError) -> [Document] {
    try await read(collection) { (reader) throws(AvalonError) in try reader.documents(collection) }
  }

  package func read(
    collection: String, ids: [ObjectID]
  ) async throws(AvalonError) -> [Document] {
    try await read(collection) { (reader) throws(AvalonError) in
      try reader.documents(collection, ids: ids)
    }
  }

  package func readWhole(
    collection: String, ids: [ObjectID]
  ) async throws(AvalonError) -> [Document] {
    try await read(collection) { (reader) throws(AvalonError) in
      try reader.documents(collection, ids: ids, fields: nil)
    }
  }

  package func read(
    collection: String, names: [String]
  ) async throws(AvalonError) -> [Document] {
    try await read(collection) { (reader) throws(AvalonError) in
      try reader.documents(collection, names: names)
    }
  }

  package func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome] {
    try NamespaceName.check(collection: collection, in: database)
    guard !operations.isEmpty else { return [] }
    let database = database
    return try await withPool { (pool) throws(AvalonError) in
      let writer = MongoWriter(
        pool: pool, database: database, collection: collection, gate: gate)
      var outcomes = try writer.write(operations)
      do throws(AvalonError) {
        try writer.confirmDeletes(of: operations, &outcomes)
      } catch {
        for (place, operation) in operations.enumerated() where outcomes[place] == .applied {
          if case .delete = operation { outcomes[place] = .unknown(error.cause) }
        }
      }
      return outcomes
    }
  }

  package func rename(collection: String, to name: String) async throws(AvalonError) {
    try NamespaceName.check(collection: collection, in: database)
    try NamespaceName.check(collection: name, in: database)
    let database = database
    try await withPool { (pool) throws(AvalonError) in
      try CollectionCommands(pool: pool, database: database).rename(collection, to: name)
    }
  }

  package func projects(collection: String) async throws(AvalonError) -> [Document] {
    try await read(collection) { (reader) throws(AvalonError) in try reader.projects(collection) }
  }

  package func publishedParents(
    collection: String
  ) async throws(AvalonError) -> Set<ObjectID> {
    try NamespaceName.check(collection: collection, in: database)
    let database = database
    return try await withPool { (pool) throws(AvalonError) in
      try CollectionCommands(pool: pool, database: database).publishedParents(collection)
    }
  }

  package func close() async {
    await workers.close()
    pool.withLock { $0 = nil }
  }

  /// Runs a command of the server, in this store's database where none is named.
  func command(
    _ command: Document, on other: String? = nil, operation: String = "command"
  ) async throws(AvalonError) -> Document {
    let database = other ?? database
    return try await withPool { (pool) throws(AvalonError) in
      try pool.command(
        command, database: database, operation: operation, subject: pool.address.description)
    }
  }

  private func read(
    _ collection: String,
    _ body: @escaping @Sendable (MongoReader) throws(AvalonError) -> [Document]
  ) async throws(AvalonError) -> [Document] {
    try NamespaceName.check(collection: collection, in: database)
    let database = database
    return try await withPool { (pool) throws(AvalonError) in
      try body(MongoReader(pool: pool, database: database))
    }
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
