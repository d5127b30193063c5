internal import BSON
package import Identity
internal import Synchronization

/// Leases of projects in the controller's database, by which several replicas share them.
///
/// A lease ends by the server's time (`$$NOW`, MongoDB 4.2), which all replicas have in common, and for
/// its holder by its own CLOCK_BOOTTIME, counted from before the request. Leases keep double work rare.
/// They cannot exclude it, as a message may be on its way for any time; that is harmless, as every
/// write to Avalon is compare-and-set.
///
/// The methods are to be called one after the other; ``gate(of:)`` may be asked at any time.
package final class MongoLeases: Sendable {
  package let holder: LeaseHolder
  /// How long a lease and a member's sign of life are good for.
  package let duration: Duration
  private let commands: LeaseCommands
  /// A connection of its own: a renewal must not wait behind a batch of the journal.
  private let records: MongoRecords
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  private struct State {
    var held: [EntityID: Lease] = [:]
    var isPrepared = false
  }

  /// - Parameters:
  ///   - uri, timeout: as ``MongoStore`` takes them.
  ///   - avalon: the database that this one may not be.
  ///   - group: names what the replicas share, as projects of one target and owner.
  ///   - now: CLOCK_BOOTTIME; a test has one of its own.
  package init(
    uri: String, database: String, avalon: String, group: String, holder: LeaseHolder,
    duration: Duration = .seconds(30), timeout: Duration? = nil,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) throws(AvalonError) {
    self.holder = holder
    self.duration = duration
    self.now = now
    commands = LeaseCommands(group: group, holder: holder, duration: duration)
    // A renewal that takes longer is of no use.
    records = try MongoRecords(
      MongoAddress(uri, timeout: timeout, patience: duration / 3), database: database,
      avalon: avalon)
  }

  /// The longest that the server may work on a batch of writes (design, part 5).
  package var maxTime: Duration { duration / 4 }

  /// Whether a project may be written now, as ``Applier`` asks.
  package func gate(of project: EntityID) -> WriteGate {
    WriteGate(maxTime: maxTime, now: now) { [self] in
      state.withLock { $0.held[project]?.until }
    }
  }

  // MARK: Holding

  /// Takes those that nobody has, renews those that are ours, and gives a sign of life. Two requests
  /// however many projects there are.
  ///
  /// - Returns: those that are ours now.
  /// - Throws: where it is not known; leases that were ours are so until they end.
  package func hold(_ projects: [EntityID]) async throws(AvalonError) -> [EntityID: Lease] {
    try await prepare()
    var start = now()
    var found = try await take(projects)
    let new = projects.filter { found[$0] == nil }
    if !new.isEmpty {
      try await records.insert(new.map(commands.blank), into: LeaseCommands.collection)
      start = now()
      found = try await take(projects)
    }
    let (end, settled) = (start + duration, start + duration + maxTime)
    return state.withLock { [holder] state in
      var mine: [EntityID: Lease] = [:]
      for project in projects {
        guard let record = found[project], record.holder == holder.id else {
          state.held[project] = nil
          continue
        }
        let before = state.held[project].flatMap { $0.term == record.term ? $0 : nil }
        let lease =
          before.map { lease in
            var lease = lease
            lease.until = end
            return lease
          }
          ?? Lease(
            project: project, holder: holder, until: end, term: record.term,
            settlesAt: record.takenFrom == nil ? nil : settled)
        state.held[project] = lease
        mine[project] = lease
      }
      return mine
    }
  }

  private func take(
    _ projects: [EntityID]
  ) async throws(AvalonError) -> [EntityID: LeaseRecord] {
    _ = try await records.command(
      commands.take(projects, concern: records.concern), "write", LeaseCommands.collection)
    let reply = try await records.command(
      commands.read(projects), "read", LeaseCommands.collection)
    return LeaseCommands.leases(try rows(of: reply))
  }

  /// Gives leases back; who wants them may have them at once. Work on the projects has to have ended.
  package func release(_ projects: [EntityID]) async throws(AvalonError) {
    state.withLock { state in
      for project in projects { state.held[project] = nil }
    }
    guard !projects.isEmpty else { return }
    _ = try await records.command(
      commands.release(projects, concern: records.concern), "write", LeaseCommands.collection)
  }

  /// Gives all back and says that we are gone, so that the others share anew at once.
  package func leave() async throws(AvalonError) {
    try await release(Array(state.withLock { $0.held }.keys))
    try await records.delete(LeaseCommands.collection, ids: [commands.memberID])
  }

  /// Closes the connection. Leases that were not given back end by themselves.
  package func disconnect() async { await records.close() }

  package func overview() async throws(AvalonError) -> LeaseOverview {
    try await prepare()
    let reply = try await records.command(commands.overview, "read", LeaseCommands.collection)
    return LeaseCommands.overview(try rows(of: reply))
  }

  // MARK: The server

  /// Once: whether the server can do it; and members that died long ago are forgotten.
  private func prepare() async throws(AvalonError) {
    guard !state.withLock({ $0.isPrepared }) else { return }
    let info = try await records.command(
      DocumentWriter.document { $0.append("buildInfo", .int32(1)) }, "read", "buildInfo")
    if let flaw = LeaseCommands.flaw(ofVersion: info["version"]?.string ?? "") {
      throw AvalonError(
        .tooOld, operation: "share projects by", subject: LeaseCommands.collection, cause: flaw)
    }
    _ = try await records.command(
      commands.forget(concern: records.concern), "write", LeaseCommands.collection)
    state.withLock { $0.isPrepared = true }
  }

  private func rows(of reply: Document) throws(AvalonError) -> [Document] {
    let cursor = reply["cursor"]?.document
    guard let rows = cursor?["firstBatch"]?.array, cursor?["id"]?.int == 0 else {
      throw AvalonError(
        .tooLarge, operation: "read", subject: LeaseCommands.collection,
        cause: "the leases do not fit into one reply")
    }
    return rows.compactMap { $0.value.document }
  }
}
