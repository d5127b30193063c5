import BSON
import Foundation
import Testing

@testable import Mapping

@Suite("Dates")
struct DateFilterTests {
  @Test(
    "Kitsu's dates",
    arguments: [
      ("2026-01-31", "2026-01-31"), ("2026-01-31T09:00:00", "2026-01-31"),
      ("2026-01-31T23:59:59.123456", "2026-01-31"), ("2026-01-31T09:00:00Z", "2026-01-31"),
      ("2026-01-31 09:00:00", "2026-01-31"), ("0001-12-01", "0001-12-01"),
      ("2024-02-29", "2024-02-29"), ("2000-02-29", "2000-02-29"),
    ])
  func reads(text: String, expected: String) throws {
    #expect(try Bench.expression("'\(text)' | date") == .value(.string(expected)))
  }

  @Test(
    "What is no date is an error",
    arguments: [
      "2026-1-31", "2026-13-01", "2026-00-01", "2026-04-31", "2026-02-29", "1900-02-29",
      "2026-01-00", "0000-01-01", "2026-01-31T", "2026-01-31T24:00:00", "2026-01-31T09:60:00",
      "2026-01-31T09:00:60", "2026-01-31T09:00", "2026-01-31T09:00:00.", "2026-01-31T09:00:00ZZ",
      "2026-01-31T09:00:00+01:00", "31.01.2026", "x", "２０２６-01-31", "+026-01-31",
    ])
  func refuses(text: String) throws {
    guard case .held(let told) = try Bench.expression("'\(text)' | date") else {
      Issue.record("'\(text)' was taken")
      return
    }
    #expect(told.hasPrefix("'date' cannot read a date from the text '\(text)'"))
  }

  @Test(
    "Formats",
    arguments: [
      ("%d.%m.%Y", "05.03.2024"), ("%y%m%d", "240305"), ("%j", "065"), ("%H:%M:%S", "07:08:09"),
      ("100%% %Y", "100% 2024"), ("é%Yé", "é2024é"), ("", ""),
    ])
  func formats(format: String, expected: String) throws {
    let text = "'2024-03-05T07:08:09.5Z' | date('\(format)')"
    #expect(try Bench.expression(text) == .value(.string(expected)))
  }

  @Test("Days are those of the Gregorian calendar")
  func calendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    // From 1600 on: Foundation's calendar is Julian before 1582.
    for day in stride(from: -135_140, to: 300_000, by: 37) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .dayOfYear], from: date)
      let text = String(
        format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      let own = try #require(CalendarDate(text))
      let format = try DateFormat("%Y-%m-%d")
      #expect(own.dayOfYear == parts.dayOfYear && format.write(own) == text)
    }
  }
}
