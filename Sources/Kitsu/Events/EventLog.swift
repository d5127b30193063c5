internal import BSON

/// Kitsu's event log, read forward: `/data/events/last`, which gives the newest first, a thousand at
/// most, between bounds of whole seconds.
///
/// Its order cannot be trusted to the last: an event's time is set before it is committed, so that one
/// may appear behind others that were read. Each reading overlaps the last one, and what it gave
/// already is left out.
struct EventLog {
  private let client: Client
  private(set) var position: FeedPosition?
  /// What was handed over, and may come again in the next overlap.
  private var seen: [String: FeedPosition] = [:]

  /// Zou's own bound (zou.md).
  private static let pageSize = 1000
  /// A log that is longer than this since the last reading costs more than to read the projects.
  private static let mostPages = 20
  /// Seconds.
  private let overlap: Int

  init(_ client: Client, overlap: Duration, from position: FeedPosition?) {
    self.client = client
    self.overlap = Int(overlap.components.seconds)
    self.position = position
  }

  struct Reading {
    /// Oldest first.
    var events: [KitsuEvent] = []
    /// Why some may be missing.
    var gap: String?
  }

  /// To be called once before ``read()``.
  /// - Returns: why events since the position may be missing.
  mutating func begin() async throws(KitsuError) -> String? {
    guard let position else {
      self.position = try await page(nil, nil, size: 1).first.flatMap(EventLog.time)
      return nil
    }
    let older = try await page(nil, position.moved(by: 1), size: 1)
    return older.isEmpty ? "the event log does not reach back to \(position.text)" : nil
  }

  /// What was logged since the last reading.
  mutating func read() async throws(KitsuError) -> Reading {
    var reading = Reading()
    let start = position?.moved(by: -overlap)
    var end: FeedPosition?
    var entries: [Document] = []
    for number in 1... {
      let page = try await page(start, end, size: EventLog.pageSize)
      entries += page
      guard page.count >= EventLog.pageSize else { break }
      let oldest = page.last.flatMap(EventLog.time)?.moved(by: 1)
      // Bounds are whole seconds: more than a page in one second cannot be told apart.
      guard number < EventLog.mostPages, let oldest,
        end.map({ oldest.seconds < $0.seconds }) ?? true
      else {
        reading.gap = "the event log is longer than can be read, or its order cannot be trusted"
        break
      }
      end = oldest
    }
    take(entries, &reading)
    return reading
  }

  private mutating func take(_ entries: [Document], _ reading: inout Reading) {
    var ids: Set<String> = []
    for entry in entries.reversed() {
      guard let event = KitsuEvent(entry: entry), let id = event.id, ids.insert(id).inserted,
        seen[id] == nil, let time = EventLog.time(entry)
      else { continue }
      reading.events.append(event)
      seen[id] = time
      if position.map({ $0.seconds < time.seconds }) ?? true { position = time }
    }
    guard let oldest = position?.moved(by: -overlap) else { return }
    seen = seen.filter { $0.value.seconds >= oldest.seconds }
  }

  private static func time(_ entry: Document) -> FeedPosition? {
    entry["created_at"]?.string.flatMap { FeedPosition(String($0.prefix(19))) }
  }

  /// `limit` is the name in Zou 0.19.73 and newer, `page_size` in older ones; each ignores the
  /// other's.
  private func page(
    _ after: FeedPosition?, _ before: FeedPosition?, size: Int
  ) async throws(KitsuError) -> [Document] {
    var path = "/data/events/last?limit=\(size)&page_size=\(size)"
    if let after { path += "&after=\(after.text)" }
    if let before { path += "&before=\(before.text)" }
    return try await client.list(path)
  }
}

extension FeedPosition {
  fileprivate func moved(by seconds: Int) -> FeedPosition {
    FeedPosition(seconds: self.seconds + seconds)
  }
}
