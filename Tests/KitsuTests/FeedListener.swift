import Foundation
import Identity
import Testing

@testable import Kitsu

/// Quick, so that a test of a failure takes no minute.
let quickFeed = FeedSettings(
  pollInterval: .milliseconds(300), checkInterval: .seconds(1), grace: .seconds(1),
  firstDelay: .milliseconds(100),
  longestDelay: .milliseconds(500))

/// Listens to a feed and keeps what it told.
actor FeedListener {
  struct TimedOut: Error {}

  private(set) var signals: [FeedSignal] = []
  private(set) var hasEnded = false
  private var task: Task<Void, Never>?

  static func start(
    _ server: KitsuServer, _ settings: FeedSettings = quickFeed, from position: FeedPosition? = nil
  ) async -> FeedListener {
    let listener = FeedListener()
    await listener.listen(to: server.feed(settings, from: position))
    return listener
  }

  private func listen(to feed: AsyncStream<FeedSignal>) {
    task = Task {
      for await signal in feed { signals.append(signal) }
      hasEnded = true
    }
  }

  func stop() async {
    task?.cancel()
    await task?.value
  }

  /// Waits until the signals after the first `mark` have it.
  func wait(
    after mark: Int = 0, _ location: SourceLocation = #_sourceLocation,
    for isThere: ([FeedSignal]) -> Bool
  ) async throws {
    for _ in 0..<1500 {
      if isThere(Array(signals.dropFirst(mark))) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not told within 30 s: \(signals.dropFirst(mark))", sourceLocation: location)
    throw TimedOut()
  }

  func waitForStream(
    after mark: Int = 0, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    try await wait(after: mark, location) { $0.contains(.streaming) }
  }

  /// Waits for an event that hints an entity; gives it.
  /// - Parameter byStream: for the stream's own word, though the log may have told of it before.
  @discardableResult
  func wait(
    forChangeOf entity: String, after mark: Int = 0, byStream: Bool = false,
    _ location: SourceLocation = #_sourceLocation
  ) async throws -> KitsuEvent {
    let entity = try id(entity)
    var found: KitsuEvent?
    try await wait(after: mark, location) { signals in
      found = signals.events.first { event in
        event.hint.entities.contains(entity) && (event.id == nil || !byStream)
      }
      return found != nil
    }
    return try #require(found)
  }

  /// Waits for an end by itself.
  func waitForEnd() async throws {
    for _ in 0..<1500 where !hasEnded { try await Task.sleep(for: .milliseconds(20)) }
    #expect(hasEnded)
  }
}

extension Collection<FeedSignal> {
  var events: [KitsuEvent] {
    flatMap { signal -> [KitsuEvent] in
      guard case .events(let events) = signal else { return [] }
      return events
    }
  }
  var positions: [FeedPosition] {
    compactMap { signal -> FeedPosition? in
      guard case .position(let position) = signal else { return nil }
      return position
    }
  }
  var hasPolling: Bool {
    contains { signal in
      guard case .polling = signal else { return false }
      return true
    }
  }
  var hasGap: Bool {
    contains { signal in
      guard case .gap = signal else { return false }
      return true
    }
  }
  var silence: String? {
    for case .silent(let reason) in self { return reason }
    return nil
  }
}
