/// What a feed knows of its two sources, and what it has told.
///
/// Pure: it is given what happened and gives the signals.
struct FeedState: Sendable {
  private enum Stream: Sendable {
    case down(String)
    /// Up, but what came before it was not caught up from the log.
    case behind
    case up
    /// Connected, while the log has what it did not bring.
    case deaf
  }

  private enum Log: Sendable {
    case unread
    case read
    case failing(String)
    case refused(String)
  }

  private var stream = Stream.down("the event stream was not reached yet")
  private var log = Log.unread
  private var window: LogWindow
  private var heard = HeardEvents()
  private var told: FeedSignal?
  /// Whether something may have been missed since all was known.
  private var isExposed: Bool
  /// An admin sees the whole log; others nothing that names no project, as people and task types.
  private var seesAll = false

  init(from position: FeedPosition?, overlap: Duration) {
    window = LogWindow(position: position, overlap: overlap)
    isExposed = position != nil
  }

  /// How often the log is to be read: seldom beside a stream that works.
  var isStreaming: Bool { if case .up = stream { true } else { false } }
  /// Whether the log is to be read at once.
  var isBehind: Bool { if case .behind = stream { true } else { false } }
  var logStart: FeedPosition? { window.start }

  // MARK: The stream

  mutating func streamConnected() -> [FeedSignal] {
    stream = .behind
    if case .refused = log { return caughtUp() }
    return []
  }

  mutating func streamLost(_ reason: String) -> [FeedSignal] {
    if case .down = stream {} else { isExposed = true }
    stream = .down(reason)
    return mode()
  }

  mutating func streamBrought(
    _ events: [KitsuEvent], at now: ContinuousClock.Instant
  ) -> [FeedSignal] {
    guard !events.isEmpty else { return [] }
    for event in events { heard.hear(event, at: now) }
    if case .deaf = stream { stream = .behind }
    return [.events(events)]
  }

  // MARK: The log

  mutating func accountIsKnown(isAdmin: Bool) -> [FeedSignal] {
    seesAll = isAdmin
    return []
  }

  /// Where no position was kept: the log's newest events count as known.
  mutating func logBegins(at now: FeedPosition?, _ events: [KitsuEvent]) -> [FeedSignal] {
    window = LogWindow(position: now, overlap: window.overlap)
    _ = window.take(events)
    return window.position.map { [.position($0)] } ?? []
  }

  /// The log cannot tell what happened since the position.
  mutating func logBroke(
    _ reason: String, at now: FeedPosition?, _ events: [KitsuEvent]
  ) -> [FeedSignal] {
    [.gap(reason)] + logBegins(at: now, events)
  }

  /// - Parameters:
  ///   - events: from ``logStart`` on, oldest first.
  ///   - forget: before when the stream's events are no longer of use.
  mutating func logRead(
    _ events: [KitsuEvent], forget: ContinuousClock.Instant
  ) -> [FeedSignal] {
    log = .read
    let last = window.position
    let fresh = window.take(events).filter { !heard.claim($0) }
    var signals: [FeedSignal] = fresh.isEmpty ? [] : [.events(fresh)]
    if isStreaming, !fresh.isEmpty, !heard.hasNews {
      stream = .deaf
      isExposed = true
    } else if case .behind = stream {
      signals += caughtUp()
    }
    heard.settle(before: forget)
    signals += mode()
    if let position = window.position, position != last { signals.append(.position(position)) }
    return signals
  }

  /// - Parameter forget: as with ``logRead(_:forget:)``.
  mutating func logFailed(
    _ error: KitsuError, forget: ContinuousClock.Instant
  ) -> [FeedSignal] {
    heard.forget(before: forget)
    let isRefusal = error.isOfRights
    log = isRefusal ? .refused(error.cause) : .failing(error.cause)
    if isRefusal, case .behind = stream { return caughtUp() }
    return mode()
  }

  // MARK: What is told

  private mutating func caughtUp() -> [FeedSignal] {
    stream = .up
    var signals: [FeedSignal] = []
    if case .refused(let reason) = log {
      if isExposed { signals.append(.gap("the event log may not be read: \(reason)")) }
    } else if isExposed, !seesAll {
      signals.append(.events([FeedState.unseen]))
    }
    isExposed = false
    return signals + mode()
  }

  /// In place of what a manager's view of the log leaves out.
  private static let unseen = KitsuEvent(
    name: "log:hidden", project: nil, hint: ChangeHint(project: true, studio: true),
    isProjectList: true)

  /// The signal of how changes are found now, once.
  private mutating func mode() -> [FeedSignal] {
    let now: FeedSignal
    switch (stream, log) {
    case (.up, _): now = .streaming
    case (.behind, .read), (.behind, .unread), (_, .unread): return []
    case (.behind, .failing(let reason)), (.behind, .refused(let reason)):
      now = .silent("the event log cannot be read: \(reason)")
    case (.deaf, .read):
      now = .polling("the event stream is connected and brings nothing; was Redis restarted?")
    case (.down(let reason), .read): now = .polling(reason)
    case (.deaf, .failing(let reason)), (.deaf, .refused(let reason)):
      now = .silent("the event stream brings nothing, nor is there a log: \(reason)")
    case (.down(let stream), .failing(let log)), (.down(let stream), .refused(let log)):
      now = .silent("\(stream); and the event log cannot be read: \(log)")
    }
    guard now != told else { return [] }
    told = now
    return [now]
  }
}
