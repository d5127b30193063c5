package import BSON

/// The controller's records beside Avalon's database in a `mongodump` directory.
package final class DumpRecords: RecordStore {
  private let directory: DumpDirectory
  private let database: String
  /// One thread: a write holds the directory's lock anyway.
  private let workers = Workers(limit: 1)

  /// - Parameters:
  ///   - directory: the root, as ``DumpStore`` takes it.
  ///   - avalon: the database that this one may not be.
  package init(directory: String, database: String, avalon: String) throws(AvalonError) {
    try NamespaceName.check(records: database, beside: avalon)
    self.directory = DumpDirectory(root: directory, database: database)
    self.database = database
  }

  package func check() async throws(AvalonError) {
    let directory = directory
    try await workers.run { () throws(AvalonError) in try directory.check() }
  }

  package func index(_ collection: String, by fields: [[FieldName]]) async throws(AvalonError) {}

  package func find(
    _ collection: String, _ query: RecordQuery
  ) async throws(AvalonError) -> [Document] {
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      guard let stem = try directory.collections()[FieldName(collection)] else { return [] }
      let ids = query.ids.map { Set($0.map(RecordKey.init)) }
      var found: [Document] = []
      try DumpReader.read(directory.path(of: stem + DumpFileName.documents)) { document in
        if let ids, !ids.contains(RecordKey(document["_id"])) { return }
        if query.takes(document) { found.append(query.shown(document)) }
      }
      found.sort { query.order == .oldestFirst ? $0.isBefore($1) : $1.isBefore($0) }
      return query.limit.map { Array(found.prefix($0)) } ?? found
    }
  }

  package func insert(
    _ records: [Document], into collection: String
  ) async throws(AvalonError) {
    guard !records.isEmpty else { return }
    try await rewrite(collection) { (writer) throws(AvalonError) in
      var new = RecordKey.index(records) { $0["_id"] }
      return try writer.rewrite {
        document in
        new[RecordKey(document["_id"])] = nil
        return document
      } finish: {
        new.isEmpty ? nil : records.filter { new[RecordKey($0["_id"])] != nil }
      }
    }
  }

  package func replace(
    _ records: [Document], in collection: String
  ) async throws(AvalonError) {
    guard !records.isEmpty else { return }
    try await rewrite(collection) { (writer) throws(AvalonError) in
      var new = RecordKey.index(records) { $0["_id"] }
      return try writer.rewrite {
        document in
        new.removeValue(forKey: RecordKey(document["_id"])) ?? document
      } finish: {
        records.filter { new[RecordKey($0["_id"])] != nil }
      }
    }
  }

  package func update(
    _ collection: String, _ updates: [RecordUpdate]
  ) async throws(AvalonError) -> Int {
    guard !updates.isEmpty else { return 0 }
    return try await rewrite(collection) { (writer) throws(AvalonError) in
      let wanted = RecordKey.index(updates) { $0.id }
      var count = 0
      let flaw = try writer.rewrite {
        document in
        guard let update = wanted[RecordKey(document["_id"])], update.fits(document) else {
          return document
        }
        count += 1
        return update.apply(to: document)
      } finish: {
        count > 0 ? [] : nil
      }
      return (flaw, count)
    }
  }

  package func delete(_ collection: String, ids: [Value]) async throws(AvalonError) {
    guard !ids.isEmpty else { return }
    try await rewrite(collection) { (writer) throws(AvalonError) in
      let gone = RecordKey.index(ids) { $0 }
      var isDone = false
      return try writer.rewrite {
        document in
        guard gone[RecordKey(document["_id"])] != nil else { return document }
        isDone = true
        return nil
      } finish: {
        isDone ? [] : nil
      }
    }
  }

  package func byteCount(of collection: String) async throws(AvalonError) -> Int {
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      guard let stem = try directory.collections()[FieldName(collection)] else { return 0 }
      var count = 0
      try DumpReader.read(directory.path(of: stem + DumpFileName.documents)) {
        count += $0.byteCount
      }
      return count
    }
  }

  package func close() async { await workers.close() }

  // MARK: Writing

  private func rewrite(
    _ collection: String,
    _ body: @escaping @Sendable (DumpWriter) throws(AvalonError) -> String?
  ) async throws(AvalonError) {
    try await rewrite(collection) { (writer) throws(AvalonError) in (try body(writer), ()) }
  }

  /// What may not be on the disk is no record: the journal must not be weaker than what it tells of.
  private func rewrite<R: Sendable>(
    _ collection: String,
    _ body: @escaping @Sendable (DumpWriter) throws(AvalonError) -> (flaw: String?, R)
  ) async throws(AvalonError) -> R {
    try NamespaceName.check(collection: collection, in: database)
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      let (flaw, result) = try body(DumpWriter(directory: directory, collection: collection))
      if let flaw {
        throw AvalonError(.io, operation: "write", subject: directory.path, cause: flaw)
      }
      return result
    }
  }
}

/// What tells records apart, to be looked up: their `_id`s are texts or ids.
private struct RecordKey: Hashable {
  private let text: String?
  private let id: ObjectID?

  init(_ id: Value?) {
    text = id?.string
    self.id = id?.objectID
  }

  static func index<T>(_ items: [T], _ id: (T) -> Value?) -> [RecordKey: T] {
    Dictionary(items.map { (RecordKey(id($0)), $0) }, uniquingKeysWith: { _, last in last })
  }
}

extension RecordQuery {
  /// But for ``ids``.
  fileprivate func takes(_ document: Document) -> Bool {
    let id = document["_id"]?.objectID
    if let after { guard let id, id > after else { return false } }
    if let before { guard let id, id < before else { return false } }
    guard equal.allSatisfy({ document[$0.field] == $0.value }) else { return false }
    guard let touching else { return true }
    return document[touching.list]?.array?.contains { element in
      element.document?["_id"]?.objectID.map(touching.ids.contains) == true
    } == true
  }

  fileprivate func shown(_ document: Document) -> Document {
    guard !fields.isEmpty else { return document }
    return DocumentWriter.document { writer in
      for element in document
      where element.hasName("_id") || fields.contains(where: element.hasName) {
        writer.append(element)
      }
    }
  }
}

extension RecordUpdate {
  fileprivate func fits(_ document: Document) -> Bool {
    expected.allSatisfy { document[$0.field] == $0.value }
  }

  fileprivate func apply(to document: Document) -> Document {
    DocumentWriter.document { writer in
      var pending = set
      for element in document {
        guard let index = pending.firstIndex(where: { element.hasName($0.field) }) else {
          writer.append(element)
          continue
        }
        let (field, value) = pending.remove(at: index)
        if let value { writer.append(field, value) }
      }
      for (field, value) in pending { if let value { writer.append(field, value) } }
    }
  }
}

extension Document {
  /// By `_id`: texts before ids, as in MongoDB.
  fileprivate func isBefore(_ other: Document) -> Bool {
    switch (self["_id"], other["_id"]) {
    case (.string(let mine)?, .string(let theirs)?): FieldName(mine) < FieldName(theirs)
    case (.objectID(let mine)?, .objectID(let theirs)?): mine < theirs
    case (.string?, _): true
    default: false
    }
  }
}
