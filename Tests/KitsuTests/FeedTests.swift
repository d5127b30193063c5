import Foundation
import Identity
import Synchronization
import TestSupport
import Testing

@testable import Kitsu

@Suite("The event feed of the real Kitsu", .enabled(if: KitsuStack.isAvailable))
struct FeedTests {
  private static func http(_ status: String, _ body: String) -> FaultProxy.Fault {
    .reply(
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n"
        + "Connection: close\r\n\r\n\(body)")
  }

  /// A fault that is turned on and off.
  private final class Switch: Sendable {
    private let state = Mutex(false)
    var isOn: Bool {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }

  @Test("An edit is heard by the stream")
  func heard() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let listener = await FeedListener.start(kitsu)
    try await listener.waitForStream()
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    let event = try await listener.wait(forChangeOf: show.shot, byStream: true)
    #expect(event.name == "shot:update" && event.project?.description == show.project)
    try await show.studio.updateTask(show.task, ["priority": 2])
    let task = try id(show.task)
    try await listener.wait { $0.events.contains { $0.hint.tasks == [task] } }
    await listener.stop()
    await kitsu.close()
  }

  @Test("Without an event stream the log is polled, and told why")
  func streamAway() async throws {
    let show = try await SmallShow.make()
    let away = try proxy { request in
      request.line.contains("/socket.io") ? FeedTests.http("404 Not Found", "nothing") : .pass
    }
    let listener = await FeedListener.start(try server(away.address))
    try await listener.wait { signals in
      signals.contains { signal in
        if case .polling(let reason) = signal { reason.contains("404") } else { false }
      }
    }
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    let event = try await listener.wait(forChangeOf: show.shot)
    #expect(event.id != nil && event.createdAt != nil)
    let edit = await listener.signals.events.filter { $0.project?.description == show.project }
    #expect(Set(edit.compactMap(\.id)).count == edit.count)
    await listener.stop()
  }

