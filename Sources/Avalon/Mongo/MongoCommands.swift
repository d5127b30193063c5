internal import CMongoC
internal import Synchronization

/// How many commands this process has sent to MongoDB, of all its pools; for metrics.
package enum MongoCommands {
  private static let sent = Atomic(0)

  package static var total: Int { sent.load(ordering: .relaxed) }

  /// - Parameter pool: one that has lent no client yet.
  static func count(by pool: OpaquePointer) {
    let callbacks = mongoc_apm_callbacks_new()
    defer { mongoc_apm_callbacks_destroy(callbacks) }
    mongoc_apm_set_command_started_cb(callbacks) { _ in
      MongoCommands.sent.wrappingAdd(1, ordering: .relaxed)
    }
    mongoc_client_pool_set_apm_callbacks(pool, callbacks, nil)
  }
}
