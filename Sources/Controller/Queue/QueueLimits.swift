extension WorkQueue {
  /// How long work waits, and how much of it is done at once.
  package struct Limits: Sendable {
    /// Projects that are worked on at once.
    package var workers: Int
    /// How long a project must be quiet before it is worked on. One action in Kitsu makes several
    /// events, milliseconds apart; a script's edits follow one another after some 20 to 50 ms.
    package var debounce: Duration
    /// How long before that it is read and planned, at most, so that a single edit is written as
    /// soon as it is quiet. A worker that began ahead waits for the rest of the debounce.
    package var headStart: Duration
    /// The longest that a project waits for quiet. The sweep finds what an event missed within a
    /// minute; what is known to have changed waits no longer.
    package var longestDebounce: Duration
    /// The wait after the first failure; each further one doubles it.
    package var firstBackoff: Duration
    package var longestBackoff: Duration
    /// The share of a backoff that chance may take off, so that what failed together does not come
    /// again together: 0 to 1.
    package var jitter: Double

    package init(
      workers: Int, debounce: Duration = .milliseconds(250),
      headStart: Duration = .milliseconds(200), longestDebounce: Duration = .seconds(60),
      firstBackoff: Duration = .seconds(1), longestBackoff: Duration = .seconds(120),
      jitter: Double = 0.3
    ) {
      self.workers = max(workers, 1)
      self.debounce = debounce
      self.headStart = headStart
      self.longestDebounce = max(longestDebounce, debounce)
      self.firstBackoff = firstBackoff
      self.longestBackoff = max(longestBackoff, firstBackoff)
      self.jitter = min(max(jitter, 0), 1)
    }

    /// - Parameters:
    ///   - failures: in a row, at least one.
    ///   - chance: 0 to 1.
    func backoff(after failures: Int, chance: Double) -> Duration {
      var length = firstBackoff
      for _ in 1..<max(failures, 1) where length < longestBackoff { length *= 2 }
      return min(length, longestBackoff) * (1 - jitter * min(max(chance, 0), 1))
    }
  }
}

/// Marks of one project that nobody has taken yet.
///
/// A single edit is due after the debounce. The more is marked, the longer a quiet is asked for, as
/// the server that makes thousands of edits stutters, and the longer the marks are waited for: up to
/// ten marks a second, more than people make, for some seconds; an import for as long as it lasts,
/// up to the longest debounce. So it ends in a few reconciles, and a steady trickle is not held up.
struct Burst: Sendable {
  private var first: Duration
  private var last: Duration
  private var count = 0
  private(set) var trigger = Trigger.resync

  private static let few = 10
  private static let perMark = Duration.milliseconds(100)
  /// In debounces: the longest quiet that is asked for, and the wait for quiet of a few marks.
  private static let patience = 8

  /// - Parameter now: the time of the first mark, which is added next.
  init(at now: Duration) {
    first = now
    last = now
  }

  mutating func add(_ trigger: Trigger, count: Int, at now: Duration) {
    last = max(last, now)
    self.count += count
    self.trigger = max(self.trigger, trigger)
  }

  /// When what a few events of one action tell of can be read, before it is sure that no more come. Most
  /// edits are single ones: then all is planned when it is time to write.
  func headStart(_ limits: WorkQueue.Limits) -> Duration? {
    guard trigger == .event, count < Self.few else { return nil }
    return last + limits.debounce - min(limits.headStart, limits.debounce * 3 / 4)
  }

  func due(_ limits: WorkQueue.Limits) -> Duration {
    let quiet = limits.debounce * min(1 + count / Self.few, Self.patience)
    let wait = limits.debounce * Self.patience + Self.perMark * min(count, 1_000_000)
    return min(last + quiet, first + min(wait, limits.longestDebounce))
  }
}

/// The time in which a project that failed is left alone.
struct Backoff: Sendable {
  let start: Duration
  let length: Duration

  var end: Duration { start + length }

  /// When a mark that comes meanwhile may end it. News of a change shorten it, as the change may be
  /// what was missing and a server that tells of it is back; a stream of news cannot defeat it.
  func end(for trigger: Trigger) -> Duration {
    trigger == .resync ? end : start + length / 4
  }
}
