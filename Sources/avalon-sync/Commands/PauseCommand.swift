internal import ArgumentParser
internal import Avalon
internal import Foundation
internal import Planning
internal import Report

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Keeps everybody from writing to a project for a while.",
    discussion: """
      `plan` shows what would be done and `apply` and the service do nothing of it, until the time is \
      over or `avalon-sync resume`. Who paused it, when and why is told wherever the project is, and in \
      `avalon-sync history`. Changes that have begun come to their end.

      Exit codes: 0 paused; 1 an error; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The project's name or id.")
  var project: String

  @Option(
    help: ArgumentHelp(
      "When it ends by itself: a length of time such as 30m, 2h or 3d, or a time of this machine's "
        + "clock such as '2026-12-01 08:00' (default: never).", valueName: "time"))
  var until: String?

  @Option(help: "Why, for all who wonder.")
  var why: String?

  func run() async throws {
    try await Guarded.run {
      let desk = try await SteeringDesk(
        try SettingsReader(shared).read(needsKitsu: false), why: "pause")
      let run = desk.past.run
      let end = try until.map { try PauseEnd.read($0, from: run.time) }
      let pause = ProjectState.Pause(
        user: run.user, host: run.host, time: run.time, why: why ?? "no reason was given",
        until: end)
      for known in try desk.find(project) {
        try await known.place.journal.pause(known.scope, title: known.title, pause)
        _ = try await desk.ask(.pause(until: end), of: known, why: pause.why)
        Console.talk(
          "'\(SafeText.line(known.title))' is \(SafeText.line(pause.description, limit: 1000))")
      }
      await desk.close()
    }
  }
}

/// When a pause ends, as a person writes it.
enum PauseEnd {
  private static let formats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"]

  /// - Parameter now: milliseconds since 1970-01-01 UTC.
  /// - Returns: the same.
  static func read(_ text: String, from now: Int64) throws(SettingsError) -> Int64 {
    guard let end = length(text).map({ now + $0 }) ?? moment(text) else {
      throw SettingsError(
        "--until: '\(SafeText.line(text))' is no length of time such as 30m, 2h or 3d, and no time such "
          + "as '2026-12-01 08:00'")
    }
    guard end > now else {
      throw SettingsError("--until: '\(SafeText.line(text))' has passed")
    }
    return end
  }

  private static func length(_ text: String) -> Int64? {
    do {
      return try Duration(setting: text).components.seconds * 1000
    } catch {
      // It may be a time of day.
      return nil
    }
  }

  private static func moment(_ text: String) -> Int64? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    for known in formats {
      format.dateFormat = known
      if let date = format.date(from: text) { return Int64(date.timeIntervalSince1970 * 1000) }
    }
    return ISO8601DateFormatter().date(from: text).map { Int64($0.timeIntervalSince1970 * 1000) }
  }
}
