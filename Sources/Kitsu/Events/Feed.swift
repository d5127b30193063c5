internal import BSON

/// Follows what happens in Kitsu by its event stream, and by its event log where the stream was
/// away, is away, or says nothing.
struct Feed: Sendable {
  let client: Client
  let settings: FeedSettings

  /// A connection that held this long is tried anew without a longer wait.
  private static let steady = Duration.seconds(10)

  func run(
    from position: FeedPosition?, _ continuation: AsyncStream<FeedSignal>.Continuation
  ) async {
    let state = FeedState(from: position, overlap: settings.overlap)
    let relay = FeedRelay(state, continuation)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await followStream(relay) }
      group.addTask {
        await LogFollower(client: client, relay: relay, settings: settings)
          .follow(from: position)
      }
      await group.next()
      group.cancelAll()
    }
    continuation.finish()
  }

  // MARK: The stream

  private func followStream(_ relay: FeedRelay) async {
    var refused: Token?
    var failures = 0
    while !Task.isCancelled {
      var connected: ContinuousClock.Instant?
      do throws(StreamFailure) {
        let token = try await token(after: refused)
        refused = token
        let stream = try await EventStream.connect(
          try await address(), token: token, transport: client.http.transport)
        refused = nil
        connected = .now
        await relay.tell { $0.streamConnected() }
        try await listen(to: stream, relay)
      } catch {
        if error.kind == .closed { return }
        if error.kind != .refused { refused = nil }
        let isSteady = connected.map { .now - $0 > Feed.steady } ?? false
        failures = isSteady ? 1 : failures + 1
        await relay.tell { $0.streamLost(error.reason) }
      }
      await pause(after: failures)
    }
  }

  private func listen(
    to stream: EventStream, _ relay: FeedRelay
  ) async throws(StreamFailure) {
    do throws(StreamFailure) {
      while true {
        let packets = try await stream.poll()
        let events = packets.compactMap { packet -> KitsuEvent? in
          guard case .message(.event(let name, let payload)) = packet else { return nil }
          return KitsuEvent(name: name, payload: payload)
        }
        await relay.tell { $0.streamBrought(events, at: .now) }
        try await stream.obey(packets)
      }
    } catch {
      // This task is cancelled then; what the server is told must not be.
      if error.kind == .closed { await Task { await stream.close() }.value }
      throw error
    }
  }

  private func address() async throws(StreamFailure) -> String {
    if var own = settings.eventAddress {
      for suffix in ["/", "/socket.io"] where own.hasSuffix(suffix) {
        own.removeLast(suffix.count)
      }
      return own
    }
    do throws(KitsuError) {
      let base = try await client.session.findBase().url
      return base.hasSuffix("/api") ? String(base.dropLast(4)) : base
    } catch {
      throw StreamFailure(error)
    }
  }

  private func token(after refused: Token?) async throws(StreamFailure) -> Token {
    do throws(KitsuError) {
      guard let refused else { return try await client.session.token() }
      let reason = KitsuError(
        .unauthorised, operation: "follow", subject: "the event stream",
        cause: "the event stream's server does not take the token")
      return try await client.session.token(after: refused, reason)
    } catch {
      throw StreamFailure(error)
    }
  }

  /// Exponential, half of it to all of it.
  private func pause(after failures: Int) async {
    let full = settings.firstDelay * (1 << min(max(failures, 1) - 1, 16))
    let delay = min(full, settings.longestDelay) * Double.random(in: 0.5...1)
    do { try await Task.sleep(for: delay) } catch { return }
  }
}

extension StreamFailure {
  init(_ error: KitsuError) {
    self.init(kind: error.code == .cancelled ? .closed : .lost, reason: error.cause)
  }
}
