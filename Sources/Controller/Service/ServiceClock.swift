/// Time and chance, as values that a test gives too.
package struct ServiceClock: Sendable {
  /// Since the service began; never set back.
  package let elapsed: @Sendable () -> Duration
  /// Milliseconds since 1970-01-01 UTC.
  package let now: @Sendable () -> Int64
  /// The hour of the day where the service runs, 0 to 23.
  package let hour: @Sendable () -> Int
  /// From 0 up to 1.
  package let chance: @Sendable () -> Double

  package init(
    elapsed: @escaping @Sendable () -> Duration, now: @escaping @Sendable () -> Int64,
    hour: @escaping @Sendable () -> Int, chance: @escaping @Sendable () -> Double
  ) {
    self.elapsed = elapsed
    self.now = now
    self.hour = hour
    self.chance = chance
  }

  var moment: Moment { Moment(elapsed: elapsed(), time: now()) }
}

/// One moment on both of a service's clocks.
struct Moment: Sendable {
  /// Since the service began.
  let elapsed: Duration
  /// Milliseconds since 1970-01-01 UTC.
  let time: Int64
}
