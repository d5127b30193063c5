package import BSON

/// The controller's own database, where the journal and pauses are kept: on the same MongoDB as
/// Avalon's, or beside it in a dump. Never Avalon's own, where every collection is taken for a
/// project.
///
/// Nothing that a plan needs stands here: losing it loses history and undo, and no document.
/// Two real stores keep this contract and one suite tests both.
package protocol RecordStore: Sendable {
  /// Checks that records may be read; writes nothing.
  /// - Throws: `notAuthorised` where they may not.
  func check() async throws(AvalonError)

  /// Makes what the server needs to find records by these fields without reading all of them.
  func index(_ collection: String, by fields: [[FieldName]]) async throws(AvalonError)

  /// Records that match, in the order of their `_id`. An unknown collection has none.
  func find(_ collection: String, _ query: RecordQuery) async throws(AvalonError) -> [Document]

  /// Adds records with their `_id`. One that is there already stays as it is.
  func insert(_ records: [Document], into collection: String) async throws(AvalonError)

  /// Puts each record in the place of the one with its `_id`, or adds it.
  func replace(_ records: [Document], in collection: String) async throws(AvalonError)

  /// Sets and unsets fields of records, each where it still holds what is expected.
  /// - Returns: how many did.
  func update(_ collection: String, _ updates: [RecordUpdate]) async throws(AvalonError) -> Int

  func delete(_ collection: String, ids: [Value]) async throws(AvalonError)

  /// The bytes of a collection's records.
  func byteCount(of collection: String) async throws(AvalonError) -> Int

  /// Frees connections and locks.
  func close() async
}

extension RecordStore {
  /// Sets and unsets fields of the one record that has an `_id` and still holds what is expected.
  /// - Returns: whether there was such a record.
  package func update(
    _ collection: String, _ update: RecordUpdate
  ) async throws(AvalonError) -> Bool {
    try await self.update(collection, [update]) == 1
  }
}

/// Which records are read.
package struct RecordQuery: Sendable {
  package enum Order: Sendable {
    case oldestFirst, newestFirst
  }

  /// Top-level fields with the values that they have, compared by meaning.
  package var equal: [(field: FieldName, value: Value)]
  /// Those with one of these `_id`s; nil for all.
  package var ids: [Value]?
  /// Those in which a list of documents has one of these `_id`s; nil for all.
  package var touching: (list: FieldName, ids: Set<ObjectID>)?
  /// Those of which the `_id` is greater; nil for all.
  package var after: ObjectID?
  /// Those of which the `_id` is smaller; nil for all.
  package var before: ObjectID?
  package var order: Order
  package var limit: Int?
  /// The top-level fields that are given beside `_id`; empty for all.
  package var fields: [FieldName]

  package init(
    equal: [(field: FieldName, value: Value)] = [], ids: [Value]? = nil,
    touching: (list: FieldName, ids: Set<ObjectID>)? = nil, after: ObjectID? = nil,
    before: ObjectID? = nil, order: Order = .oldestFirst, limit: Int? = nil,
    fields: [FieldName] = []
  ) {
    self.equal = equal
    self.ids = ids
    self.touching = touching
    self.after = after
    self.before = before
    self.order = order
    self.limit = limit
    self.fields = fields
  }
}

/// A change of top-level fields of one record: compare-and-set.
package struct RecordUpdate: Sendable {
  package let id: Value
  /// What fields must hold; nil where they must be absent.
  package let expected: [(field: FieldName, value: Value?)]
  /// What they get; nil takes them away.
  package let set: [(field: FieldName, value: Value?)]

  package init(
    id: Value, expected: [(field: FieldName, value: Value?)] = [],
    set: [(field: FieldName, value: Value?)]
  ) {
    self.id = id
    self.expected = expected
    self.set = set
  }
}

extension NamespaceName {
  /// - Throws: where the controller's database cannot be used beside Avalon's.
  static func check(records: String, beside database: String) throws(AvalonError) {
    try check(database: records)
    // MongoDB takes two names that differ in case alone for one on some systems.
    guard records.lowercased() != database.lowercased() else {
      throw AvalonError(
        .invalidAddress, operation: "use", subject: "the database \(quoted(records))",
        cause: "it is Avalon's, where every collection is taken for a project; give the controller "
          + "another one (setting controller.database)")
    }
  }
}
