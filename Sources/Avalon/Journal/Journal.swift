package import BSON
package import Planning

/// What was done to Avalon: every batch before and after it was written, and what was last applied,
/// folded from the batches.
package struct Journal: Sendable {
  /// How much is kept.
  package struct Limits: Sendable, Equatable {
    package let days: Int
    package let megabytes: Int

    package init(days: Int = 90, megabytes: Int = 1024) {
      self.days = days
      self.megabytes = megabytes
    }
  }

  static let batches = "journal"
  static let snapshots = "applied"
  static let projects = "projects"

  let records: any RecordStore
  package let run: JournalRun
  let limits: Limits
  /// Told what goes wrong beside the changes themselves.
  package let tell: @Sendable (String) -> Void

  package init(
    records: any RecordStore, run: JournalRun, limits: Limits = Limits(),
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.records = records
    self.run = run
    self.limits = limits
    self.tell = tell
  }

  /// Does what comes after the changes, which are made whatever becomes of it.
  package func telling(_ work: () async throws(AvalonError) -> Void) async {
    do {
      try await work()
    } catch {
      tell("the journal is not in order, and the changes are not affected: \(error)")
    }
  }

  /// To be called before anything is written.
  /// - Throws: `notAuthorised` where there is no right to write records.
  package func prepare() async throws(AvalonError) {
    try await records.index(
      Journal.batches, by: [[JournalField.scope, "_id"], [JournalField.run], [JournalField.state]])
    try await records.index(Journal.snapshots, by: [[JournalField.scope]])
  }

  /// The journal for the application of one plan.
  ///
  /// - Parameters:
  ///   - seeds: the paths that are written at creation only, by rule.
  ///   - store: where the plan's documents are.
  ///   - isUndo: whether it puts back what others wrote.
  package func begin(
    _ plan: Plan, _ scope: JournalScope, collection: String, seeds: [String: [FieldPath]],
    store: any AvalonStore, isUndo: Bool = false
  ) -> any ChangeJournal {
    ProjectJournal(
      records: records,
      header: JournalHeader(
        run: run, scope: scope, title: plan.project.title,
        collection: plan.collectionRename?.to ?? collection,
        plan: plan.digest, isUndo: isUndo),
      seeds: seeds, ids: BatchIDs(run), store: store, tell: tell)
  }

  /// - Parameter isOwn: whether the outcomes are those of who wrote the batch. Anybody else only judges
  ///   what is still open: another controller's batch may be under way.
  static func settle(
    _ id: ObjectID, _ outcomes: some Sequence<Outcome>, isOwn: Bool, in records: any RecordStore
  ) async throws(AvalonError) -> Bool {
    try await records.update(
      batches,
      RecordUpdate(
        id: .objectID(id), expected: isOwn ? [] : [(JournalField.state, JournalField.intent)],
        set: [
          (JournalField.state, JournalField.done),
          (JournalField.failures, JournalBatch.failures(outcomes)),
        ]))
  }

  // MARK: Reading

  /// The batches of one run, oldest first.
  package func batches(of run: ObjectID) async throws(AvalonError) -> [JournalBatch] {
    try await records.find(
      Journal.batches, RecordQuery(equal: [(JournalField.run, .objectID(run))])
    ).compactMap { JournalBatch($0) }
  }

  /// Batches, newest first, a few at a time; ends where the closure gives false.
  package func history(_ body: (JournalBatch) -> Bool) async throws(AvalonError) {
    var query = RecordQuery(order: .newestFirst, limit: 20)
    while true {
      let page = try await records.find(Journal.batches, query)
      for record in page {
        guard let batch = JournalBatch(record) else { continue }
        guard body(batch) else { return }
      }
      guard let last = page.last?["_id"]?.objectID, page.count == query.limit else { return }
      query.before = last
    }
  }

  // MARK: What was cut off

  /// Reads again what a process that died had begun to write, and judges what came of it.
  ///
  /// - Parameter writes: whether the outcomes are written down; a plan only looks.
  /// - Returns: the batches that were not settled, settled.
  @discardableResult
  package func resolve(
    _ scope: JournalScope, in store: any AvalonStore, writes: Bool
  ) async throws(AvalonError) -> [JournalBatch] {
    let query = RecordQuery(equal: [
      (JournalField.scope, .string(scope.key)), (JournalField.state, JournalField.intent),
    ])
    var settled: [JournalBatch] = []
    for record in try await records.find(Journal.batches, query) {
      guard let batch = JournalBatch(record) else { continue }
      let outcomes = try await outcomes(of: batch, in: store)
      if writes { _ = try await Journal.settle(batch.id, outcomes, isOwn: false, in: records) }
      settled.append(batch.settled(outcomes))
    }
    return settled
  }

  private func outcomes(
    of batch: JournalBatch, in store: any AvalonStore
  ) async throws(AvalonError) -> [Outcome] {
    let collections = Set(try await store.collections())
    if let rename = batch.rename {
      let isDone = collections.contains(rename.to) && !collections.contains(rename.from)
      return [isDone ? .applied : .failed("the process was cut off before it was done")]
    }
    let documents = try await store.read(
      collection: batch.header.collection, ids: batch.entries.map(\.id))
    let byID = Dictionary(
      documents.compactMap { document in document["_id"]?.objectID.map { ($0, document) } },
      uniquingKeysWith: { first, _ in first })
    return batch.entries.map { $0.outcome(in: byID[$0.id]) }
  }
}
