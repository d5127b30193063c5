internal import BSON
internal import CMongoC

/// libmongoc's pool of connections. `@unchecked Sendable`: the pool locks itself; a client that it
/// lends is used by one thread at a time.
final class MongoPool: @unchecked Sendable {
  private let handle: OpaquePointer
  let address: MongoAddress

  /// Blocks while an SRV address is looked up.
  init(_ address: MongoAddress) throws(AvalonError) {
    self.address = address
    var error = bson_error_t()
    guard let handle = address.withHandle({ mongoc_client_pool_new_with_error($0, &error) }) else {
      throw MongoFailure(error, address: address).asError("connect to", address.description)
    }
    self.handle = handle
    // Version 2 tells a server's errors from the library's own.
    mongoc_client_pool_set_error_api(handle, MONGOC_ERROR_API_VERSION_2)
    mongoc_client_pool_set_appname(handle, "avalon-sync")
    MongoCommands.count(by: handle)
  }

  deinit { mongoc_client_pool_destroy(handle) }

  /// Lends a client; it must not outlive the closure.
  func withClient<R>(
    _ body: (OpaquePointer) throws(AvalonError) -> R
  ) throws(AvalonError) -> R {
    guard let client = mongoc_client_pool_pop(handle) else {
      throw AvalonError(
        .unreachable, operation: "connect to", subject: address.description,
        cause: "no connection became free in time; raise waitQueueTimeoutMS or maxPoolSize",
        isRetryable: true)
    }
    defer { mongoc_client_pool_push(handle, client) }
    return try body(client)
  }

  /// Runs one command and gives its reply.
  func command(
    _ command: Document, database: String, operation: String, subject: String
  ) throws(AvalonError) -> Document {
    try withClient { (client) throws(AvalonError) in
      try MongoLibrary.withReply { (reply) throws(AvalonError) in
        var error = bson_error_t()
        let isDone = MongoLibrary.withBSON(command) { command in
          // The library sets the reply anew.
          mongoc_client_command_simple(client, database, command, nil, reply, &error)
        }
        guard isDone else {
          throw MongoFailure(error, address: address).asError(operation, subject)
        }
        guard let document = MongoLibrary.document(reply) else {
          throw AvalonError(
            .damaged, operation: operation, subject: subject, cause: "the reply is no BSON")
        }
        return document
      }
    }
  }
}
