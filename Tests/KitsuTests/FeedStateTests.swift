import Foundation
import Identity
import Testing

@testable import Kitsu

/// An event of the log, `second` seconds after 2026-11-22T05:00:00.
private func entry(_ id: String, _ second: Int, _ name: String = "shot:update") -> KitsuEvent {
  KitsuEvent(
    id: id, name: name, project: nil, hint: ChangeHint(project: true),
    createdAt: FeedPosition(seconds: base + second).text)
}

private let base = 1_795_323_600

private func position(_ second: Int) -> FeedPosition { FeedPosition(seconds: base + second) }

@Suite("What a feed tells")
struct FeedStateTests {
  private let now = ContinuousClock.now
  private let refusal = KitsuError(
    .forbidden, operation: "read", subject: "/data/events/last", cause: "not allowed")
  private let outage = KitsuError(
    .unreachable, operation: "read", subject: "/data/events/last", cause: "nothing answers")

  private func state(from position: FeedPosition? = nil) -> FeedState {
    FeedState(from: position, overlap: .seconds(30))
  }

  private func streaming(from position: FeedPosition? = nil) -> FeedState {
    var state = state(from: position)
    _ = state.accountIsKnown(isAdmin: true)
    _ = state.streamConnected()
    _ = state.logRead([], forget: now)
    return state
  }

  private func heard(_ event: KitsuEvent) -> KitsuEvent {
    KitsuEvent(name: event.name, project: event.project, hint: event.hint)
  }

  @Test("The stream counts once the log was read after it")
  func catchUp() {
    var state = state(from: position(0))
    _ = state.accountIsKnown(isAdmin: true)
    #expect(state.streamConnected().isEmpty && !state.isStreaming && state.isBehind)
    let signals = state.logRead([entry("a", 3)], forget: now)
    #expect(signals == [.events([entry("a", 3)]), .streaming, .position(position(3))])
    #expect(state.isStreaming)
  }

  @Test("Without a stream the log is polled, said once for each reason")
  func polling() {
    var state = state()
    #expect(state.streamLost("no stream").isEmpty)
    #expect(state.logRead([], forget: now) == [.polling("no stream")])
    #expect(state.streamLost("no stream").isEmpty)
    #expect(state.streamLost("down") == [.polling("down")])
    _ = state.streamConnected()
    #expect(state.logRead([], forget: now).last == .streaming)
    #expect(state.streamLost("down") == [.polling("down")])
  }

