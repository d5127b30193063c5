package import Identity
package import Kitsu

/// Which project is worked on next.
///
/// A value that knows no clock and no chance: every call brings the time, as what has passed since
/// some start, and it never goes back. Guarantees: a project is handed out once and not again before
/// its work ended; no mark is lost, one that comes during the work is due after it; each due project
/// has its turn. Marks and turns cost the logarithm of the number of projects.
package struct WorkQueue: Sendable {
  private let limits: Limits
  private var entries: [EntityID: Entry] = [:]
  /// By when they are due.
  private var waiting = RankedProjects()
  /// By when they may be begun ahead.
  private var early = RankedProjects()
  /// Those that are due, by since when, in the lane of their trigger.
  private var ready: [RankedProjects]
  private var turns = 0
  private var runningResyncs = 0
  /// Projects that are worked on.
  package private(set) var running = 0
  /// How often failed work was queued again.
  package private(set) var retries = 0

  /// One turn in so many goes to who has waited longest, whatever the reason: a stream of events
  /// must not keep a resync off for ever.
  private static let turnsToOldest = 8

  package init(_ limits: Limits) {
    self.limits = limits
    let lanes = Trigger.allCases.map(\.lane).max() ?? 0
    ready = Array(repeating: RankedProjects(), count: lanes + 1)
  }

  /// A project has to be looked at. What is known already is kept: marks add up.
  ///
  /// - Parameter news: since when Kitsu has what this tells of; nil where nothing is told of.
  package mutating func mark(
    _ project: EntityID, _ hint: ChangeHint, _ trigger: Trigger, news: Duration? = nil,
    at now: Duration
  ) {
    entries[project, default: Entry()].mark(hint, trigger, news: news, at: now)
    place(project)
  }

  /// The next project to work on, if one is due and a worker is free. Its work must be ended with
  /// ``end(_:_:at:chance:)``.
  package mutating func next(at now: Duration) -> Work? {
    while let (due, project) = waiting.first, due <= now {
      waiting.remove(project)
      early.remove(project)
      entries[project]?.dueSince = due
      place(project)
    }
    guard running < limits.workers else { return nil }
    guard let lane = nextLane else { return nextAhead(at: now) }
    guard let project = ready[lane].first?.project, let work = entries[project]?.start(project)
    else { return nil }
    ready[lane].remove(project)
    turns += 1
    running += 1
    if work.trigger.lane == Trigger.resync.lane { runningResyncs += 1 }
    return work
  }

  /// Who begins ahead leaves a worker to what is due.
  private var mayStartAhead: Bool { running + 1 < limits.workers }

  private mutating func nextAhead(at now: Duration) -> Work? {
    guard mayStartAhead, let (time, project) = early.first, time <= now else { return nil }
    let due = entries[project]?.due(limits)
    guard let work = entries[project]?.start(project, quietAt: due) else { return nil }
    early.remove(project)
    waiting.remove(project)
    running += 1
    return work
  }

  private var nextLane: Int? {
    let lanes = ready.indices.filter { lane in
      // Resyncs are slow: they leave a worker to the others.
      let isFull = runningResyncs >= max(limits.workers - 1, 1)
      return ready[lane].first != nil && !(lane == Trigger.resync.lane && isFull)
    }
    guard turns % Self.turnsToOldest == Self.turnsToOldest - 1 else { return lanes.last }
    func since(_ lane: Int) -> Duration { ready[lane].first?.time ?? .zero }
    return lanes.min { since($0) < since($1) }
  }

  /// When to ask again, never before `now`; nil: only after a mark or an end.
  package func wake(at now: Duration) -> Duration? {
    guard running < limits.workers else { return nil }
    if nextLane != nil { return now }
    let times = [waiting.first?.time, mayStartAhead ? early.first?.time : nil]
    return times.compactMap(\.self).min().map { max($0, now) }
  }

  /// The work of a project ended. What was marked meanwhile is due after its debounce. Work that
  /// failed, or asks for it, comes again with its hint.
  ///
  /// - Parameter chance: 0 to 1, for the jitter of a backoff.
  package mutating func end(
    _ project: EntityID, _ result: WorkResult, at now: Duration, chance: Double
  ) {
    guard var entry = entries.removeValue(forKey: project) else { return }
    if let work = entry.running {
      running -= 1
      if work.trigger.lane == Trigger.resync.lane { runningResyncs -= 1 }
      if result == .failed, !entry.isForgotten { retries += 1 }
      entry.end(work, result, at: now) { limits.backoff(after: $0, chance: chance) }
    }
    guard entry.pending != nil else { return }
    entries[project] = entry
    place(project)
  }

  /// The project is not ours any more: its marks and failures are dropped. Work that runs is still to
  /// be ended and does not come again; nor does the project run twice if it is marked before that.
  package mutating func forget(_ project: EntityID) {
    waiting.remove(project)
    early.remove(project)
    for lane in ready.indices { ready[lane].remove(project) }
    guard let work = entries.removeValue(forKey: project)?.running else { return }
    entries[project] = Entry(forgotten: work)
  }

  /// Puts a project that is to be worked on where `next` and `wake` find it.
  private mutating func place(_ project: EntityID) {
    guard let entry = entries[project], entry.running == nil, let pending = entry.pending else {
      return
    }
    guard let since = entry.dueSince else {
      waiting.set(project, entry.due(limits))
      guard let time = entry.headStart(limits) else { return early.remove(project) }
      return early.set(project, time)
    }
    for lane in ready.indices where lane != pending.trigger.lane { ready[lane].remove(project) }
    ready[pending.trigger.lane].set(project, since)
  }

  /// Whether a project has marks that nobody works on.
  package func isMarked(_ project: EntityID) -> Bool { entries[project]?.pending != nil }

  /// Whether a project is worked on.
  package func isRunning(_ project: EntityID) -> Bool { entries[project]?.running != nil }

  /// Whether a project waits or is worked on.
  package func isKnown(_ project: EntityID) -> Bool { entries[project] != nil }

  // MARK: Metrics

  /// Projects that have marks which nobody works on; not those that rest until some time.
  package func depth(at now: Duration) -> Int {
    entries.values.count { $0.pending.map { $0.markedAt <= now } ?? false }
  }

  /// The age of the oldest mark that nobody works on; nil where there is none.
  package func oldest(at now: Duration) -> Duration? {
    entries.values.compactMap { $0.pending?.markedAt }.filter { $0 <= now }.min().map { now - $0 }
  }
}
