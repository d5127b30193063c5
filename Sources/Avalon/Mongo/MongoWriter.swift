internal import BSON
internal import CMongoC

/// Writes to one collection: unordered bulks that each fit into one command, so that a bulk's reply
/// is one server's answer and a broken connection leaves only that bulk's outcomes unknown. They are
/// commands of our own, as libmongoc's bulks can be given no `maxTimeMS` and are repeated unasked.
struct MongoWriter {
  let pool: MongoPool
  let database: String
  let collection: String
  let gate: WriteGate?

  private var subject: String { "\(database).\(collection)" }

  /// - Throws: what stopped the first bulk before anything was written.
  func write(_ operations: [WriteOperation]) throws(AvalonError) -> [WriteOutcome] {
    try pool.withClient { (client) throws(AvalonError) in
      let limits = try MongoLimits(client: client, address: pool.address, subject: subject)
      var outcomes = [WriteOutcome?](repeating: nil, count: operations.count)
      let bulks = WriteBulk.make(of: operations, limits: limits, outcomes: &outcomes)
      var broken: String?
      for (number, bulk) in bulks.enumerated() {
        if let broken {
          bulk.conclude(.unknown("not sent: \(broken)"), in: &outcomes)
          continue
        }
        if let refusal = gate?.refusal {
          bulk.conclude(.skipped(refusal), in: &outcomes)
          continue
        }
        do throws(AvalonError) {
          broken = try send(bulk, client: client, outcomes: &outcomes)
        } catch {
          // Before the first bulk nothing was written and the caller may try all of it again.
          if number == 0 { throw error }
          bulk.conclude(.failed(error.cause), in: &outcomes)
        }
      }
      return outcomes.map { $0 ?? .unknown("the server's reply does not name it") }
    }
  }

  /// A document that is still there after its delete was not as expected.
  func confirmDeletes(
    of operations: [WriteOperation], _ outcomes: inout [WriteOutcome]
  ) throws(AvalonError) {
    var places: [ObjectID: Int] = [:]
    for (place, operation) in operations.enumerated() where outcomes[place] == .applied {
      if case .delete(let removal) = operation { places[removal.id] = place }
    }
    guard !places.isEmpty else { return }
    let left = try MongoReader(pool: pool, database: database)
      .documents(collection, ids: Array(places.keys))
    for document in left {
      guard let id = document[AvalonFields.idField]?.objectID, let place = places[id] else {
        continue
      }
      outcomes[place] = .conflicted
    }
  }

  /// Sends one bulk and sets its outcomes.
  /// - Returns: why nothing more can be sent, or nil.
  /// - Throws: when the server refused the bulk as a whole, or it could not be sent.
  private func send(
    _ bulk: WriteBulk, client: OpaquePointer, outcomes: inout [WriteOutcome?]
  ) throws(AvalonError) -> String? {
    var error = bson_error_t()
    let (isDone, reply) = execute(bulk, client: client, error: &error)
    let answer = BulkReply(reply, address: pool.address)
    if !isDone, answer.isEmpty {
      let failure = MongoFailure(error, address: pool.address)
      switch failure.origin {
      case .refused, .notSent: throw failure.asError("write", subject)
      case .connection, .interrupted:
        bulk.conclude(.unknown(failure.words), in: &outcomes)
        return failure.words
      }
    }
    answer.conclude(bulk, in: &outcomes)
    return nil
  }

  private func execute(
    _ bulk: WriteBulk, client: OpaquePointer, error: inout bson_error_t
  ) -> (isDone: Bool, reply: Document?) {
    MongoLibrary.withBSON(bulk.command(for: collection)) { command in
      MongoLibrary.withBSON(options) { options in
        MongoLibrary.withReply { reply in
          let isDone = mongoc_client_command_with_opts(
            client, database, command, nil, options, reply, &error)
          return (isDone, MongoLibrary.document(reply))
        }
      }
    }
  }

  private var options: Document {
    DocumentWriter.document { writer in
      writer.beginDocument("writeConcern")
      writer.append("w", "majority")
      writer.append("wtimeout", .int(pool.address.writeConcernTimeout))
      if pool.address.wantsJournal { writer.append("j", .bool(true)) }
      writer.end()
      if let gate { writer.append("maxTimeMS", .int(gate.maxTime.milliseconds)) }
    }
  }
}

/// What the server takes at once, from its `hello`.
struct MongoLimits {
  let documentSize: Int
  let bulkSize: Int
  let bulkCount: Int

  /// Looks for a server that takes writes.
  init(client: OpaquePointer, address: MongoAddress, subject: String) throws(AvalonError) {
    var error = bson_error_t()
    guard let server = mongoc_client_select_server(client, true, nil, &error) else {
      throw MongoFailure(error, address: address).asError("write", subject)
    }
    defer { mongoc_server_description_destroy(server) }
    // A direct connection is taken for writes whatever the server's role is.
    let kind = String(cString: mongoc_server_description_type(server))
    if ["RSSecondary", "RSArbiter", "RSOther", "RSGhost"].contains(kind) {
      throw AvalonError(
        .notPrimary, operation: "write", subject: subject,
        cause: MongoFailure.primaryAdvice("\(address.description) takes no writes (\(kind))"),
        isRetryable: true)
    }
    let hello = mongoc_server_description_hello_response(server)
      .flatMap { MongoLibrary.document($0) }
    documentSize = hello?["maxBsonObjectSize"]?.int ?? WriteCheck.maximumDocumentSize
    // The server takes commands that are a little larger than a document may be.
    bulkSize = documentSize
    bulkCount = min(hello?["maxWriteBatchSize"]?.int ?? 100_000, 20_000)
  }
}
