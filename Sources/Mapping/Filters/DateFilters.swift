extension Filter {
  static let dateFilters: [Filter] = [
    Filter(
      "date", [.optional("'format'", .dateFormat)], inputs: [.text], result: .always(.text),
      "a date of Kitsu, with or without a time, written as `2026-01-31` or by a format of `%Y %y %m "
        + "%d %j %H %M %S` and `%%`",
      [
        Example("'2026-01-31T09:00:00' | date", #""2026-01-31""#),
        Example("'2026-01-31' | date('%d.%m.%y')", #""31.01.26""#),
      ]
    ) { (datum, arguments) throws(Refusal) in
      // A text that is a date starts with the ten characters of its day.
      let text = try text(datum, "date")
      guard let date = CalendarDate(text) else {
        throw Refusal("'date' cannot read a date from \(datum.shown)")
      }
      return .text(arguments.dateFormat(0)?.write(date) ?? String(text.prefix(10)))
    }
  ]
}
