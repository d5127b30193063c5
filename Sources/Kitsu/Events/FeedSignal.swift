/// What the feed of a server's events tells. It never fails: what goes wrong is told as a signal,
/// once, and tried again.
package enum FeedSignal: Sendable, Equatable {
  /// In the order of their arrival.
  case events([KitsuEvent])
  /// The event stream is up, and what came before it was caught up from the log.
  case streaming
  /// No stream, with the reason: the event log is polled meanwhile.
  case polling(String)
  /// Neither stream nor log, with the reason: only a sweep finds changes.
  case silent(String)
  /// Events may be missing, with the reason: everything is to be read anew.
  case gap(String)
  /// All before this was handed over. Whoever consumes keeps it for the next start.
  case position(FeedPosition)
}
