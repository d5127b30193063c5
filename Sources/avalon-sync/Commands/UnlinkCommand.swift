internal import ArgumentParser
internal import Avalon
internal import BSON
internal import Controller
internal import Planning
internal import Report

struct UnlinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlink",
    abstract: "Lets a document of Avalon go: no plan touches it any more.",
    discussion: """
      All that it holds stays. Its entity has no document then, until 'avalon-sync link' gives it this \
      or another one. It is shown and asked for. Needs no Kitsu.

      Exit codes: 0 it was let go; 1 an error, or it was not; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The document's _id in Avalon.")
  var document: String

  @Flag(help: "Do not ask.")
  var autoApprove = false

  func run() async throws {
    try await Guarded.run {
      guard let id = ObjectID(hex: document) else { throw SettingsError(noDocument: document) }
      let settings = try SettingsReader(shared).read(needsKitsu: false)
      let past = try await PastRuns.open(settings, why: "unlink of \(id)")
      do {
        let report = try await unlink(id, past, settings)
        await past.close()
        Console.product(output.render(report))
        if report.hasFailures { throw ExitCode(1) }
        if let run = past.places.first?.journal.run { Console.talk(RunText.undoHint(run.id)) }
      } catch {
        await past.close()
        throw error
      }
    }
  }

  private func unlink(
    _ id: ObjectID, _ past: PastRuns, _ settings: Settings
  ) async throws -> PlanReport {
    for place in past.places {
      let unlink = Unlink(place.journal, in: place.store, owner: settings.owner)
      guard let plan = try await unlink.plan(id, database: place.target.database) else { continue }
      try past.refuseObserved(plan.project, settings)
      let report = past.report([ProjectReport(plan: plan)], settings)
      if !autoApprove { try Approval.ask(report, output, "Let this document go?") }
      let applied = try await unlink.apply(plan, database: place.target.database)
      return past.report([report.projects[0].with(applied)], settings)
    }
    throw SettingsError("no document \(id) of ours is in Avalon")
  }
}

extension SettingsError {
  init(noDocument text: String) {
    self.init("'\(SafeText.line(text))' is no _id: 24 hexadecimal digits are expected")
  }
}
