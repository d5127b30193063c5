internal import ArgumentParser
internal import BSON
internal import Planning
internal import Report

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Asks the service to read projects as a whole now.",
    discussion: """
      The replica that holds the project takes it within seconds; where none runs it is done when one \
      does. Whoever asks is written down, and `avalon-sync history` shows it. To plan and apply from \
      this terminal, without the service, use `avalon-sync apply`.

      Exit codes: 0 asked for (with --wait: done); 1 an error (with --wait: refused, or not done in \
      time); 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var waiting: RequestWait

  @Argument(help: "The projects' names or ids.")
  var named: [String]

  @Option(help: "Why, for those who read the history.")
  var why: String?

  func run() async throws {
    try await Guarded.run {
      let desk = try await SteeringDesk(
        try SettingsReader(shared).read(needsKitsu: false), why: "sync")
      let projects = try (named + shared.projects).flatMap { try desk.find($0) }
      var asked: [(id: ObjectID, project: SteeringDesk.Known)] = []
      for project in projects {
        asked.append((try await desk.ask(.sync, of: project, why: why ?? ""), project))
      }
      for name in Set(projects.map { SafeText.line($0.title) }).sorted() {
        Console.talk("'\(name)': the service is asked to read it as a whole.")
      }
      try desk.tellSilence()
      try await waiting.follow(asked)
      await desk.close()
    }
  }
}

extension SteeringDesk {
  /// Says where nobody runs who could do what was asked for.
  func tellSilence() throws {
    let report = try report()
    guard !report.isRunning else { return }
    Console.talk(
      SafeText.line(SteeringText.silence(report), limit: 1000) + "; it is done when one runs.")
  }
}
