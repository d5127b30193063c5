package import Report

/// Decides what is told of projects and when: each condition once, not again while it lasts but for a
/// reminder a day, and nothing of what comes and goes. A value, told the time.
package struct NoticeLedger: Sendable {
  /// How long a project must be as it is before anything is told.
  private let patience: Int64
  private static let day: Int64 = 86_400_000
  private static let hour: Int64 = 3_600_000

  private struct Track {
    /// What it is now, and since when it was seen so.
    var seen: Notice.Event
    var seenAt: Int64
    /// What was told last; nil where it never was bad.
    var told: Notice.Event?
    var toldAt: Int64 = 0
    /// When the last things were told, within the last hour: a project that flaps is waited for longer.
    var recent: [Int64] = []
  }

  private var tracks: [String: Track] = [:]

  /// - Parameter patience: in milliseconds.
  package init(patience: Int64 = 60_000) { self.patience = patience }

  /// What an earlier process told of a project, so that it is not told again.
  package mutating func recall(_ project: String, _ event: Notice.Event, at time: Int64) {
    tracks[project] = Track(seen: event, seenAt: time, told: event, toldAt: time)
  }

  /// - Parameters:
  ///   - statuses: of all projects; what is missing is forgotten.
  ///   - now: milliseconds since 1970-01-01 UTC.
  package mutating func notices(_ statuses: [ProjectStatus], at now: Int64) -> [Notice] {
    let ids = Set(statuses.map(\.id))
    tracks = tracks.filter { ids.contains($0.key) }
    return statuses.compactMap { notice($0, at: now) }
  }

  private mutating func notice(_ status: ProjectStatus, at now: Int64) -> Notice? {
    // While it is looked at, paused, or on its way, it is what it was.
    guard let event = Notice.Event(status.standing) else { return nil }
    var track = tracks[status.id] ?? Track(seen: event, seenAt: now)
    defer { tracks[status.id] = track }
    if track.seen != event {
      track.seen = event
      track.seenAt = now
    }
    let isBad = event != .recovered
    let isReminder = track.told == event && isBad
    guard track.told != event, isBad || track.told != nil else {
      guard isReminder, now - track.toldAt >= NoticeLedger.day else { return nil }
      track.toldAt = now
      return NoticeLedger.notice(status, event, since: track.seenAt, isReminder: true)
    }
    track.recent.removeAll { now - $0 >= NoticeLedger.hour }
    let wait = patience << min(track.recent.count / 2, 5)
    guard now - track.seenAt >= wait else { return nil }
    track.told = event
    track.toldAt = now
    track.recent.append(now)
    return NoticeLedger.notice(status, event, since: track.seenAt, isReminder: false)
  }

  private static func notice(
    _ status: ProjectStatus, _ event: Notice.Event, since: Int64, isReminder: Bool
  ) -> Notice {
    let condition =
      status.conditions.first { event != .recovered && $0.kind == .stalled && $0.isTrue }
      ?? status.condition(.ready)
    return Notice(
      project: status.id, name: status.name, event: event, reason: condition?.reason ?? .settled,
      message: condition?.message ?? "", since: since, isReminder: isReminder)
  }
}

extension Notice.Event {
  /// - Returns: nil for what says nothing of how it is.
  init?(_ standing: ProjectStanding) {
    switch standing {
    case .held: self = .held
    case .stalled: self = .stalled
    case .ready, .partlyHeld: self = .recovered
    case .unsettled, .paused, .notSeenYet: return nil
    }
  }
}
