/// A moment as Kitsu writes it, by the Gregorian calendar and without a time zone: Zou's times are
/// UTC, its dates are days.
struct CalendarDate {
  let year: Int
  let month: Int
  let day: Int
  var hour = 0
  var minute = 0
  var second = 0

  /// Reads `2026-01-31`, `2026-01-31T09:00:00` and the same with a fraction of a second and `Z`.
  init?(_ text: String) {
    var rest = Bytes(text)
    guard let year = CalendarDate.number(&rest, 4), CalendarDate.take("-", &rest),
      let month = CalendarDate.number(&rest, 2), CalendarDate.take("-", &rest),
      let day = CalendarDate.number(&rest, 2), year > 0, (1...12).contains(month),
      day > 0, day <= CalendarDate.days(of: month, in: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    guard rest.next == nil || readTime(&rest) else { return nil }
  }

  /// What is still to be read of a text.
  private struct Bytes {
    private var iterator: String.UTF8View.Iterator
    private(set) var next: UInt8?

    init(_ text: String) {
      iterator = text.utf8.makeIterator()
      next = iterator.next()
    }

    mutating func advance() { next = iterator.next() }
  }

  private mutating func readTime(_ rest: inout Bytes) -> Bool {
    guard CalendarDate.take("T", &rest) || CalendarDate.take(" ", &rest),
      let hour = CalendarDate.number(&rest, 2), CalendarDate.take(":", &rest),
      let minute = CalendarDate.number(&rest, 2), CalendarDate.take(":", &rest),
      let second = CalendarDate.number(&rest, 2), hour < 24, minute < 60, second < 60
    else { return false }
    (self.hour, self.minute, self.second) = (hour, minute, second)
    if CalendarDate.take(".", &rest) {
      guard CalendarDate.digit(&rest) != nil else { return false }
      while CalendarDate.digit(&rest) != nil {}
    }
    _ = CalendarDate.take("Z", &rest)
    return rest.next == nil
  }

  var dayOfYear: Int {
    (1..<month).reduce(day) { $0 + CalendarDate.days(of: $1, in: year) }
  }

  private static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func digit(_ rest: inout Bytes) -> Int? {
    guard let byte = rest.next, (0x30...0x39).contains(byte) else { return nil }
    rest.advance()
    return Int(byte - 0x30)
  }

  private static func number(_ rest: inout Bytes, _ width: Int) -> Int? {
    var number = 0
    for _ in 0..<width {
      guard let digit = digit(&rest) else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout Bytes) -> Bool {
    guard rest.next == UInt8(ascii: character) else { return false }
    rest.advance()
    return true
  }
}

/// How a date is written: text with `%Y` and its like.
struct DateFormat: Sendable {
  private enum Part: Sendable {
    case text(String)
    case field(Character)
  }

  private let parts: [Part]

  init(_ format: String) throws(Filter.Refusal) {
    var parts: [Part] = []
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        parts.append(.text(String(character)))
        continue
      }
      let field = rest.popFirst()
      guard let field, "YymdjHMS%".contains(field) else {
        throw Filter.Refusal(
          "'date' knows %Y %y %m %d %j %H %M %S and %%, not '%\(field.map(String.init) ?? "")'")
      }
      parts.append(field == "%" ? .text("%") : .field(field))
    }
    self.parts = parts
  }

  func write(_ date: CalendarDate) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .field("Y"): padded(date.year, 4)
      case .field("y"): padded(date.year % 100, 2)
      case .field("m"): padded(date.month, 2)
      case .field("d"): padded(date.day, 2)
      case .field("j"): padded(date.dayOfYear, 3)
      case .field("H"): padded(date.hour, 2)
      case .field("M"): padded(date.minute, 2)
      case .field: padded(date.second, 2)
      }
    }.joined()
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