  @Test("With neither it is silent, and it comes back")
  func silence() {
    var state = state()
    _ = state.streamLost("no stream")
    #expect(
      state.logFailed(outage, forget: .now)
        == [.silent("no stream; and the event log cannot be read: nothing answers")])
    #expect(state.logFailed(outage, forget: .now).isEmpty)
    #expect(state.logRead([], forget: now) == [.polling("no stream")])
  }

  @Test("A stream whose log may not be read has gaps, but for the first")
  func refusedLog() {
    var state = state()
    _ = state.streamConnected()
    #expect(state.logFailed(refusal, forget: .now) == [.streaming])
    #expect(state.streamLost("cut").count == 1)
    #expect(
      state.streamConnected() == [.gap("the event log may not be read: not allowed"), .streaming])
  }

  @Test("Of what the stream brought nothing is kept for long, though the log cannot be read")
  func forgetting() {
    var state = state()
    _ = state.logRead([], forget: now)
    _ = state.streamConnected()
    _ = state.logRead([], forget: now)
    #expect(state.streamBrought([entry("a", 3)], at: now).count == 1)
    _ = state.logFailed(outage, forget: now + .seconds(1))
    #expect(state.logRead([entry("a", 3)], forget: now).first == .events([entry("a", 3)]))
  }

  @Test("A manager is told to look where a stream was deaf, too")
  func managersDeafStream() {
    var state = state()
    _ = state.streamConnected()
    _ = state.logRead([], forget: now)
    _ = state.logRead([entry("a", 3)], forget: now)
    #expect(!state.isStreaming)
    _ = state.streamBrought([entry("b", 4)], at: now)
    let signals = state.logRead([entry("b", 4)], forget: now)
    guard case .events(let events)? = signals.first else {
      Issue.record("no events: \(signals)")
      return
    }
    #expect(events.map(\.hint) == [ChangeHint(project: true, studio: true)])
  }

  @Test("A manager is told to look where the log shows nothing, after each gap of the stream")
  func managersView() {
    var state = state()
    _ = state.streamConnected()
    #expect(state.logRead([], forget: now) == [.streaming])
    _ = state.streamLost("cut")
    _ = state.streamConnected()
    let signals = state.logRead([], forget: now)
    guard case .events(let events)? = signals.first else {
      Issue.record("no events: \(signals)")
      return
    }
    #expect(events.map(\.hint) == [ChangeHint(project: true, studio: true)])
    #expect(events.first?.isProjectList == true && signals.last == .streaming)
  }

  @Test("What the stream brought is not told again by the log, what it did not bring is")
  func beside() {
    var state = streaming(from: position(0))
    let first = entry("a", 5)
    #expect(state.streamBrought([heard(first)], at: now) == [.events([heard(first)])])
    let signals = state.logRead([first, entry("b", 6)], forget: now)
    #expect(signals == [.events([entry("b", 6)]), .position(position(6))])
    #expect(state.isStreaming)
  }

  @Test("A stream that brings nothing while the log grows is not believed until it speaks")
  func deaf() {
    var state = streaming(from: position(0))
    let signals = state.logRead([entry("a", 5)], forget: now)
    #expect(signals.count == 3 && signals.first == .events([entry("a", 5)]))
    guard case .polling? = signals.dropFirst().first else {
      Issue.record("not polling: \(signals)")
      return
    }
    #expect(!state.isStreaming && !state.isBehind)
    #expect(state.logRead([entry("a", 5)], forget: now).isEmpty)
    _ = state.streamBrought([heard(entry("b", 9))], at: now)
    #expect(state.isBehind)
    #expect(
      state.logRead([entry("b", 9)], forget: now) == [.streaming, .position(position(9))])
  }

  @Test("A broken log is a gap and goes on from now")
  func broken() {
    var state = streaming(from: position(0))
    #expect(
      state.logBroke("too many", at: position(90), [entry("z", 90)])
        == [.gap("too many"), .position(position(90))])
    #expect(state.logStart == position(60))
    #expect(state.logRead([entry("z", 90)], forget: now).isEmpty)
  }

  @Test("Events are told once, late ones too, and ids are not kept for ever")
  func window() {
    var window = LogWindow(position: position(0), overlap: .seconds(30))
    #expect(window.start == position(-30))
    let first = [entry("a", 1), entry("b", 2)]
    #expect(window.take(first) == first)
    #expect(window.take([entry("late", -3), entry("a", 1)]) == [entry("late", -3)])
    #expect(window.position == position(2))
    #expect(window.take([entry("c", 100)]) == [entry("c", 100)])
    // Long before the window, so no longer known: the log is not read so far back.
    #expect(window.take([entry("a", 1)]) == [entry("a", 1)])
  }

  @Test("A crowded log that rests tells nothing again: the window's first second comes each time")
  func crowdedWindow() {
    var window = LogWindow(position: position(0), overlap: .seconds(30))
    let crowd = (0...40).map { entry("e\($0)", $0) }
    #expect(window.take(crowd) == crowd)
    for _ in 0..<3 {
      let again = crowd.filter { ($0.second ?? 0) >= window.start?.seconds ?? 0 }
      #expect(again.count == 31 && window.take(again).isEmpty)
    }
  }

  @Test("One hearing answers for one entry, and not for ever")
  func hearings() {
    var heard = HeardEvents()
    let event = entry("a", 1)
    heard.hear(event, at: now)
    #expect(heard.hasNews && heard.claim(event) && !heard.claim(event))
    heard.hear(event, at: now)
    heard.settle(before: now + .seconds(1))
    #expect(!heard.hasNews && !heard.claim(event))
  }
}

@Suite("Positions in the event log")
struct FeedPositionTests {
  @Test("A second is written as Zou writes it")
  func text() throws {
    let position = try #require(FeedPosition("2026-11-22T05:19:17"))
    #expect(position.text == "2026-11-22T05:19:17")
    #expect(position.seconds == 1_795_324_757)
    #expect(FeedPosition(seconds: 0).text == "1970-01-01T00:00:00")
    #expect(FeedPosition("2024-02-29T23:59:59")?.seconds == 1_709_251_199)
  }

  @Test(
    "What is no second is none",
    arguments: [
      "", "2026-11-22", "2026-11-22T05:19:17.5", "2026-02-30T00:00:00", "2026-11-22T05:19:61",
      "26-11-22T05:19:17", "2026-11-22 05:19:17", "2026-11-22T05:19:17Z", "2026-11-22T-5:19:17",
    ])
  func none(text: String) { #expect(FeedPosition(text) == nil) }
}
