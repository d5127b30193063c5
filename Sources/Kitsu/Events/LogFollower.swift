/// Reads the event log again and again: often without a stream, seldom beside one.
struct LogFollower: Sendable {
  let client: Client
  let relay: FeedRelay
  let settings: FeedSettings

  private var log: EventLog { EventLog(client: client) }

  /// Ends when the task is cancelled or the transport is closed.
  func follow(from position: FeedPosition?) async {
    var hasBegun = false
    while !Task.isCancelled {
      do throws(KitsuError) {
        if !hasBegun {
          let isAdmin = try await client.account().isAdmin
          await relay.tell { $0.accountIsKnown(isAdmin: isAdmin) }
          try await begin(from: position)
          hasBegun = true
        }
        try await read()
        await client.session.logIs(refused: false)
      } catch {
        if error.code == .cancelled { return }
        await client.session.logIs(refused: error.isOfRights)
        let forget = forget
        await relay.tell { $0.logFailed(error, forget: forget) }
      }
      await relay.alarm.sleep(
        await relay.isStreaming ? settings.checkInterval : settings.pollInterval)
    }
  }

  /// Without a position it begins now, by Kitsu's own clock; with one, the log must reach back.
  private func begin(from position: FeedPosition?) async throws(KitsuError) {
    if let position {
      if try await log.newest(upTo: position) == nil {
        try await restart("it begins after \(position.text) (UTC), up to when all was known")
      }
    } else {
      try await goOn { now, events in { $0.logBegins(at: now, events) } }
    }
  }

  private func read() async throws(KitsuError) {
    let start = await relay.logStart
    var events = try await log.events(after: start)
    if events == nil {
      try await restart("it has more events than can be walked through")
    } else if events?.isEmpty == true, start != nil {
      // The position is an event's own time: what was the newest event is gone.
      try await restart("its newest event is older than what was seen of it before")
      events = nil
    }
    if events?.isEmpty == false, await relay.isStreaming {
      do { try await Task.sleep(for: settings.grace) } catch { return }
    }
    let forget = forget
    await relay.tell { [events] in $0.logRead(events ?? [], forget: forget) }
  }

  /// Before when the stream's events are no longer of use.
  private var forget: ContinuousClock.Instant { .now - settings.checkInterval * 2 }

  private func restart(_ reason: String) async throws(KitsuError) {
    try await goOn { now, events in
      { $0.logBroke("the event log cannot tell what happened: \(reason)", at: now, events) }
    }
  }

  /// Goes on from the newest event. Those just before it count as known, but for what is committed
  /// late.
  private func goOn(
    _ change: (FeedPosition?, [KitsuEvent]) -> @Sendable (inout FeedState) -> [FeedSignal]
  ) async throws(KitsuError) {
    let now = try await log.newest()?.second.map(FeedPosition.init(seconds:))
    let start = LogWindow(position: now, overlap: settings.overlap).start
    let events = now == nil ? [] : try await log.events(after: start) ?? []
    await relay.tell(change(now, events))
  }
}
