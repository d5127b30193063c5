/// A moment as Kitsu writes it, by the Gregorian calendar and without a time zone: Zou's times are
/// UTC, its dates are days.
struct CalendarDate: CustomStringConvertible {
  let year: Int
  let month: Int
  let day: Int
  var hour = 0
  var minute = 0
  var second = 0

  /// Reads `2026-01-31`, `2026-01-31T09:00:00` and the same with a fraction of a second and `Z`.
  init?(_ text: String) {
    var rest = text.utf8[...]
    guard let year = CalendarDate.number(&rest, 4), CalendarDate.take("-", &rest),
      let month = CalendarDate.number(&rest, 2), CalendarDate.take("-", &rest),
      let day = CalendarDate.number(&rest, 2), year > 0, (1...12).contains(month),
      day > 0, day <= CalendarDate.days(of: month, in: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    guard rest.isEmpty || readTime(&rest) else { return nil }
  }

  private mutating func readTime(_ rest: inout Substring.UTF8View) -> Bool {
    guard CalendarDate.take("T", &rest) || CalendarDate.take(" ", &rest),
      let hour = CalendarDate.number(&rest, 2), CalendarDate.take(":", &rest),
      let minute = CalendarDate.number(&rest, 2), CalendarDate.take(":", &rest),
      let second = CalendarDate.number(&rest, 2), hour < 24, minute < 60, second < 60
    else { return false }
    (self.hour, self.minute, self.second) = (hour, minute, second)
    if CalendarDate.take(".", &rest) {
      let digits = rest.prefix(while: CalendarDate.isDigit)
      guard !digits.isEmpty else { return false }
      rest = rest[digits.endIndex...]
    }
    _ = CalendarDate.take("Z", &rest)
    return rest.isEmpty
  }

  var dayOfYear: Int {
    (1..<month).reduce(day) { $0 + CalendarDate.days(of: $1, in: year) }
  }

  var description: String { DateFormat.day.write(self) }

  private static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func number(_ rest: inout Substring.UTF8View, _ width: Int) -> Int? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy(isDigit) else { return nil }
    rest = rest.dropFirst(width)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout Substring.UTF8View) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
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

  private init(parts: [Part]) { self.parts = parts }

  /// `2026-01-31`
  static let day = DateFormat(
    parts: [.field("Y"), .text("-"), .field("m"), .text("-"), .field("d")])

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
