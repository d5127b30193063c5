import BSON
import CFloor

/// One collection through plain libmongoc; its database is deleted by ``dropDatabase()``.
final class FloorCollection {
  private let handle: OpaquePointer

  init(uri: String, database: String, collection: String) throws {
    guard let handle = floor_open(uri, database, collection) else {
      throw BenchmarkError("MongoDB does not answer; is the test stack up (Tests/stack/status)?")
    }
    self.handle = handle
  }

  deinit { floor_close(handle) }

  func drop() throws { try check(floor_drop_collection(handle)) }
  func dropDatabase() throws { try check(floor_drop_database(handle)) }

  func insert(_ documents: [UInt8]) throws {
    try check(floor_insert(handle, documents, documents.count))
  }

  /// Adds `each` subsets, versions and representations below each document.
  func publish(below documents: [UInt8], each: Int) throws {
    try check(floor_publish(handle, documents, documents.count, Int32(each)))
  }

  /// The number of project and asset documents.
  func find() throws -> Int {
    var bytes = 0
    let count = floor_find(handle, &bytes)
    try check(count >= 0)
    return count
  }

  private func check(_ done: Bool) throws {
    guard done else { throw BenchmarkError("MongoDB: \(String(cString: floor_error(handle)))") }
  }
}
