internal import Identity

/// What the stream brought of late, to tell what the log has beside it. The stream's events have no
/// id, so one is matched to an entry of the log by what it says.
struct HeardEvents: Sendable {
  private struct Saying: Hashable {
    let name: String
    let project: EntityID?
    let hint: ChangeHint

    init(_ event: KitsuEvent) {
      name = event.name
      project = event.project
      hint = event.hint
    }
  }

  private var times: [Saying: [ContinuousClock.Instant]] = [:]
  /// Whether anything was heard since the last ``settle(before:)``.
  private(set) var hasNews = false

  mutating func hear(_ event: KitsuEvent, at now: ContinuousClock.Instant) {
    times[Saying(event), default: []].append(now)
    hasNews = true
  }

  /// Whether an entry of the log was heard; each hearing answers for one.
  mutating func claim(_ event: KitsuEvent) -> Bool {
    let saying = Saying(event)
    guard var heard = times[saying], !heard.isEmpty else { return false }
    heard.removeFirst()
    times[saying] = heard.isEmpty ? nil : heard
    return true
  }

  /// The log was read.
  mutating func settle(before instant: ContinuousClock.Instant) {
    hasNews = false
    forget(before: instant)
  }

  /// Some of the stream's events are never logged, and some logs cannot be read.
  mutating func forget(before instant: ContinuousClock.Instant) {
    for (saying, heard) in times {
      let left = heard.filter { $0 >= instant }
      if left.count != heard.count { times[saying] = left.isEmpty ? nil : left }
    }
  }
}
