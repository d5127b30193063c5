internal import ArgumentParser
internal import Report

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what would change in Avalon. Writes nothing.",
    discussion: """
      Reads the selected projects from Kitsu and Avalon and shows every change with its reason, \
      what is held back and what lifts it.

      Signs: + create or restore, ~ change or adopt, → rename, ↻ archive, - delete, ⏸ held, ! failed or \
      conflicted. What frightens comes first. More than 20 changes that are alike fold into one line; \
      --full, --only and --entity open what they show.

      Exit codes: 0 the plan was made; 1 an error; 64 wrong use of the command. \
      With --detailed-exitcode: 0 nothing to do, 1 an error, 2 changes to make. What a project's \
      policy leaves out is shown and counted, and is no change to make.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var planning: PlanOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where there are changes.")
  var detailedExitCode = false

  @Flag(help: "Exit with 1 where something is held.")
  var failOnHeld = false

  @Option(
    help: ArgumentHelp(
      "Save the plan, for 'apply FILE'. It holds values of documents, and no secrets.",
      valueName: "file"))
  var out: String?

  func run() async throws {
    try await Guarded.run {
      let file = out.map(SavedPlanFile.init(path:))
      try file?.checkIsFree()
      let run = try await Run(try SettingsReader(shared, planning).read())
      let report = await run.plan()
      await run.close()
      Console.product(output.render(report))
      if report.hasFailures {
        if file != nil {
          Console.talk("The plan was not saved, as a project could not be planned.")
        }
        throw ExitCode(1)
      }
      if let file {
        try file.write(run.saved(report, shared.request(planning)))
        Console.talk("The plan is saved: avalon-sync apply \(SafeText.line(file.path))")
      }
      if failOnHeld, report.totals.held > 0 { throw ExitCode(1) }
      if detailedExitCode, report.hasChanges { throw ExitCode(2) }
    }
  }
}

extension OutputOptions {
  func render(_ report: PlanReport) -> String {
    switch format {
    case .text: text(report)
    case .json: PlanJSON.render(report)
    case .markdown: PlanMarkdown.render(report, view: view)
    case .html: PlanHTML.render(report, view: view)
    }
  }

  func text(_ report: PlanReport) -> String {
    PlanText.render(report, style: Console.style, view: view)
  }

  private var view: PlanView { PlanView(isFull: full, only: only, entity: entity) }
}

/// Runs a command's work and tells its errors as people need them.
enum Guarded {
  static func run(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let code as ExitCode {
      throw code
    } catch {
      Console.talk("avalon-sync: \(error)")
      throw ExitCode(1)
    }
  }
}
