package import Kitsu
internal import Logging
internal import Report

/// What is heard of Kitsu.
struct FeedStatus {
  var state: FeedReport.State = .starting
  var since: Int64
  var lastEventAt: Int64?
  /// Everything before it was heard.
  var position: FeedPosition?
}

extension ServiceController {
  /// Turns what happens in Kitsu into marks.
  func listen() async {
    await survey()
    do {
      feed.position = try await world.position()
    } catch {
      // It begins now: every project is read as a whole in any case.
      note(error, of: "how far Kitsu's events were heard by the service before")
    }
    guard let signals = world.feed(from: feed.position) else {
      become(.silent("this source has no events"))
      return
    }
    for await signal in signals { hear(signal) }
  }

  func hear(_ signal: FeedSignal) {
    switch signal {
    case .events(let events):
      feed.lastEventAt = clock.now()
      for event in events { hear(event) }
    case .streaming: become(.streaming)
    case .polling(let reason): become(.polling(reason))
    case .silent(let reason): become(.silent(reason))
    case .gap(let reason):
      metrics.missed()
      logger.notice(
        "events may be missing: every project is read again", metadata: ["reason": "\(reason)"])
      markAll(.whole, .resync)
    case .position(let position): feed.position = position
    }
  }

  private func hear(_ event: KitsuEvent) {
    logger.debug(
      "event",
      metadata: [
        "event.name": "\(event.name)", "project.id": "\(event.project.map { "\($0)" } ?? "-")",
      ])
    if event.isProjectList { surveys.isDue = true }
    guard !event.hint.isEmpty else { return metrics.heard(.none) }
    var hint = event.hint
    if hint.studio { hint.studioSince = .now }
    if let project = event.project {
      metrics.heard(.one)
      mark(project, hint, .event, news: began(event))
    } else {
      metrics.heard(.all)
      markAll(hint, .event, news: began(event))
    }
  }

  /// When it happened. The stream brings events at once and without their time; the log tells later of
  /// what the stream did not bring.
  private func began(_ event: KitsuEvent) -> Duration {
    let age = event.second.map { max(0, clock.now() - Int64($0) * 1000) } ?? 0
    return clock.elapsed() - .milliseconds(age)
  }

  /// How far Kitsu's events were heard: where the next service goes on.
  package var position: FeedPosition? { feed.position }

  private func become(_ state: FeedReport.State) {
    guard state != feed.state else { return }
    feed.state = state
    feed.since = clock.now()
    logger.notice("the event feed changed", metadata: ["feed.state": "\(state)"])
  }
}
