internal import ArgumentParser
internal import Report

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows how the service and its projects are.",
    discussion: """
      Reads what the replicas of `avalon-sync run` tell in the controller's database, from any \
      terminal: no Kitsu and no replica is needed. It says where it looked, and where no replica runs. \
      What a replica told that runs no more is marked as old. Writes nothing.

      Exit codes: 0 shown, whatever it shows; 1 an error, also where one of several targets cannot be \
      used (the others are shown); 64 wrong use of the command. With --detailed-exitcode: 0 a replica \
      runs and all projects are ready or paused, 1 an error, 2 something asks for a look.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Projects, by name or id (default: all).")
  var only: [String] = []

  @Option(help: "How it is written.")
  var format: OutputFormat = .text

  @Flag(
    name: .customLong("detailed-exitcode"), help: "Exit with 2 where something asks for a look.")
  var detailedExitCode = false

  func run() async throws {
    try await Guarded.run {
      let desk = try await SteeringDesk(
        try SettingsReader(shared).read(needsKitsu: false), why: "status")
      let report = try desk.report(only + shared.projects)
      await desk.close()
      switch format {
      case .text: Console.product(SteeringText.status(report, style: Console.style))
      case .json: Console.product(SteeringJSON.render(report))
      }
      if !desk.past.away.isEmpty { throw ExitCode(1) }
      if detailedExitCode, report.asksForSomebody { throw ExitCode(2) }
    }
  }
}

struct HeldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held",
    abstract: "Shows what the service holds, and what lifts it.",
    discussion: """
      Of each project what is not done, why, and what lifts it, as the replicas told it last; and the \
      plans that wait for `avalon-sync approve`. Needs no Kitsu and no replica. Writes nothing.

      Exit codes: 0 shown; 1 an error, also where one of several targets cannot be used (the others are \
      shown); 64 wrong use of the command. With --detailed-exitcode: 0 nothing is held, 1 an error, 2 \
      something is.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "How it is written.")
  var format: OutputFormat = .text

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where something is held.")
  var detailedExitCode = false

  func run() async throws {
    try await Guarded.run {
      let desk = try await SteeringDesk(
        try SettingsReader(shared).read(needsKitsu: false), why: "held")
      let report = try desk.report(shared.projects)
      await desk.close()
      switch format {
      case .text: Console.product(SteeringText.held(report, style: Console.style))
      case .json: Console.product(SteeringJSON.render(report))
      }
      if !desk.past.away.isEmpty { throw ExitCode(1) }
      if detailedExitCode, report.heldCount > 0 { throw ExitCode(2) }
    }
  }
}
