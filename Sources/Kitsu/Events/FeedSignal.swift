internal import Foundation

/// What the event feed tells.
package enum FeedSignal: Sendable, Equatable {
  /// In the order in which they came.
  case events([KitsuEvent])
  /// The event stream is up, and what was missed before was read from the log.
  case streaming
  /// There is no stream, with the reason: the event log is read again and again.
  case polling(String)
  /// There is neither stream nor log, with the reason.
  case silent(String)
  /// Events may be missing, with the reason.
  case gap(String)
  /// Everything before it was handed over.
  case position(FeedPosition)
}

/// How far the event log was read, by Kitsu's own clock.
package struct FeedPosition: Sendable, Equatable {
  /// `2026-11-28T19:30:00`, UTC: the log has and takes whole seconds.
  package let text: String
  private let date: Date

  /// - Returns: nil for what is no such time.
  package init?(_ text: String) {
    guard text.utf8.count == 19, let date = FeedPosition.format.date(from: text) else {
      return nil
    }
    self.text = text
    self.date = date
  }

  private init(_ date: Date) {
    self.date = date
    text = FeedPosition.format.string(from: date)
  }

  func moved(by seconds: Int) -> FeedPosition { FeedPosition(date + Double(seconds)) }

  func isBefore(_ other: FeedPosition) -> Bool { date < other.date }

  private static var format: DateFormatter {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
    return format
  }
}

package struct FeedSettings: Sendable {
  /// Where `/socket.io` is, without it; nil for Kitsu's own address.
  package var eventAddress: String?
  /// Between two readings of the log, where there is no stream.
  package var pollInterval: Duration
  /// Between two readings of the log while the stream is up: after Redis was restarted, Zou's stream
  /// stays connected and brings nothing for up to a minute (zou.md, part c).
  package var checkInterval: Duration

  package init(
    eventAddress: String? = nil, pollInterval: Duration = .seconds(10),
    checkInterval: Duration = .seconds(45)
  ) {
    self.eventAddress = eventAddress
    self.pollInterval = pollInterval
    self.checkInterval = checkInterval
  }
}
