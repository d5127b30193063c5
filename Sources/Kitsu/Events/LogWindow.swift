/// Which events of the log were handed over: all up to a second, and by their ids those about it.
struct LogWindow: Sendable {
  /// The newest second of which an event was seen; nil while the log was empty.
  private(set) var position: FeedPosition?
  let overlap: Int
  private var seen: [String: Int] = [:]

  init(position: FeedPosition?, overlap: Duration) {
    self.init(position: position, overlap: max(1, Int(overlap.components.seconds)))
  }

  /// - Parameter overlap: in seconds.
  init(position: FeedPosition?, overlap: Int) {
    self.position = position
    self.overlap = overlap
  }

  /// From where the log is to be read again: an event is dated before it is committed, so that one
  /// may show up behind others that are younger.
  var start: FeedPosition? { position.map { FeedPosition(seconds: $0.seconds - overlap) } }

  /// Those of a log's events, oldest first, that were not seen yet. Events are believed to be from
  /// `start` on.
  mutating func take(_ events: [KitsuEvent]) -> [KitsuEvent] {
    var fresh: [KitsuEvent] = []
    for event in events {
      guard let id = event.id, let second = event.second else { continue }
      if seen.updateValue(second, forKey: id) == nil { fresh.append(event) }
      if second > position?.seconds ?? .min { position = FeedPosition(seconds: second) }
    }
    // Zou gives what is later than the second by a fraction of it, too, once more each time.
    if let start { seen = seen.filter { $0.value >= start.seconds } }
    return fresh
  }
}