  @Test(
    "A connection that breaks is made anew, and nothing is missed",
    arguments: [
      http("400 Bad Request", #"{"code":1,"message":"Unknown session"}"#),
      http("502 Bad Gateway", "<html></html>"), http("200 OK", "%%%"), http("200 OK", "41/events,"),
      http("200 OK", "1"), .drop, .cut(10),
    ])
  func brokenStream(fault: FaultProxy.Fault) async throws {
    let show = try await SmallShow.make()
    let broken = Switch()
    let between = try proxy { request in
      broken.isOn && request.line.contains("/socket.io") ? fault : .pass
    }
    let listener = await FeedListener.start(try server(between.address))
    try await listener.waitForStream()
    let whole = await listener.signals.count
    broken.isOn = true
    // The poll in flight brings this one, and the next poll breaks.
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    try await listener.wait(forChangeOf: show.shot)
    try await listener.wait(after: whole) { $0.hasPolling }
    try await show.studio.updateEntity(show.sequence, ["name": "SQ02"])
    let logged = try await listener.wait(forChangeOf: show.sequence)
    #expect(logged.id != nil)
    let mark = await listener.signals.count
    broken.isOn = false
    try await listener.waitForStream(after: mark)
    try await show.studio.updateEntity(show.asset, ["name": "Bob"])
    try await listener.wait(forChangeOf: show.asset, after: mark, byStream: true)
    #expect(await !listener.signals.hasGap)
    await listener.stop()
  }

  @Test("A stream that stays connected and brings nothing is found out by the log")
  func deafStream() async throws {
    let show = try await SmallShow.make()
    let deaf = Switch()
    let between = try proxy { request in
      guard deaf.isOn, request.line.hasPrefix("GET /socket.io"), request.line.contains("sid=")
      else { return .pass }
      Thread.sleep(forTimeInterval: 0.2)
      return FeedTests.http("200 OK", "6")
    }
    let listener = await FeedListener.start(try server(between.address))
    try await listener.waitForStream()
    let whole = await listener.signals.count
    deaf.isOn = true
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    try await listener.wait(forChangeOf: show.shot)
    // Other tests' events may have come with the last real poll: what it brings is of use for a while.
    for number in 2..<12 where await !listener.signals.dropFirst(whole).hasPolling {
      try await Task.sleep(for: .seconds(3))
      try await show.studio.updateEntity(show.shot, ["name": "SH0\(number)0"])
    }
    try await listener.wait(after: whole) { $0.hasPolling }
    try await show.studio.updateEntity(show.sequence, ["name": "SQ02"])
    let logged = try await listener.wait(forChangeOf: show.sequence)
    #expect(logged.id != nil)
    let mark = await listener.signals.count
    deaf.isOn = false
    try await show.studio.updateEntity(show.asset, ["name": "Bob"])
    try await listener.wait(forChangeOf: show.asset, after: mark)
    try await listener.waitForStream(after: mark)
    await listener.stop()
  }

  @Test("What happened while nobody listened is caught up from the position")
  func catchUp() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let before = await FeedListener.start(kitsu)
    try await before.wait { !$0.positions.isEmpty && $0.contains(.streaming) }
    let position = try #require(await before.signals.positions.last)
    await before.stop()
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    let after = await FeedListener.start(kitsu, from: FeedPosition(position.text))
    try await after.waitForStream()
    let signals = await after.signals
    let event = try #require(
      signals.events.first { $0.name == "shot:update" && $0.project?.description == show.project })
    #expect(event.id != nil && !signals.hasGap)
    let stream = try #require(signals.firstIndex(of: .streaming))
    let told = try #require(signals.firstIndex { [$0].events.contains(event) })
    #expect(told < stream)
    await after.stop()
    await kitsu.close()
  }

  @Test(
    "A log that does not reach back, or is older than what was seen, is a gap",
    arguments: ["2001-01-01T00:00:00", "2999-01-01T00:00:00"])
  func gap(text: String) async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let listener = await FeedListener.start(kitsu, from: FeedPosition(text))
    try await listener.wait { $0.hasGap && $0.contains(.streaming) && !$0.positions.isEmpty }
    #expect(await listener.signals.positions.last?.text ?? text != text)
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    try await listener.wait(forChangeOf: show.shot)
    #expect(await listener.signals.count { [$0].hasGap } == 1)
    await listener.stop()
    await kitsu.close()
  }

  @Test("An artist hears the stream and may not read the log")
  func forbiddenLog() async throws {
    let show = try await SmallShow.make()
    let artist = try await show.studio.createPerson(role: "user", team: show.project)
    let away = Switch()
    let between = try proxy { request in
      away.isOn && request.line.contains("/socket.io") ? .drop : .pass
    }
    let listener = await FeedListener.start(try server(between.address, as: artist))
    try await listener.waitForStream()
    #expect(await !listener.signals.hasGap)
    away.isOn = true
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    try await listener.wait { $0.silence?.contains("event log") == true }
    let mark = await listener.signals.count
    away.isOn = false
    try await listener.wait(after: mark) { $0.hasGap && $0.contains(.streaming) }
    await listener.stop()
  }

  @Test("A manager hears the stream and catches up its own projects")
  func manager() async throws {
    let show = try await SmallShow.make()
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    let kitsu = try server(as: manager)
    let before = await FeedListener.start(kitsu)
    try await before.wait { !$0.positions.isEmpty && $0.contains(.streaming) }
    let position = try #require(await before.signals.positions.last)
    await before.stop()
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    let after = await FeedListener.start(kitsu, from: position)
    try await after.waitForStream()
    let events = await after.signals.events
    #expect(events.contains { $0.hint.entities.contains { $0.description == show.shot } })
    // The log hides what names no project from a manager.
    #expect(events.contains { $0.hint.studio && $0.hint.project && $0.isProjectList })
    await after.stop()
    await kitsu.close()
  }

  @Test("The stream may have an address of its own")
  func ownAddress() async throws {
    let kitsu = try server(KitsuStack.directURL)
    let without = await FeedListener.start(kitsu)
    try await without.wait { $0.hasPolling }
    await without.stop()
    var settings = quickFeed
    settings.eventAddress = try #require(Stack.value("TEST_KITSU_EVENT_URL")) + "/socket.io/"
    let with = await FeedListener.start(kitsu, settings)
    try await with.waitForStream()
    await with.stop()
    await kitsu.close()
  }

  @Test("Who stops listening says good-bye; who closes the server ends the feed")
  func endings() async throws {
    let recorder = try proxy { _ in .pass }
    let kitsu = try server(recorder.address)
    let first = await FeedListener.start(kitsu)
    try await first.waitForStream()
    // It joins its room, and later leaves it and says good-bye; an answer to a ping may come between.
    let joined = recorder.count("POST /socket.io")
    #expect(joined >= 1)
    await first.stop()
    for _ in 0..<1500 where recorder.count("POST /socket.io") < joined + 2 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(recorder.count("POST /socket.io") >= joined + 2)
    let second = await FeedListener.start(kitsu)
    try await second.waitForStream()
    await kitsu.close()
    try await second.waitForEnd()
  }

  @Test("Kitsu away altogether is silence with a reason, and the feed comes back")
  func kitsuAway() async throws {
    let away = Switch()
    let between = try proxy { _ in away.isOn ? .drop : .pass }
    let listener = await FeedListener.start(try server(between.address))
    try await listener.waitForStream()
    away.isOn = true
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Away")
    try await listener.wait { $0.silence != nil }
    let mark = await listener.signals.count
    away.isOn = false
    try await listener.waitForStream(after: mark)
    let events = await listener.signals.events
    #expect(events.contains { $0.isProjectList && $0.project?.description == project })
    await listener.stop()
  }
}
