internal import Foundation

/// How far the event log was handed over: a second of Kitsu's own clock.
package struct FeedPosition: Sendable, Equatable {
  /// `2026-11-22T05:19:17`: UTC in whole seconds, as Zou writes it and as its log takes it.
  package let text: String
  /// Seconds since 1970.
  let seconds: Int

  /// Nil for a text that is no such time.
  package init?(_ text: String) {
    let numbers = text.split { "-T:".contains($0) }.map { Int($0) ?? -1 }
    guard numbers.count == 6, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    var parts = tm()
    parts.tm_year = Int32(clamping: numbers[0] - 1900)
    parts.tm_mon = Int32(clamping: numbers[1] - 1)
    parts.tm_mday = Int32(clamping: numbers[2])
    parts.tm_hour = Int32(clamping: numbers[3])
    parts.tm_min = Int32(clamping: numbers[4])
    parts.tm_sec = Int32(clamping: numbers[5])
    let position = FeedPosition(seconds: timegm(&parts))
    // The 31st of February would be another day.
    guard position.text == text else { return nil }
    self = position
  }

  init(seconds: Int) {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    let numbers = [
      (Int(parts.tm_year) + 1900, 4), (Int(parts.tm_mon) + 1, 2), (Int(parts.tm_mday), 2),
      (Int(parts.tm_hour), 2), (Int(parts.tm_min), 2), (Int(parts.tm_sec), 2),
    ].map { number, width in
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    self.seconds = seconds
    text =
      numbers[0...2].joined(separator: "-") + "T" + numbers[3...5].joined(separator: ":")
  }
}
