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
      or another one. Needs no Kitsu.

      Exit codes: 0 it was let go; 1 an error, or it was not; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The document's _id in Avalon.")
  var document: String

  func run() async throws {
    try await Guarded.run {
      guard let id = ObjectID(hex: document) else {
        throw SettingsError(
          "'\(SafeText.line(document))' is no _id: 24 hexadecimal digits are expected")
      }
      let settings = try SettingsReader(shared).read(needsKitsu: false)
      let past = try await PastRuns.open(settings, why: "unlink of \(id)")
      do {
        let run = try await unlink(id, past, settings)
        await past.close()
        Console.talk(run)
      } catch {
        await past.close()
        throw error
      }
    }
  }

  private func unlink(
    _ id: ObjectID, _ past: PastRuns, _ settings: Settings
  ) async throws -> String {
    for place in past.places {
      let unlink = Unlink(place.journal, in: place.store, owner: settings.owner)
      guard let plan = try await unlink.plan(id) else { continue }
      let applied = try await unlink.apply(plan, database: place.target.database)
      if let reason = applied.outcomes.first?.reason { throw SettingsError(reason) }
      let name = SafeText.line(plan.changes.first?.name ?? "?")
      let hint = RunText.undoHint(place.journal.run.id)
      return "'\(name)' (\(id)) belongs to nobody now. \(hint)"
    }
    throw SettingsError("no document \(id) of ours is in Avalon")
  }
}
