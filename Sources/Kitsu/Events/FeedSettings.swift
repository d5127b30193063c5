/// How a server's events are followed.
package struct FeedSettings: Sendable {
  /// Where the event stream answers at `/socket.io`; nil for Kitsu's address without `/api`.
  package var eventAddress: String?
  /// How often the event log is read while there is no stream.
  package var pollInterval: Duration
  /// How often it is read beside a stream: one that lost its Redis stays connected and is silent.
  package var checkInterval: Duration
  /// How far before the last position the log is read again: an event is dated before it is
  /// committed, so a younger one may be there first.
  package var overlap: Duration
  /// The time in which the stream brings what the log has: 20 ms, as a rule.
  package var grace: Duration
  /// The wait before the first new connection after one that broke; it doubles with each.
  package var firstDelay: Duration
  package var longestDelay: Duration

  package init(
    eventAddress: String? = nil, pollInterval: Duration = .seconds(10),
    checkInterval: Duration = .seconds(60), overlap: Duration = .seconds(30),
    grace: Duration = .seconds(2), firstDelay: Duration = .seconds(1),
    longestDelay: Duration = .seconds(60)
  ) {
    self.eventAddress = eventAddress
    self.pollInterval = pollInterval
    self.checkInterval = checkInterval
    self.overlap = overlap
    self.grace = grace
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
  }
}
