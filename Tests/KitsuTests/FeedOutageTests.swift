import Foundation
import TestSupport
import Testing

@testable import Kitsu

@Suite(
  "Servers of the event stream that go and come back", .enabled(if: KitsuStack.isAvailable),
  .timeLimit(.minutes(3)))
struct FeedOutageTests {
  @Test(
    "The event server restarted, then its Redis: the log covers both, and the stream comes back")
  func restarts() async throws {
    let show = try await SmallShow.make()
    try await OwnEventServer.with { own in
      var settings = quickFeed
      settings.eventAddress = own.address
      let kitsu = try server()
      let listener = await FeedListener.start(kitsu, settings)
      try await hears(listener, own, show)

      await own.stopServer()
      try await listener.wait { $0.hasPolling }
      var mark = await listener.signals.count
      try await show.studio.updateEntity(show.asset, ["name": "Bob"])
      let logged = try await listener.wait(forChangeOf: show.asset, after: mark)
      #expect(logged.id != nil)
      mark = await listener.signals.count
      try await own.startServer()
      try await listener.waitForStream(after: mark)
      try await hears(listener, own, show)

      // The stream stays connected now, and nobody says that it brings nothing.
      await own.stopRedis()
      own.startRedis()
      mark = await listener.signals.count
      try await show.studio.updateEntity(show.sequence, ["name": "SQ02"])
      let found = try await listener.wait(forChangeOf: show.sequence, after: mark)
      #expect(found.id != nil)
      try await hears(listener, own, show)
      #expect(await !listener.signals.hasGap)
      await listener.stop()
      await kitsu.close()
    }
  }

  /// Waits until what is published is heard by the stream.
  private func hears(
    _ listener: FeedListener, _ own: OwnEventServer, _ show: SmallShow
  ) async throws {
    let mark = await listener.signals.count
    for _ in 0..<60 {
      try await own.publish(shot: show.shot, project: show.project)
      let events = await Array(listener.signals.dropFirst(mark)).events
      if events.contains(where: { $0.id == nil && $0.name == "shot:update" }) { return }
      try await Task.sleep(for: .milliseconds(500))
    }
    Issue.record("the stream brings nothing")
  }
}
