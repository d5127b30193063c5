internal import BSON
internal import CMongoC
internal import Glibc

/// libmongoc itself: started once a process, its own log switched off, its texts as Swift strings.
enum MongoLibrary {
  private static let started: Void = {
    mongoc_init()
    // It writes warnings to standard error; what matters comes back as an error.
    mongoc_log_set_handler(nil, nil)
    // Its counters, which nobody reads. A process that is killed would leave them, and libmongoc warns of
    // them, before the program begins, to who gets the same process id.
    shm_unlink("/mongoc-\(getpid())")
  }()

  static func start() { _ = started }

  static func text(of error: bson_error_t) -> String {
    withUnsafePointer(to: error.message) {
      $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
        String(cString: $0)
      }
    }
  }

  /// Lends a document as libbson's type; the pointer must not outlive the closure.
  static func withBSON<R, E: Error>(
    _ document: Document, _ body: (OpaquePointer) throws(E) -> R
  ) throws(E) -> R {
    let copy = document.withBytes { bytes in
      bson_new_from_data(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
    guard let copy else { fatalError("a document that was checked is no BSON") }
    defer { bson_destroy(copy) }
    return try body(copy)
  }

  /// Lends a place for a reply, which libmongoc fills, and frees it.
  static func withReply<R, E: Error>(
    _ body: (OpaquePointer) throws(E) -> R
  ) throws(E) -> R {
    guard let reply = avalon_reply_new() else { fatalError("out of memory") }
    defer { avalon_reply_free(reply) }
    return try body(reply)
  }

  /// Lends the bytes of a document of libbson.
  static func withBytes<R, E: Error>(
    of bson: OpaquePointer, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try body(UnsafeRawBufferPointer(start: bson_get_data(bson), count: avalon_bson_length(bson)))
  }

  /// Copies a document of libbson; nil where it is none.
  static func document(_ bson: OpaquePointer) -> Document? {
    withBytes(of: bson) { try? Document(validating: $0) }
  }
}
