internal import ArgumentParser
internal import Avalon
internal import Report

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lets a project that is paused be written to again.",
    discussion: """
      `undo` pauses a project, as the next apply would only make again what was undone. Look at \
      `avalon-sync plan` first: what it shows as left out is made by the next apply.

      Exit codes: 0 resumed; 1 no such project is paused, or an error; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The project's name or id.")
  var project: String

  func run() async throws {
    try await Guarded.run {
      let past = try await PastRuns.open(
        try SettingsReader(shared).read(needsKitsu: false), why: "resume")
      var resumed: Set<String> = []
      var paused: Set<String> = []
      for place in past.places {
        for state in try await place.journal.states() where state.pause(at: past.time) != nil {
          paused.insert(SafeText.line(state.title))
          guard state.title == project || state.project == project.lowercased() else { continue }
          if try await place.journal.resume(state) { resumed.insert(SafeText.line(state.title)) }
        }
      }
      await past.close()
      guard !resumed.isEmpty else {
        throw SettingsError(
          "no project '\(SafeText.line(project))' is paused: "
            + (paused.isEmpty ? "none is" : "paused are \(paused.sorted().joined(separator: ", "))")
        )
      }
      for name in resumed.sorted() {
        Console.talk("'\(name)' is resumed: the next apply writes to it.")
      }
    }
  }
}
