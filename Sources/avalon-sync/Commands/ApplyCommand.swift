internal import ArgumentParser
internal import Report

struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Makes the changes that a plan shows.",
    discussion: """
      Plans, shows the plan, asks, and applies it. Every write is compare-and-set: a document that \
      somebody changed since it was read is left alone and told. An apply that was cut off is \
      completed by the next one.

      Exit codes: 0 all was applied, or nothing was to do; 1 an error, or something was not \
      applied; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var planning: PlanOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Do not ask.")
  var autoApprove = false

  func run() async throws {
    try await Guarded.run {
      let run = try await Run(try SettingsReader(shared, planning).read())
      let plan = await run.plan()
      guard plan.hasChanges else {
        // Nothing is written to Avalon; the journal learns that the mapping is the one in force.
        _ = try await run.apply(plan)
        Console.product(output.render(plan))
        await run.close()
        if plan.hasFailures { throw ExitCode(1) }
        return
      }
      if !autoApprove { try Approval.ask(plan, output, "Apply these changes?") }
      let report = try await run.apply(plan)
      await run.close()
      let wasShown = !autoApprove && output.format == .text
      Console.product(
        wasShown
          ? PlanText.renderOutcome(report, style: Console.style) : output.render(report))
      if let id = run.journaled { Console.talk(RunText.undoHint(id)) }
      if report.hasFailures { throw ExitCode(1) }
    }
  }
}
