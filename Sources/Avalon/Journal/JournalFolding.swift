package import BSON
package import Planning

/// What was last applied stands in a snapshot, to which batches are added from time to time, and
/// always before they are pruned.
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
    for record in try await snapshot(scope, state, touching: few) { applied.fold(snapshot: record) }
    try await eachBatch(of: scope.key, after: state?.folded, touching: few) { batch in
      applied.fold(byID[batch.id] ?? batch)
      return true
    }
    return applied
  }

  private func snapshot(
    _ scope: JournalScope, _ state: ProjectState?, touching ids: Set<ObjectID>?
  ) async throws(AvalonError) -> [Document] {
    guard let state, state.generation > 0 else { return [] }
    return try await records.find(
      Journal.snapshots,
      RecordQuery(
        equal: [
          (JournalField.scope, .string(scope.key)), ("generation", .int(state.generation)),
        ], touching: ids.map { ("documents", $0) }))
  }

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

  /// Remembers the mapping, keeps the snapshot near, and the journal in its bounds.
  /// - Parameter mapping: a digest of the mapping, where the project was applied as a whole.
  package func finish(
    _ scope: JournalScope, title: String, mapping: String?
  ) async throws(AvalonError) {
    let state = try await state(of: scope)
    if let mapping, state?.mapping != mapping {
      try await set(scope, title: title, [("mapping", .string(mapping))])
    }
    let query = RecordQuery(
      equal: [(JournalField.scope, .string(scope.key))], after: state?.folded,
      limit: Journal.foldAbove + 1, fields: [JournalField.state])
    if try await records.find(Journal.batches, query).count > Journal.foldAbove {
      try await fold(scope.key)
    }
    try await prune()
  }

  /// Writes a new snapshot beside the old one, makes it the one that counts, and removes the old.
  private func fold(_ key: String) async throws(AvalonError) {
    let equal = [(field: FieldName("_id"), value: Value.string(key))]
    guard
      let state = try await records.find(Journal.projects, RecordQuery(equal: equal)).first
        .flatMap(ProjectState.init)
    else { return }
    var applied = LastApplied()
    var last: ObjectID?
    let scope = [(field: JournalField.scope, value: Value.string(key))]
    let old = try await records.find(Journal.snapshots, RecordQuery(equal: scope))
    for record in old where record["generation"]?.int == state.generation {
      applied.fold(snapshot: record)
    }
    try await eachBatch(of: key, after: state.folded) { batch in
      // What is not settled yet is added when it is.
      guard !batch.isIntent else { return false }
      applied.fold(batch)
      last = batch.id
      return true
    }
    guard let last else { return }
    let stale = old.filter { $0["generation"]?.int != state.generation }
    try await records.delete(Journal.snapshots, ids: stale.compactMap { $0["_id"] })
    let generation = state.generation + 1
    let new = applied.snapshot { number, writer in
      writer.append("_id", "\(key)/\(generation)/\(number)")
      writer.append(JournalField.scope, key)
      writer.append("generation", .int(generation))
    }
    for record in new { try await records.insert([record], into: Journal.snapshots) }
    let isOurs = try await records.update(
      Journal.projects,
      RecordUpdate(
        id: .string(key),
        expected: [("generation", state.generation == 0 ? nil : .int(state.generation))],
        set: [("generation", .int(generation)), ("folded", .objectID(last))]))
    let gone = isOurs ? old.filter { $0["generation"]?.int == state.generation } : new
    try await records.delete(Journal.snapshots, ids: gone.compactMap { $0["_id"] })
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
    for key in Set(leavers.map(\.key)).sorted() { try await fold(key) }
    for start in stride(from: 0, to: leavers.count, by: 500) {
      let part = leavers[start..<min(start + 500, leavers.count)]
      try await records.delete(Journal.batches, ids: part.map { .objectID($0.id) })
    }
  }
}
