internal import Kitsu
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
    if let project = event.project {
      metrics.heard(.one)
      mark(project, event.hint, .event)
    } else {
      metrics.heard(.all)
      markAll(event.hint, .event)
    }
  }

  private func become(_ state: FeedReport.State) {
    guard state != feed.state else { return }
    feed.state = state
    feed.since = clock.now()
    logger.notice("the event feed changed", metadata: ["feed.state": "\(state)"])
  }
}
