internal import Identity

/// What the stream brought, so that the log does not bring it again: events on the stream have no id.
struct HeardEvents {
  private struct Key: Hashable {
    let name: String
    let project: EntityID?
    let hint: ChangeHint

    init(_ event: KitsuEvent) {
      name = event.name
      project = event.project
      hint = event.hint
    }
  }

  private var latest: [Key: Int] = [:]
  private var earlier: [Key: Int] = [:]

  mutating func hear(_ events: [KitsuEvent]) {
    for event in events { latest[Key(event), default: 0] += 1 }
  }

  /// Those of the log that the stream did not bring.
  mutating func unheard(of logged: [KitsuEvent]) -> [KitsuEvent] {
    let unheard = logged.filter { !take(Key($0)) }
    // What the log does not have after two readings it will not have.
    earlier = latest
    latest = [:]
    return unheard
  }

  private mutating func take(_ key: Key) -> Bool {
    HeardEvents.take(key, &earlier) || HeardEvents.take(key, &latest)
  }

  private static func take(_ key: Key, _ counts: inout [Key: Int]) -> Bool {
    guard let count = counts[key] else { return false }
    counts[key] = count == 1 ? nil : count - 1
    return true
  }
}
