/// Hears what happens in Kitsu: by the event stream, and by the event log for what the stream missed,
/// or instead of it.
struct EventFeed {
  private let client: Client
  private let settings: FeedSettings
  private let tell: @Sendable (FeedSignal) -> Void
  private var log: EventLog
  private var heard = HeardEvents()
  /// Nil until the log was asked for the first time.
  private var logRefusal: String?
  private var hasBegun = false
  private var wasStreaming = false
  private var lastCheck = ContinuousClock.now
  private var failures = 0

  init(
    _ client: Client, _ settings: FeedSettings, from position: FeedPosition?,
    tell: @escaping @Sendable (FeedSignal) -> Void
  ) {
    self.client = client
    self.settings = settings
    self.tell = tell
    log = EventLog(client, overlap: settings.overlap, from: position)
  }

  /// Ends when its task is cancelled.
  mutating func run() async {
    while !Task.isCancelled {
      let reason: String
      do throws(StreamEnd) {
        let stream = try await open()
        reason = await follow(stream)
      } catch {
        reason = error.reason
      }
      if Task.isCancelled { return }
      failures += 1
      await pollLog(reason, for: backoff)
    }
  }

  // MARK: The stream

  private func open() async throws(StreamEnd) -> EventStream {
    let (server, token): (String, Token)
    do throws(KitsuError) {
      let base = try await client.session.findBase()
      server = settings.eventAddress ?? EventFeed.server(base.url)
      token = try await client.session.token()
    } catch {
      throw StreamEnd("\(error)")
    }
    return try await EventStream.open(server, token, over: client.http.transport)
  }

  /// - Returns: why it ended.
  private mutating func follow(_ stream: EventStream) async -> String {
    if await catchUp(isNew: true) {
      tell(.streaming)
      wasStreaming = true
      failures = 0
    }
    do throws(StreamEnd) {
      while !Task.isCancelled {
        let events = try await stream.next()
        if !events.isEmpty {
          heard.hear(events)
          tell(.events(events))
        }
        if .now - lastCheck >= settings.checkInterval { _ = await catchUp(isNew: false) }
      }
    } catch {
      return error.reason
    }
    await Task { await stream.leave() }.value
    return "it was ended"
  }

  // MARK: The log

  /// Hands over what the log has and nobody heard.
  /// - Parameter isNew: the stream has just begun: what came before it was missed.
  /// - Returns: whether Kitsu answered.
  private mutating func catchUp(isNew: Bool) async -> Bool {
    lastCheck = .now
    do throws(KitsuError) {
      let position = log.position
      if !hasBegun, let gap = try await log.begin() { tell(.gap(gap)) }
      hasBegun = true
      let reading = try await log.read()
      logRefusal = nil
      if let gap = reading.gap { tell(.gap(gap)) }
      let missed = heard.unheard(of: reading.events)
      if !missed.isEmpty { tell(.events(missed)) }
      if let reached = log.position, reached != position { tell(.position(reached)) }
      return true
    } catch {
      logRefusal = "\(error)"
      guard error.code == .forbidden else { return false }
      if isNew, wasStreaming {
        tell(.gap("the event stream was away, and this account may not read the event log"))
      }
      return true
    }
  }

  /// Reads the log in place of the stream, for some time.
  private mutating func pollLog(_ reason: String, for time: Duration) async {
    let end = ContinuousClock.now + time
    repeat {
      let isReached = await catchUp(isNew: false)
      if let refusal = logRefusal {
        tell(.silent("\(reason); the event log: \(refusal)"))
      } else if isReached {
        tell(.polling(reason))
      }
      do {
        try await Task.sleep(for: min(settings.pollInterval, max(end - .now, .milliseconds(100))))
      } catch {
        return
      }
    } while ContinuousClock.now < end
  }

  /// Twice as long each time, with jitter.
  private var backoff: Duration {
    let delay = settings.firstDelay * (1 << min(failures - 1, 20))
    return min(delay, settings.longestDelay) * Double.random(in: 0.75...1)
  }

  /// Kitsu's front has the stream beside its API.
  private static func server(_ base: String) -> String {
    base.hasSuffix("/api") ? String(base.dropLast(4)) : base
  }
}

extension KitsuServer {
  /// What happens in Kitsu from now on, and what was logged since a position. Ends when nobody listens
  /// any more. What goes wrong is told as a signal, and tried again.
  package func feed(
    _ settings: FeedSettings, from position: FeedPosition?
  ) -> AsyncStream<FeedSignal> {
    AsyncStream { continuation in
      let client = client
      let task = Task {
        var feed = EventFeed(client, settings, from: position) { continuation.yield($0) }
        await feed.run()
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
