internal import BSON
package import Planning

/// Where the applier writes down what it is about to do, and what came of it.
package protocol ChangeJournal: Sendable {
  /// To be called before anything is done, of which not all may be a change of a document. Once is enough;
  /// ``intend(_:)`` does it where nobody has.
  /// - Throws: `paused` where a person paused the project since it was planned, and where that cannot be
  ///   told: then nothing may be written.
  func open() async throws(AvalonError)

  /// Writes down a batch of changes before they are made.
  /// - Throws: where it could not be written: then nothing of the batch may be.
  func intend(_ changes: [Change]) async throws(AvalonError) -> JournalTicket

  /// Writes down that the project's collection is about to get another name.
  func intend(_ rename: CollectionRename) async throws(AvalonError) -> JournalTicket

  /// Writes down the outcomes, one for each of the changes, or one for the rename. Where that fails
  /// the batch stays an intent, which the next run resolves by reading the documents again.
  func settle(_ ticket: JournalTicket, _ outcomes: [Outcome]) async
}

/// Names what was intended until it is settled.
package struct JournalTicket: Sendable {
  /// The records of a batch, each with the number of its outcomes.
  let parts: [(id: ObjectID, count: Int)]
}

/// The journal of one run in one project.
struct ProjectJournal: ChangeJournal {
  let records: any RecordStore
  let header: JournalHeader
  /// The paths that are written at creation only, by rule.
  let seeds: [String: [FieldPath]]
  let ids: BatchIDs
  /// Where documents that go are read once more, as undo needs all of them.
  let store: any AvalonStore
  let tell: @Sendable (String) -> Void

  func intend(_ changes: [Change]) async throws(AvalonError) -> JournalTicket {
    try await open()
    let batch = JournalBatch.records(
      changes, deleted: try await deleted(changes), seeds: seeds, header, id: ids.next)
    // One by one, as together they may be larger than what the server takes at once.
    for part in batch { try await insert(part.record) }
    return JournalTicket(parts: batch.map { ($0.id, $0.count) })
  }

  /// What was last applied is read in the order of the ids: ours follow all that the project has, and
  /// those that are pruned already. Nothing is begun where the project was paused since it was planned.
  func open() async throws(AvalonError) {
    guard !ids.hasBegun else { return }
    let key = Value.string(header.scope.key)
    let newest = RecordQuery(
      equal: [(JournalField.scope, key)], order: .newestFirst, limit: 1,
      fields: [JournalField.state])
    try await retrying { () async throws(AvalonError) in
      let batch = try await records.find(Journal.batches, newest).first?["_id"]?.objectID
      let record = try await records.find(Journal.projects, RecordQuery(ids: [key])).first
      let state = record.flatMap { ProjectState($0) }
      if !header.isUndo { try refuse(state?.pause(at: BatchIDs.now)) }
      ids.begin(after: [batch, state?.folded].compactMap(\.self).max())
    }
  }

  private func refuse(_ pause: ProjectState.Pause?) throws(AvalonError) {
    guard let pause else { return }
    throw AvalonError(
      .paused, operation: "write to", subject: header.collection,
      cause: "the project was \(pause); 'avalon-sync resume' ends that")
  }

  private func deleted(_ changes: [Change]) async throws(AvalonError) -> [ObjectID: Document] {
    let ids = changes.filter { $0.action == .delete }.map(\.id)
    guard !ids.isEmpty else { return [:] }
    let documents = try await store.readWhole(collection: header.collection, ids: ids)
    return Dictionary(
      documents.compactMap { document in document["_id"]?.objectID.map { ($0, document) } },
      uniquingKeysWith: { first, _ in first })
  }

  func intend(_ rename: CollectionRename) async throws(AvalonError) -> JournalTicket {
    try await open()
    let id = ids.next()
    try await insert(JournalBatch.record(rename, header, id: id))
    return JournalTicket(parts: [(id, 1)])
  }

  /// A record that is there already stays as it is, so that it may be tried again.
  private func insert(_ record: Document) async throws(AvalonError) {
    try await retrying { () async throws(AvalonError) in
      try await records.insert([record], into: Journal.batches)
    }
  }

  private func retrying(
    _ work: () async throws(AvalonError) -> Void
  ) async throws(AvalonError) {
    for attempt in 1..<ProjectJournal.attempts {
      do throws(AvalonError) {
        return try await work()
      } catch {
        guard error.isRetryable, await waits(after: attempt) else { throw error }
      }
    }
    try await work()
  }

  private static let attempts = 4

  /// - Returns: false where the work was cancelled meanwhile.
  private func waits(after attempt: Int) async -> Bool {
    do {
      try await Task.sleep(for: .milliseconds(200 << attempt))
      return true
    } catch {
      return false
    }
  }

  func settle(_ ticket: JournalTicket, _ outcomes: [Outcome]) async {
    var rest = outcomes[...]
    for part in ticket.parts {
      let own = rest.prefix(part.count)
      rest = rest.dropFirst(part.count)
      do throws(AvalonError) {
        try await retrying { () async throws(AvalonError) in
          _ = try await Journal.settle(part.id, own, isOwn: true, in: records)
        }
      } catch {
        tell(
          "the outcomes of a batch in '\(header.collection)' (changes: \(own.count)) are not in the journal; "
            + "the next run reads the documents and adds them: \(error)")
      }
    }
  }
}

extension AvalonError {
  /// Why nothing is written, where the journal does not let it.
  package var journalRefusal: String {
    "nothing was written: " + (code == .paused ? cause : "the journal cannot be written: \(self)")
  }
}
