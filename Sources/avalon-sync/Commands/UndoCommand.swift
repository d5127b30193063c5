internal import ArgumentParser
internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Planning
internal import Report

struct UndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Turns a run backwards.",
    discussion: """
      Plans each change of the run backwards, shows it, asks, and makes it. A field that somebody \
      changed since is held and told. What the run created is archived; with --delete it is deleted \
      where nobody touched it, and nothing stands on it. Names and places that published work stands \
      on stay, unless --follow is given. `avalon-sync history` lists the runs. Needs \
      no Kitsu.

      The project is paused: it is planned and nothing is written, until `avalon-sync resume`. Else \
      the next apply would make again what was undone.

      Exit codes: 0 all was undone, or nothing was to do; 1 an error, or something was not undone; \
      64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The run, as apply and history name it.")
  var run: String

  @Flag(help: "Delete what the run created, where nobody touched it since.")
  var delete = false

  @Flag(
    help: ArgumentHelp(
      "Put names and places back that published work stands on.",
      discussion: "Files and scenes that were made under the present ones stay behind."))
  var follow = false

  @Option(
    name: .customLong("allow"),
    help: ArgumentHelp(
      "Let a guard pass this once. May be repeated; the plan names what stops it.",
      valueName: "guard"))
  var allowed: [Guard] = []

  @Flag(help: "Do not ask.")
  var autoApprove = false

  func run() async throws {
    try await Guarded.run {
      guard let id = ObjectID(hex: run) else {
        throw SettingsError("'\(SafeText.line(run))' is no run: `avalon-sync history` lists them")
      }
      let settings = try SettingsReader(shared).read(needsKitsu: false)
      let past = try await PastRuns.open(settings, why: "undo of \(id)")
      let undone = try await plan(id, past, settings)
      let report = past.report(
        undone.map { ProjectReport(plan: $0.project.plan, leftOut: $0.project.leftOut) }, settings)
      guard report.hasChanges else {
        await past.close()
        Console.product(output.render(report))
        return
      }
      if !autoApprove {
        try Approval.ask(report, output, "Undo these changes?")
      }
      let (applied, paused) = await apply(undone, report)
      await past.close()
      Console.product(
        !autoApprove && output.format == .text
          ? PlanText.renderOutcome(applied, style: Console.style) : output.render(applied))
      UndoCommand.tell(paused, past)
      if applied.hasFailures { throw ExitCode(1) }
    }
  }

  private struct Step {
    let place: PastRuns.Place
    let undo: Undo
    let project: Undo.Project
  }

  private func plan(
    _ id: ObjectID, _ past: PastRuns, _ settings: Settings
  ) async throws -> [Step] {
    var steps: [Step] = []
    for place in past.places {
      let undo = Undo(place.journal, in: place.store, directories: past.directories)
      let projects = try await undo.plan(
        id, database: place.target.database, owner: settings.owner, mayDelete: delete,
        follows: follow, allowed: Set(allowed))
      steps += projects.map { Step(place: place, undo: undo, project: $0) }
    }
    if !shared.projects.isEmpty {
      steps.removeAll { step in
        let project = step.project.plan.project
        return !shared.projects.contains { $0 == project.title || $0 == project.id.description }
      }
    }
    guard !steps.isEmpty else {
      throw SettingsError(
        "the journal knows no run '\(id)' here: `avalon-sync history` lists the runs that it has")
    }
    for step in steps { try past.refuseObserved(step.project.plan.project, settings) }
    return steps
  }

  private func apply(
    _ steps: [Step], _ report: PlanReport
  ) async -> (PlanReport, paused: [String]) {
    var projects: [ProjectReport] = []
    var paused: [String] = []
    for (step, project) in zip(steps, report.projects) {
      let name = SafeText.line(project.plan.project.title)
      let progress = Progress(name)
      defer { progress.finish() }
      let undone = await step.undo.apply(step.project) { done, total in
        progress.update("\(done) of \(total) changes done")
      }
      projects.append(project.with(undone.applied))
      if undone.isPaused { paused.append(name) }
    }
    return (PlanReport(header: report.header, projects: projects), paused)
  }

  private static func tell(_ paused: [String], _ past: PastRuns) {
    for name in paused {
      Console.talk(
        "'\(name)' is paused: nothing is written to it until `avalon-sync resume '\(name)'`.")
    }
    if let run = past.places.first?.journal.run { Console.talk(RunText.undoHint(run.id)) }
  }
}
