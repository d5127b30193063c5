internal import ArgumentParser
internal import BSON
internal import Identity
internal import Planning
internal import Report

struct LinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Takes over a document of Avalon for an entity of Kitsu.",
    discussion: """
      For a document that nothing else tells to be the entity's, for one of two that could be, or for \
      one of ours whose own entity is gone: a shot that was deleted in Kitsu and made anew. The \
      document keeps its _id, its publishes and all that is not the mapping's. It is shown and asked \
      for; where values would be lost, it needs --adopt-overwrites.

      Exit codes: 0 it was taken over; 1 an error, or it was not; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The entity's id in Kitsu, or the address of its page there.")
  var entity: String

  @Argument(help: "The document's _id in Avalon.")
  var document: String

  @Flag(help: "Let the document lose values.")
  var adoptOverwrites = false

  @Flag(help: "Do not ask.")
  var autoApprove = false

  func run() async throws {
    try await Guarded.run {
      guard let entity = EntityID.all(in: entity).last else {
        throw SettingsError(
          "'\(SafeText.line(entity))' is no id of Kitsu, and no address with one in it")
      }
      guard let document = ObjectID(hex: document) else {
        throw SettingsError(noDocument: document)
      }
      let settings = try SettingsReader(options, try planning(entity, document)).read()
      let run = try await Run(settings)
      do {
        let plan = try run.only(document, for: entity, of: await run.plan())
        if !autoApprove { try Approval.ask(plan, output, "Take this document over?") }
        let report = try await run.apply(plan)
        await run.close()
        Console.product(output.render(report))
        if let id = run.journaled { Console.talk(RunText.undoHint(id)) }
        if report.hasFailures { throw ExitCode(1) }
      } catch {
        await run.close()
        throw error
      }
    }
  }

  private var options: SharedOptions {
    var options = shared
    options.takeProject(of: entity)
    return options
  }

  /// Nothing but the one document is written, so that what else the plan would do needs no guard.
  private func planning(_ entity: EntityID, _ document: ObjectID) throws -> PlanOptions {
    let guards = [Guard.pathChanges, .removals, .emptiedFields].map { "--allow=\($0.rawValue)" }
    return try PlanOptions.parse(
      ["--link=\(entity)=\(document)"] + guards
        + (adoptOverwrites ? ["--adopt-overwrites"] : []))
  }
}
