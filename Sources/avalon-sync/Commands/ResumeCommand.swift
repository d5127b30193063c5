internal import ArgumentParser
internal import Avalon
internal import Planning
internal import Report

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lets a project that is paused be written to again.",
    discussion: """
      `pause` stops a project, and so does `undo`, as the next apply would only make again what was \
      undone. Look at `avalon-sync plan` first: what it shows as left out is made by the next apply, or \
      at once where the service runs.

      Exit codes: 0 resumed; 1 no such project is paused, or an error; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The project's name or id.")
  var project: String

  func run() async throws {
    try await Guarded.run {
      let desk = try await SteeringDesk(
        try SettingsReader(shared).read(needsKitsu: false), why: "resume")
      let paused = desk.known.filter { $0.state?.pause(at: desk.past.time) != nil }
      var resumed: Set<String> = []
      for known in paused {
        guard let state = known.state,
          state.title == project || known.title == project
            || state.project == project.lowercased()
        else { continue }
        guard try await known.place.journal.resume(state) else { continue }
        _ = try await desk.ask(.resume, of: known)
        resumed.insert(SafeText.line(known.title))
      }
      await desk.close()
      guard !resumed.isEmpty else {
        let names = Set(paused.map { SafeText.line($0.title) }).sorted()
        throw SettingsError(
          "no project '\(SafeText.line(project))' is paused: "
            + (names.isEmpty ? "none is" : "paused are \(names.joined(separator: ", "))"))
      }
      for name in resumed.sorted() {
        Console.talk("'\(name)' is resumed: the next apply writes to it.")
      }
    }
  }
}
