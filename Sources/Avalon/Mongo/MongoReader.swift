internal import BSON
internal import CMongoC

/// Reads of one database. Avalon's collections have no index but that of `_id`, and we make none:
/// one pass of the server over the collection, with filter and projection there, is all that is asked.
struct MongoReader {
  let pool: MongoPool
  let database: String

  /// Documents that were read share pieces of memory of this size, so that a piece is freed early.
  private static let pieceSize = 8 * 1024 * 1024
  /// Documents a reply: few round trips, and replies of a few MB that do not add up in memory. The
  /// server's default is 101 at first, then 16 MB.
  private static let batchSize: Int32 = 4000
  /// The most that a filter may hold; a query is a document and has a document's limit.
  private static let filterSize = 8 * 1024 * 1024

  func documents(_ collection: String) throws(AvalonError) -> [Document] {
    try find(collection, filter: filter { _ in }, fields: AvalonFields.all)
  }

  func projects(_ collection: String) throws(AvalonError) -> [Document] {
    let filter = DocumentWriter.document {
      $0.append(AvalonFields.typeField, AvalonFields.projectType)
    }
    return try find(collection, filter: filter, fields: AvalonFields.all)
  }

  /// - Parameter fields: nil for all.
  func documents(
    _ collection: String, ids: [ObjectID], fields: [FieldName]? = AvalonFields.all
  ) throws(AvalonError) -> [Document] {
    var found: [Document] = []
    for part in parts(of: Array(Set(ids)).sorted(), size: { _ in 32 }) {
      let filter = filter { $0.appendIn(AvalonFields.idField, part.map(Value.objectID)) }
      found += try find(collection, filter: filter, fields: fields)
    }
    return found
  }

  func documents(_ collection: String, names: [String]) throws(AvalonError) -> [Document] {
    var found: [Document] = []
    let size = { (name: String) in name.utf8.count + 16 }
    var parts = parts(of: names, size: size)
    // A name in two filters would find its documents twice.
    if parts.count > 1 { parts = self.parts(of: distinct(names), size: size) }
    for part in parts {
      let filter = filter { $0.appendIn(AvalonFields.nameField, part.map(Value.string)) }
      found += try find(collection, filter: filter, fields: AvalonFields.naming)
    }
    return found
  }

  /// Each text once, by its bytes: Swift takes two spellings of an accent for equal.
  private func distinct(_ names: [String]) -> [String] {
    var seen: Set<FieldName> = []
    seen.reserveCapacity(names.count)
    return names.filter { seen.insert(FieldName($0)).inserted }
  }

  /// Cuts a list so that each part fits into a filter.
  private func parts<T>(of items: [T], size: (T) -> Int) -> [ArraySlice<T>] {
    var parts: [ArraySlice<T>] = []
    var start = 0
    var used = 0
    for (index, item) in items.enumerated() {
      let needed = size(item)
      if used + needed > Self.filterSize, index > start {
        parts.append(items[start..<index])
        (start, used) = (index, 0)
      }
      used += needed
    }
    if start < items.count { parts.append(items[start...]) }
    return parts
  }

  private func filter(_ more: (DocumentWriter) -> Void) -> Document {
    DocumentWriter.document { writer in
      more(writer)
      writer.appendIn(AvalonFields.typeField, AvalonFields.types.map(Value.string))
    }
  }

  private func find(
    _ collection: String, filter: Document, fields: [FieldName]?
  ) throws(AvalonError) -> [Document] {
    let options = DocumentWriter.document { writer in
      if let fields {
        writer.beginDocument("projection")
        for field in fields { writer.append(field, .int32(1)) }
        writer.end()
      }
      writer.append("batchSize", .int32(Self.batchSize))
      writer.beginDocument("collation")
      writer.append("locale", "simple")
      writer.end()
    }
    return try find(collection, filter: filter, options: options)
  }

  func find(
    _ collection: String, filter: Document, options: Document
  ) throws(AvalonError) -> [Document] {
    try pool.withClient { (client) throws(AvalonError) in
      let handle = mongoc_client_get_collection(client, database, collection)
      defer { mongoc_collection_destroy(handle) }
      let preference = mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
      defer { mongoc_read_prefs_destroy(preference) }
      return try MongoLibrary.withBSON(filter) { (filter) throws(AvalonError) in
        try MongoLibrary.withBSON(options) { (options) throws(AvalonError) in
          let cursor = mongoc_collection_find_with_opts(handle, filter, options, preference)
          defer { mongoc_cursor_destroy(cursor) }
          return try drain(cursor, subject: "\(database).\(collection)")
        }
      }
    }
  }

  private func drain(_ cursor: OpaquePointer?, subject: String) throws(AvalonError) -> [Document] {
    var found: [Document] = []
    var writer = DocumentWriter(capacity: 64 * 1024)
    var next: OpaquePointer?
    while mongoc_cursor_next(cursor, &next) {
      guard let document = next else { break }
      do throws(BSONError) {
        try MongoLibrary.withBytes(of: document) { (bytes) throws(BSONError) in
          try writer.appendRoot(copying: bytes)
        }
      } catch {
        throw AvalonError(.damaged, operation: "read", subject: subject, cause: "\(error)")
      }
      if writer.byteCount >= Self.pieceSize {
        found += writer.finish()
        writer = DocumentWriter(capacity: Self.pieceSize + 64 * 1024)
      }
    }
    var error = bson_error_t()
    if mongoc_cursor_error(cursor, &error) {
      throw MongoFailure(error, address: pool.address).asError("read", subject)
    }
    found += writer.finish()
    return found
  }

  /// `listCollections` for those that the account may see; views and time series are left out.
  func collections() throws(AvalonError) -> [String] {
    let options = DocumentWriter.document { writer in
      writer.append("authorizedCollections", .bool(true))
      writer.beginDocument("filter")
      writer.append("type", "collection")
      writer.end()
    }
    return try pool.withClient { (client) throws(AvalonError) in
      let handle = mongoc_client_get_database(client, database)
      defer { mongoc_database_destroy(handle) }
      var error = bson_error_t()
      let list = MongoLibrary.withBSON(options) { options in
        mongoc_database_get_collection_names_with_opts(handle, options, &error)
      }
      guard let list else {
        throw MongoFailure(error, address: pool.address)
          .asError("list the collections of", database)
      }
      defer { bson_strfreev(list) }
      var names: [String] = []
      var index = 0
      while let name = list[index] {
        names.append(String(cString: name))
        index += 1
      }
      return names.filter { !NamespaceName.isReserved($0) }.sorted()
    }
  }
}

extension DocumentWriter {
  /// `name: {$in: [values]}`.
  fileprivate func appendIn(_ name: FieldName, _ values: [Value]) {
    beginDocument(name)
    appendArray("$in", values)
    end()
  }
}
