/// When projects are read as a whole.
struct Schedule {
  let interval: Duration
  let hours: HourRange?

  /// A tenth earlier or later, so that projects that began together do not come together for ever.
  /// - Parameter chance: from 0 up to 1.
  func next(after now: Duration, chance: Double) -> Duration {
    now + interval * (0.9 + 0.2 * chance)
  }

  func isDue(_ time: Duration, at now: Duration, hour: Int) -> Bool {
    time <= now && (hours?.contains(hour) ?? true)
  }
}
