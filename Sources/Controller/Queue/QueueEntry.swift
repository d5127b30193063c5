internal import Identity
internal import Kitsu

extension WorkQueue {
  /// What the queue knows of a project. One that is settled and not marked has none.
  struct Entry: Sendable {
    /// What nobody works on yet.
    private(set) var pending: Pending?
    private(set) var running: Work?
    /// Whether what runs is of no interest any more.
    private(set) var isForgotten = false
    /// Since when it is due; nil before. What is due stays so: more marks do not put it off.
    var dueSince: Duration?
    private var failures = 0
    private var backoff: Backoff?
    /// Work ended then: a project that is marked all the time waits its turn anew.
    private var endedAt: Duration = .zero

    init() {}

    init(forgotten work: Work) {
      running = work
      isForgotten = true
    }

    mutating func mark(
      _ hint: ChangeHint, _ trigger: Trigger, news: Duration?, at now: Duration
    ) {
      if pending == nil { pending = Pending(trigger: trigger, markedAt: now) }
      pending?.mark(hint, trigger, news: news, at: now)
    }

    func due(_ limits: Limits) -> Duration {
      guard let pending else { return endedAt }
      var due = pending.again
      if let burst = pending.burst {
        let time = max(burst.due(limits), backoff?.end(for: burst.trigger) ?? .zero)
        due = min(due ?? time, time)
      }
      return max(due ?? endedAt, endedAt)
    }

    /// When it may be looked at before it is due, where nobody else waits; nil: not before.
    func headStart(_ limits: Limits) -> Duration? {
      guard let pending, backoff == nil, pending.mayStartAhead else { return nil }
      return pending.burst?.headStart(limits).map { max($0, endedAt) }
    }

    /// - Parameter quietAt: when it is due, where it is begun before.
    /// - Returns: nil where there is nothing to do.
    mutating func start(_ project: EntityID, quietAt: Duration? = nil) -> Work? {
      guard let pending else { return nil }
      let work = Work(
        project: project, hint: pending.hint, trigger: pending.trigger, attempt: failures + 1,
        markedAt: pending.markedAt, newsAt: pending.newsAt, quietAt: quietAt)
      self.pending = nil
      dueSince = nil
      running = work
      return work
    }

    /// - Parameter length: how long to wait after so many failures.
    mutating func end(
      _ work: Work, _ result: WorkResult, at now: Duration, backoff length: (Int) -> Duration
    ) {
      running = nil
      endedAt = now
      backoff = nil
      if isForgotten {
        isForgotten = false
        return
      }
      switch result {
      case .settled: failures = 0
      case .requeue(let delay):
        failures = 0
        rest(work, until: now + delay)
      case .failed:
        failures += 1
        let backoff = Backoff(start: now, length: length(failures))
        self.backoff = backoff
        giveBack(work, at: backoff.end)
      case .overtaken:
        giveBack(work, at: pending == nil ? now : nil)
        pending?.isOvertaken = true
      }
    }

    /// Nothing of it waits until then.
    private mutating func rest(_ work: Work, until time: Duration) {
      if pending == nil { pending = Pending(trigger: .retry, markedAt: time) }
      pending?.rest(work, until: time)
    }

    private mutating func giveBack(_ work: Work, at time: Duration?) {
      if pending == nil { pending = Pending(trigger: .retry, markedAt: work.markedAt) }
      pending?.giveBack(work, at: time)
    }
  }

  /// What is to be done for a project.
  struct Pending: Sendable {
    private(set) var hint = ChangeHint()
    private(set) var trigger: Trigger
    private(set) var markedAt: Duration
    private(set) var newsAt: Duration?
    private(set) var burst: Burst?
    /// When it is due whatever else is marked.
    private(set) var again: Duration?
    /// Whether what was begun ahead was for nothing: it is not begun so again.
    var isOvertaken = false

    /// What a few events tell of is read and planned while more of them may come.
    var mayStartAhead: Bool { again == nil && !isOvertaken && !hint.isWhole && !hint.studio }

    init(trigger: Trigger, markedAt: Duration) {
      self.trigger = trigger
      self.markedAt = markedAt
    }

    mutating func mark(
      _ hint: ChangeHint, _ trigger: Trigger, news: Duration?, at now: Duration
    ) {
      self.hint.formUnion(hint)
      learn(of: news)
      self.trigger = max(self.trigger, trigger)
      markedAt = min(markedAt, now)
      switch trigger {
      // Nobody waits for more of these, and a person may cut a backoff short.
      case .manual, .lease: again = min(again ?? now, now)
      // It adds to what is looked at, and has no time of its own: that of the end of its work.
      case .retry: break
      case .resync, .sweep, .event:
        let count = max(hint.entities.count + hint.tasks.count, 1)
        if burst == nil { burst = Burst(at: now) }
        burst?.add(trigger, count: count, at: now)
      }
    }

    private mutating func learn(of news: Duration?) {
      if let news { newsAt = min(newsAt ?? news, news) }
    }

    mutating func rest(_ work: Work, until time: Duration) {
      hint.formUnion(work.hint)
      trigger = max(trigger, .retry)
      again = min(again ?? time, time)
    }

    /// - Parameter time: nil where what was marked since has its own.
    mutating func giveBack(_ work: Work, at time: Duration?) {
      learn(of: work.newsAt)
      hint.formUnion(work.hint)
      trigger = max(trigger, .retry)
      markedAt = min(markedAt, work.markedAt)
      if let time { again = min(again ?? time, time) }
    }
  }
}
