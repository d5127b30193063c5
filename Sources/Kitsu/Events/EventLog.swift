internal import BSON

/// Reads `/data/events/last`, newest first, as far back as asked.
///
/// Its bounds are whole seconds of Kitsu's clock; entries have fractions, which it does not show, so that
/// those of the first second come as well. Its cursor leaves out what has the cursor's microsecond, and
/// Zou before 1.0.4 ignores it: so the walk goes back by seconds, of which it reads the last one again,
/// and takes the cursor only within a second that has more events than one answer.
struct EventLog: Sendable {
  let client: Client

  /// Zou's own cap since 1.0; older ones have none.
  private static let page = 1000
  /// What Zou gives where it knows no size by our names.
  private static let defaultPage = 100
  /// More than this is read anew sooner than walked through.
  private static let most = 50_000

  /// All later than a second, oldest first; nil where they are too many, or where the server gives
  /// the same ones again and again.
  func events(after: FeedPosition?) async throws(KitsuError) -> [KitsuEvent]? {
    var events: [KitsuEvent] = []
    var known: Set<String> = []
    var bound = ""
    var isWithinSecond = false
    while true {
      let page = try await read(
        "limit=\(EventLog.page)&page_size=\(EventLog.page)"
          + (after.map { "&after=\($0.text)" } ?? "") + bound)
      let fresh = page.filter { event in event.id.map { known.insert($0).inserted } ?? false }
      events += fresh
      guard page.count >= EventLog.page || page.count == EventLog.defaultPage else { break }
      guard let oldest = page.last?.second, events.count <= EventLog.most else { return nil }
      if !fresh.isEmpty {
        isWithinSecond = false
        bound = "&before=\(FeedPosition(seconds: oldest + 1).text)"
      } else if !isWithinSecond, let last = events.last?.id {
        isWithinSecond = true
        bound = "&cursor_event_id=\(last)"
      } else {
        return nil
      }
    }
    return events.reversed()
  }

  /// The newest event, or the newest no later than a second.
  func newest(upTo position: FeedPosition? = nil) async throws(KitsuError) -> KitsuEvent? {
    let bound = position.map { "&before=\(FeedPosition(seconds: $0.seconds + 1).text)" } ?? ""
    return try await read("limit=1&page_size=1" + bound).first
  }

  private func read(_ query: String) async throws(KitsuError) -> [KitsuEvent] {
    try await client.list("/data/events/last?" + query).compactMap(KitsuEvent.init(entry:))
  }
}

extension KitsuEvent {
  /// When it was logged, in seconds since 1970.
  package var second: Int? {
    createdAt.flatMap { FeedPosition(String($0.prefix(19))) }?.seconds
  }
}
