package import BSON
package import Planning

/// What was last applied stands in a snapshot, to which batches are added from time to time, and
/// always before they are pruned.
///
/// Adding a batch twice changes nothing: whoever is cut off half-way leaves parts of the snapshot that
/// are ahead of it, and batches that are added once more.
extension Journal {
  /// More batches than this are added to the snapshot, so that reading it stays cheap.
  private static let foldAbove = 64

  /// So many documents are asked for by their ids.
  private static let few = 200

  /// What we last wrote, from the snapshot and the batches since.
  ///
  /// - Parameters:
  ///   - wanted: the documents that are asked about; nil for all.
  ///   - mapping: a digest of today's mapping.
  package func lastApplied(
    _ scope: JournalScope, only wanted: Set<ObjectID>?, mapping: String, in store: any AvalonStore
  ) async throws(AvalonError) -> LastApplied {
    let state = try await state(of: scope)
    let pending = try await resolve(scope, in: store, writes: false)
    let byID = Dictionary(pending.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var applied = LastApplied(
      isMappingNew: state?.mapping.map { $0 != mapping } ?? false, only: wanted)
    // What a few documents were is asked of the server; for many all is read.
    let few = wanted.flatMap { $0.count <= Journal.few ? $0 : nil }
    for record in try await snapshot(scope, touching: few) { applied.fold(snapshot: record) }
    try await eachBatch(of: scope.key, after: state?.folded, touching: few) { batch in
      applied.fold(byID[batch.id] ?? batch)
      return true
    }
    return applied
  }

  private func snapshot(
    _ scope: JournalScope, touching ids: Set<ObjectID>?
  ) async throws(AvalonError) -> [Document] {
    guard let ids else {
      return try await records.find(
        Journal.snapshots, RecordQuery(equal: [(JournalField.scope, .string(scope.key))]))
    }
    return try await records.find(
      Journal.snapshots, RecordQuery(ids: partIDs(Set(ids.map(LastApplied.part)), of: scope.key)))
  }

  private func partIDs(_ parts: Set<Int>, of key: String) -> [Value] {
    parts.sorted().map { .string(Journal.partID($0, of: key)) }
  }

  private static func partID(_ part: Int, of key: String) -> String { "\(key)/\(part)" }

  private func eachBatch(
    of key: String, after folded: ObjectID?, touching ids: Set<ObjectID>? = nil,
    _ body: (JournalBatch) -> Bool
  ) async throws(AvalonError) {
    var query = RecordQuery(
      equal: [(JournalField.scope, .string(key))], touching: ids.map { ("changes", $0) },
      after: folded, limit: 20)
    while true {
      let page = try await records.find(Journal.batches, query)
      for record in page {
        guard let batch = JournalBatch(record, only: ids) else { continue }
        guard body(batch) else { return }
      }
      guard let last = page.last?["_id"]?.objectID, page.count == query.limit else { return }
      query.after = last
    }
  }

  // MARK: After an apply

  /// Remembers the mapping.
  /// - Parameter mapping: a digest of the mapping, where the project was applied as a whole.
  package func finish(
    _ scope: JournalScope, title: String, mapping: String?
  ) async throws(AvalonError) {
    let state = try await state(of: scope)
    if let mapping, state?.mapping != mapping {
      try await set(scope, title: title, [("mapping", .string(mapping))])
    }
  }

  /// Keeps the snapshot near, and the journal in its bounds. In a large project this takes seconds, and
  /// nothing waits for it: other runs may go on meanwhile.
  package func keep(_ scope: JournalScope) async throws(AvalonError) {
    let query = RecordQuery(
      equal: [(JournalField.scope, .string(scope.key))], after: try await state(of: scope)?.folded,
      limit: Journal.foldAbove + 1, fields: [JournalField.state])
    if try await records.find(Journal.batches, query).count > Journal.foldAbove {
      _ = try await fold(scope.key)
    }
    try await prune()
  }

  /// Adds the settled batches since the last time to the snapshot, some at a time.
  /// - Returns: the last batch that is surely in it.
  private func fold(_ key: String) async throws(AvalonError) -> ObjectID? {
    guard let state = try await states(key: key).first else { return try await foldAnew(key) }
    return try await fold(key, after: state.folded)
  }

  /// Nothing is remembered of the project yet, as where documents are only made and never changed.
  private func foldAnew(_ key: String) async throws(AvalonError) -> ObjectID? {
    let query = RecordQuery(equal: [(JournalField.scope, .string(key))], limit: 1)
    let oldest = try await records.find(Journal.batches, query).first
    guard let header = oldest.flatMap({ JournalBatch($0) })?.header else { return nil }
    try await set(header.scope, title: header.title, [])
    return try await fold(key, after: nil)
  }

  private func fold(
    _ key: String, after start: ObjectID?
  ) async throws(AvalonError) -> ObjectID? {
    var folded = start
    while true {
      let query = RecordQuery(
        equal: [(JournalField.scope, .string(key))], after: folded, limit: Journal.foldedAtOnce)
      let page = try await records.find(Journal.batches, query)
      // What is not settled yet is added when it is.
      let settled = page.prefix { $0[JournalField.state] != JournalField.intent }
      guard let last = settled.last?["_id"]?.objectID else { return folded }
      let batches = settled.compactMap { JournalBatch($0) }
      guard try await add(batches, to: key, after: folded, upTo: last) else { return folded }
      folded = last
      guard page.count == query.limit, settled.count == page.count else { return folded }
    }
  }

  private static let foldedAtOnce = 20

  /// - Parameters:
  ///   - folded: the last batch that the snapshot has.
  ///   - last: the one that it has then.
  /// - Returns: false where another controller was at it.
  private func add(
    _ batches: [JournalBatch], to key: String, after folded: ObjectID?, upTo last: ObjectID
  ) async throws(AvalonError) -> Bool {
    let parts = Set(batches.flatMap(\.entries).map { LastApplied.part(of: $0.id) })
    let ids = partIDs(parts, of: key)
    let old = try await records.find(Journal.snapshots, RecordQuery(ids: ids))
    var applied = LastApplied()
    for record in old { applied.fold(snapshot: record) }
    for batch in batches { applied.fold(batch) }
    let positions = Dictionary(
      old.compactMap { record in record["_id"]?.string.map { ($0, record["folded"]) } },
      uniquingKeysWith: { first, _ in first })
    try await records.insert(
      parts.map { Journal.partID($0, of: key) }.filter { positions[$0] == nil }.sorted().map { id in
        DocumentWriter.document { writer in
          writer.append("_id", id)
          writer.append(JournalField.scope, key)
        }
      }, into: Journal.snapshots)
    let updates = applied.parts(parts).map { part, fields in
      let id = Journal.partID(part, of: key)
      return RecordUpdate(
        id: .string(id), expected: [("folded", positions[id] ?? nil)],
        set: fields.map { ($0, $1) } + [("folded", .objectID(last))])
    }
    guard try await records.update(Journal.snapshots, updates) == updates.count else {
      return false
    }
    return try await records.update(
      Journal.projects,
      RecordUpdate(
        id: .string(key), expected: [("folded", folded.map(Value.objectID))],
        set: [("folded", .objectID(last))]))
  }

  // MARK: Bounds

  private struct Leaver {
    let id: ObjectID
    let key: String
  }

  /// Takes out the oldest batches where they are too old or too many.
  private func prune() async throws(AvalonError) {
    let limit = limits.megabytes << 20
    var size = try await records.byteCount(of: Journal.batches)
    // With some room, so that not every apply has to.
    let goal = size > limit ? limit / 10 * 9 : limit
    let oldest = run.time - Int64(limits.days) * 86_400_000
    var query = RecordQuery(limit: 20)
    var leavers: [Leaver] = []
    pages: while true {
      if query.after == nil, size <= goal { query.limit = 1 }
      let page = try await records.find(Journal.batches, query)
      for record in page {
        guard let id = record["_id"]?.objectID else { continue }
        let time: Int64 = if case .date(let time)? = record["time"] { time } else { 0 }
        guard size > goal || time < oldest else { break pages }
        leavers.append(Leaver(id: id, key: record[JournalField.scope]?.string ?? ""))
        size -= record.byteCount
      }
      guard let last = page.last?["_id"]?.objectID, page.count == query.limit else { break }
      query.after = last
      query.limit = 20
    }
    guard !leavers.isEmpty else { return }
    var folded: [String: ObjectID] = [:]
    for key in Set(leavers.map(\.key)).sorted() { folded[key] = try await fold(key) }
    // What is not folded, as before an intent that is open, stays.
    leavers = leavers.filter { leaver in folded[leaver.key].map { leaver.id <= $0 } ?? false }
    for start in stride(from: 0, to: leavers.count, by: 500) {
      let part = leavers[start..<min(start + 500, leavers.count)]
      try await records.delete(Journal.batches, ids: part.map { .objectID($0.id) })
    }
  }
}
