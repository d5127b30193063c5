package import BSON

/// Where Avalon's documents are kept: one collection per project, named like the project
/// (avalon-core's `io` reads `database[AVALON_PROJECT]`).
///
/// Two real stores keep this contract and one suite tests both: MongoDB and a `mongodump` directory.
package protocol AvalonStore: Sendable {
  /// What a person needs to know which database this is; opens the connection.
  /// - Throws: ``AvalonError`` when it cannot be reached or read.
  func describe() async throws(AvalonError) -> StoreDescription

  /// The names of the database's collections, sorted; no views and no `system.` ones.
  func collections() async throws(AvalonError) -> [String]

  /// The project and asset documents of a collection (`type` `project`, `asset` or
  /// `archived_asset`), each with the top-level fields that Avalon defines for them and nothing
  /// of subsets, versions and representations. An unknown collection gives none.
  func read(collection: String) async throws(AvalonError) -> [Document]

  /// Those documents of the same kinds whose `_id` is among the given ones.
  func read(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document]

  /// The same with all of their top-level fields, also those that Avalon does not define.
  func readWhole(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document]

  /// `_id`, `name` and `type` of the same kinds of documents that have one of these names.
  func read(collection: String, names: [String]) async throws(AvalonError) -> [Document]

  /// The documents of type `project`, with the fields of ``read(collection:)``.
  func projects(collection: String) async throws(AvalonError) -> [Document]

  /// The ids that subsets, archived ones too, name as their parent, each once: what stands on them is
  /// published work.
  func publishedParents(collection: String) async throws(AvalonError) -> Set<ObjectID>

  /// Gives a collection another name with all that is in it.
  /// - Throws: `exists` where there is one of that name: nothing is ever replaced.
  func rename(collection: String, to name: String) async throws(AvalonError)

  /// Writes one batch in no particular order. Operations are independent; each has its outcome, in
  /// the order given. The collection is made by the first insert.
  /// - Parameter gate: asked just before each message; what it refuses is not sent.
  /// - Throws: only what stopped the batch before anything was sent.
  func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome]

  /// Frees connections and locks.
  func close() async
}

/// Which database this is, as the plan's header shows it.
package struct StoreDescription: Sendable, Equatable {
  /// Where it is, without a password: `mongodb://db.studio:27017` or `dump:/path`.
  package let address: String
  package let database: String
  /// The server's version, nil for a dump.
  package let version: String?
  /// The name of MongoDB's replica set; nil for a standalone server, a router and a dump.
  package let replicaSet: String?

  package init(address: String, database: String, version: String?, replicaSet: String? = nil) {
    self.replicaSet = replicaSet
    self.address = address
    self.database = database
    self.version = version
  }
}

/// One document's write.
package enum WriteOperation: Sendable {
  /// A new document with its `_id`.
  case insert(Document)
  /// Changes of fields in one document, made only if every expected field still holds what was
  /// observed: compare-and-set.
  case update(DocumentUpdate)
  /// A document goes, if every expected field still holds what was observed.
  case delete(DocumentRemoval)
}

package struct DocumentRemoval: Sendable {
  package let id: ObjectID
  /// What the document held when it was read, as in ``DocumentUpdate``.
  package let expected: [(path: FieldPath, value: Value?)]

  package init(id: ObjectID, expected: [(path: FieldPath, value: Value?)]) {
    self.id = id
    self.expected = expected
  }
}

package struct DocumentUpdate: Sendable {
  package let id: ObjectID
  /// What each written path held when it was read; nil where it was absent. Type and value must be
  /// the same byte for byte. (Inside lists and maps MongoDB takes `1` and `1.0` for the same.)
  package let expected: [(path: FieldPath, value: Value?)]
  package let set: [(path: FieldPath, value: Value)]
  package let unset: [FieldPath]

  package init(
    id: ObjectID, expected: [(path: FieldPath, value: Value?)],
    set: [(path: FieldPath, value: Value)], unset: [FieldPath]
  ) {
    self.id = id
    self.expected = expected
    self.set = set
    self.unset = unset
  }
}

/// What became of one operation.
package enum WriteOutcome: Sendable, Equatable {
  case applied
  /// The document is gone or an expected field changed since it was read. Nothing was written.
  case conflicted
  /// An insert met a document with the same `_id`. Nothing was written.
  case duplicate
  /// The store refused this one operation, with its words. Nothing was written.
  case failed(String)
  /// The gate was closed: nothing was sent.
  case skipped(String)
  /// The connection broke: it may have been written or not; read again to know.
  case unknown(String)
}
