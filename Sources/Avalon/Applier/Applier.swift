internal import BSON
internal import Identity
package import Planning

/// Applies a plan: wave by wave, each change on its own, every write compare-and-set.
///
/// Guarantees: a change whose document moved on is not written (*conflicted*); a change whose
/// predecessor was not applied is not tried (*skipped*); one that fails stops no other. A plan that
/// was cut off half-way is completed by the next one: creates have derived ids and so cannot double.
///
/// Caveat: Avalon has no unique index on names, so a name that an artist's tool takes in the
/// milliseconds between the check and the write is doubled; it is found after the wave and told.
package struct Applier: Sendable {
  /// Keeps progress flowing and each batch short (design.md, part 2: a batch must end within a
  /// lease).
  private static let batchSize = 1000
  private static let concurrentBatches = 5
  private static let attempts = 4

  private let store: any AvalonStore
  private let plan: Plan
  /// That after the plan's own rename of it.
  private let collection: String
  private let journal: (any ChangeJournal)?
  private let gate: WriteGate?
  private let detours: Detours

  /// - Parameter gate: where several replicas share the projects; what it refuses is skipped.
  package init(
    store: any AvalonStore, plan: Plan, collection: String, journal: (any ChangeJournal)? = nil,
    gate: WriteGate? = nil
  ) {
    self.gate = gate
    self.store = store
    self.plan = plan
    detours = Detours(plan)
    self.collection = plan.collectionRename?.to ?? collection
    self.journal = journal
  }

  /// - Parameter progress: called after each batch with the changes done so far, of all.
  package func apply(
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async -> AppliedPlan {
    if let rename = plan.collectionRename, let failure = await move(rename) {
      return AppliedPlan(
        plan: plan, outcomes: plan.changes.map { _ in .skipped(failure) }, doubledNames: [])
    }
    // Nobody waits for the journal to be told of outcomes before all is written.
    return await withTaskGroup(of: Void.self) { settling in
      await applyWaves(&settling, progress)
    }
  }

  private func applyWaves(
    _ settling: inout TaskGroup<Void>, _ progress: (@Sendable (Int, Int) -> Void)?
  ) async -> AppliedPlan {
    var outcomes = [Outcome?](repeating: nil, count: plan.changes.count)
    var doubled: Set<String> = []
    var written: [String] = []
    var start = 0
    while start < plan.changes.count {
      let wave = plan.changes[start].wave
      var end = start
      while end < plan.changes.count, plan.changes[end].wave == wave { end += 1 }
      skipOrphans(start..<end, &outcomes)
      await checkPublished(start..<end, &outcomes)
      doubled.formUnion(await checkNames(start..<end, written: written, &outcomes))
      await applyBatches(start..<end, &outcomes, &settling, progress)
      written = (start..<end).filter { outcomes[$0] == .applied }.compactMap(nameTaken)
      start = end
    }
    doubled.formUnion(await checkNames(0..<0, written: written, &outcomes))
    return AppliedPlan(
      plan: plan, outcomes: outcomes.map { $0 ?? .failed("it was not tried") },
      doubledNames: doubled.sorted())
  }

  private func skipOrphans(_ range: Range<Int>, _ outcomes: inout [Outcome?]) {
    for index in range {
      for predecessor in plan.changes[index].predecessors
      where outcomes[predecessor] != .applied {
        let change = plan.changes[predecessor]
        outcomes[index] = .skipped("'\(change.title)', on which it stands, was not applied")
      }
    }
  }

  // MARK: The collection

  /// MongoDB has no transaction over this and the write of the project's document that follows: for
  /// some milliseconds the document has the old name in the new collection. A crash in between is
  /// seen in Avalon itself, and the next plan finishes it.
  ///
  /// - Returns: why it was not done, or nil.
  private func move(_ rename: CollectionRename) async -> String? {
    if let refusal = gate?.refusal { return "the collection was not renamed: \(refusal)" }
    if let refusal = await newWork(in: rename.from) {
      return "the collection was not renamed: \(refusal)"
    }
    let ticket: JournalTicket?
    do throws(AvalonError) {
      ticket = try await journal?.intend(rename)
    } catch {
      return "the collection was not renamed: \(error.journalRefusal)"
    }
    let failure = await moved(rename)
    if let ticket { await journal?.settle(ticket, [failure.map(Outcome.failed) ?? .applied]) }
    return failure
  }

  /// Why a collection that goes has to stay: its name is a folder's, as the project's.
  private func newWork(in collection: String) async -> String? {
    do {
      let new = try await store.publishedParents(collection: collection)
        .subtracting(plan.published)
      return new.isEmpty ? nil : "work was published in it since the plan was made"
    } catch {
      return "\(error)"
    }
  }

  private func moved(_ rename: CollectionRename) async -> String? {
    do {
      try await store.rename(collection: rename.from, to: rename.to)
      return nil
    } catch {
      // The answer may be lost, and not the command.
      let names = Set((try? await store.collections()) ?? [])
      if names.contains(rename.to), !names.contains(rename.from) { return nil }
      return "the collection was not renamed: \(error)"
    }
  }

  // MARK: Published work

  /// One query just before a wave that takes away documents, names or places: somebody may have
  /// published since the plan was made.
  private func checkPublished(_ range: Range<Int>, _ outcomes: inout [Outcome?]) async {
    let endangered = range.filter {
      outcomes[$0] == nil && plan.changes[$0].endangersWork && !detours.isHalfway($0, outcomes)
    }
    guard !endangered.isEmpty else { return }
    do {
      let new = try await store.publishedParents(collection: collection)
        .subtracting(plan.published)
      guard !new.isEmpty else { return }
      let staying = NewWork(new, among: try await store.read(collection: collection))
        .staying(plan.changes.filter(\.endangersWork))
      for index in endangered where !staying.isDisjoint(with: detours.documents(of: index)) {
        outcomes[index] = .conflicted(
          "work was published since the plan was made: of it, of one below it or beside it, or of one "
            + "that it changes names with")
      }
    } catch {
      for index in endangered { outcomes[index] = .failed("\(error)") }
    }
  }

  // MARK: Names

  private func nameTaken(_ index: Int) -> String? {
    plan.changes[index].takesName ? plan.changes[index].name : nil
  }

  /// One query just before a wave for the names that it takes, and for those that the wave before
  /// took: gives the names that two documents have.
  private func checkNames(
    _ range: Range<Int>, written: [String], _ outcomes: inout [Outcome?]
  ) async -> [String] {
    let pending = range.filter { outcomes[$0] == nil }
    let wanted = pending.compactMap(nameTaken)
    guard !wanted.isEmpty || !written.isEmpty else { return [] }
    let found: [Document]
    do {
      found = try await store.read(collection: collection, names: wanted + written)
    } catch {
      for index in pending { outcomes[index] = .failed("\(error)") }
      return []
    }
    let holders = NameHolders(found)
    for index in pending {
      guard let name = nameTaken(index) else { continue }
      if let other = holders.holder(of: name, besides: plan.changes[index].id) {
        outcomes[index] = .conflicted("the document \(other) took the name '\(name)' meanwhile")
      }
    }
    return written.filter(holders.isDoubled)
  }

  // MARK: Writing

  /// Some batches are under way at once: while one waits for the majority another is made or written.
  private func applyBatches(
    _ range: Range<Int>, _ outcomes: inout [Outcome?], _ settling: inout TaskGroup<Void>,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) async {
    let pending = range.filter { outcomes[$0] == nil }
    var batches = stride(from: 0, to: pending.count, by: Applier.batchSize).map {
      Array(pending[$0..<min($0 + Applier.batchSize, pending.count)])
    }[...]
    var done = range.count - pending.count
    await withTaskGroup(of: BatchResult.self) { group in
      for batch in batches.prefix(Applier.concurrentBatches) {
        group.addTask { await apply(batch) }
      }
      batches = batches.dropFirst(Applier.concurrentBatches)
      for await result in group {
        for (index, outcome) in result.outcomes { outcomes[index] = outcome }
        done += result.outcomes.count
        if let settle = result.settle { settling.addTask(operation: settle) }
        progress?(range.lowerBound + done, plan.changes.count)
        if let batch = batches.popFirst() { group.addTask { await apply(batch) } }
      }
    }
  }

  private struct BatchResult: Sendable {
    var outcomes: [Int: Outcome]
    /// Tells the journal of them.
    var settle: (@Sendable () async -> Void)?

    init(_ outcomes: [Int: Outcome]) { self.outcomes = outcomes }

    /// The same for all.
    init(_ batch: [Int], _ outcome: Outcome) {
      outcomes = Dictionary(uniqueKeysWithValues: batch.map { ($0, outcome) })
    }
  }

  /// Writes a batch, between what the journal says before and after it.
  private func apply(_ batch: [Int]) async -> BatchResult {
    if let refusal = gate?.refusal { return BatchResult(batch, .skipped(refusal)) }
    guard let journal else { return BatchResult(await write(batch).outcomes) }
    let ticket: JournalTicket
    do throws(AvalonError) {
      ticket = try await journal.intend(batch.map { plan.changes[$0] })
    } catch {
      return BatchResult(batch, .failed(error.journalRefusal))
    }
    let (outcomes, isKnown) = await write(batch)
    var result = BatchResult(outcomes)
    // Else it stays an intent, of which the next run reads what came of it.
    if isKnown {
      let told = batch.map { outcomes[$0] ?? .failed("it was not tried") }
      result.settle = { await journal.settle(ticket, told) }
    }
    return result
  }

  /// Writes a batch; what is not known afterwards is read again, and tried again where nothing
  /// was written or nothing could be read.
  ///
  /// - Returns: the outcomes, and whether they are certain: what is told as failed may have been
  ///   written where the connection broke and the server did not come back.
  private func write(_ batch: [Int]) async -> (outcomes: [Int: Outcome], isKnown: Bool) {
    var outcomes: [Int: Outcome] = [:]
    outcomes.reserveCapacity(batch.count)
    var pending = batch
    var isKnown = true
    var isUntold = false
    for attempt in 1...Applier.attempts where !pending.isEmpty {
      if attempt > 1, await !waits(before: attempt) { return (outcomes, isKnown) }
      var unsure: [Int: String] = [:]
      do {
        let operations = pending.map { WriteOperation(plan.changes[$0]) }
        let results = try await store.write(collection: collection, operations, gate: gate)
        for (index, result) in zip(pending, results) {
          switch result {
          case .applied: outcomes[index] = .applied
          case .conflicted where attempt > 1:
            // Perhaps with our own earlier attempt, which came through late.
            unsure[index] = Applier.conflict
          case .conflicted: outcomes[index] = .conflicted(Applier.conflict)
          case .duplicate: unsure[index] = "a document with its id exists already"
          case .failed(let reason): outcomes[index] = .failed(reason)
          // What an earlier attempt may have written is not skipped: it stays as it is told.
          case .skipped(let reason) where isKnown: outcomes[index] = .skipped(reason)
          case .skipped: isUntold = true
          case .unknown(let reason): unsure[index] = reason
          }
        }
      } catch {
        for index in pending { outcomes[index] = .failed("\(error)") }
        guard error.isRetryable else { return (outcomes, isKnown) }
        continue
      }
      let again = await resolve(unsure, &outcomes)
      isKnown = again != nil && !isUntold
      pending = again ?? unsure.keys.sorted()
    }
    return (outcomes, isKnown)
  }

  /// - Returns: false where the work was cancelled meanwhile.
  private func waits(before attempt: Int) async -> Bool {
    do {
      try await Task.sleep(for: .milliseconds(100 << attempt))
      return true
    } catch {
      return false
    }
  }

  private static let conflict = "the document changed or went away since the plan was made"

  /// - Returns: the changes of which nothing was written; nil where nobody can tell.
  private func resolve(
    _ unsure: [Int: String], _ outcomes: inout [Int: Outcome]
  ) async -> [Int]? {
    guard !unsure.isEmpty else { return [] }
    let indices = unsure.keys.sorted()
    let documents: [Document]
    do {
      documents = try await store.read(
        collection: collection, ids: indices.map { plan.changes[$0].id })
    } catch {
      for index in indices { outcomes[index] = .failed("\(unsure[index] ?? ""); \(error)") }
      return nil
    }
    let byID = Dictionary(
      documents.compactMap { document in
        document.element(.documentID)?.value.objectID.map { ($0, document) }
      }, uniquingKeysWith: { first, _ in first })
    var again: [Int] = []
    for index in indices {
      let change = plan.changes[index]
      switch ChangeState(of: change, in: byID[change.id]) {
      case .after: outcomes[index] = .applied
      case .before:
        outcomes[index] = .failed(unsure[index] ?? "")
        again.append(index)
      case .other: outcomes[index] = .conflicted(Applier.conflict)
      }
    }
    return again
  }
}

/// Which asset documents have a name. Nearly every name has one, which takes no list.
private struct NameHolders {
  private var first: [String: ObjectID] = [:]
  private var others: [String: [ObjectID]] = [:]

  init(_ documents: [Document]) {
    first.reserveCapacity(documents.count)
    for document in documents where document.element(.type)?.string == "asset" {
      guard let name = document.element(.name)?.string,
        let id = document.element(.documentID)?.value.objectID
      else { continue }
      if let before = first.updateValue(id, forKey: name) {
        others[name, default: []].append(before)
      }
    }
  }

  func isDoubled(_ name: String) -> Bool { others[name] != nil }

  func holder(of name: String, besides id: ObjectID) -> ObjectID? {
    if let holder = first[name], holder != id { return holder }
    return others[name]?.first { $0 != id }
  }
}
