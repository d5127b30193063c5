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

      With FILE, which 'plan --out' saved, the same is planned anew, for the projects and with the \
      flags of the file, and compared change by change: it is applied only where it does just what \
      the file says. Nothing of a file itself is carried out.

      Exit codes: 0 all was applied, or nothing was to do; 1 an error, the plan is stale, or \
      something was not applied; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var planning: PlanOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Do not ask.")
  var autoApprove = false

  @Argument(help: "A plan that 'plan --out' saved (default: what is planned now).")
  var file: String?

  func run() async throws {
    try await Guarded.run {
      let saved = try file.map { try SavedPlanFile(path: $0).read() }
      let options = try saved.map { try shared.taking($0.request, beside: planning) }
      let run = try await Run(
        try SettingsReader(options?.shared ?? shared, options?.planning ?? planning).read(),
        expecting: saved?.installation)
      let plan = await run.plan()
      if let saved { try await check(saved, plan, run) }
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

  /// - Throws: where what would be done now is not what was saved.
  private func check(_ saved: SavedPlan, _ plan: PlanReport, _ run: Run) async throws {
    guard !plan.hasFailures else {
      Console.product(output.render(plan))
      await run.close()
      throw SettingsError("the saved plan was not applied, as a project could not be planned")
    }
    // Written and read back, so that both have one form.
    let text = run.saved(plan, saved.request)
    let now = try SavedPlanReader.read(Array(text.utf8), engine: Version.text)
    let comparison = PlanComparison(saved: saved, now: now)
    guard comparison.lines.isEmpty else {
      await run.close()
      throw SettingsError(comparison.lines.joined(separator: "\n"))
    }
  }
}
