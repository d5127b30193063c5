internal import ArgumentParser
internal import Avalon
internal import Planning
internal import Report
internal import YAML

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Lists inherited damage in Avalon's documents, and what mends each.",
    discussion: """
      Looks at every collection of the database, as the old Avalon Sync, OpenPype, other tools and \
      hands left it: for each thing on which a reader of Avalon stumbles, the documents, what \
      breaks for whom, and the command or the words that mend it. Needs Avalon alone, not Kitsu. \
      Writes nothing.

      More than 20 findings that are alike fold; --full opens them.

      Exit codes: 0 looked; 1 an error, or a collection that cannot be read; 64 wrong use of the \
      command. With --detailed-exitcode: 0 nothing found, 2 something found.
      """)

  @OptionGroup var place: AvalonOptions

  @Option(
    name: .customLong("collection"),
    help: ArgumentHelp(
      "A collection's name; may be repeated (default: all).", valueName: "name"))
  var collections: [String] = []

  @Option(help: "How the findings are written.")
  var format: OutputFormat = .text

  @Flag(help: "Show every finding; fold nothing.")
  var full = false

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 where something is found.")
  var detailedExitCode = false

  func run() async throws {
    try await Guarded.run {
      let settings = try SettingsReader(place.shared).target(TargetSettings.defaultName)
      let store = try Targets.store(settings)
      let report: AuditReport
      do {
        report = try await look(at: store, settings)
      } catch {
        await store.close()
        throw error
      }
      await store.close()
      switch format {
      case .text: Console.product(AuditText.render(report, style: Console.style, isFull: full))
      case .json: Console.product(AuditJSON.render(report))
      }
      if report.failureCount > 0 { throw ExitCode(1) }
      if detailedExitCode, report.findingCount > 0 { throw ExitCode(2) }
    }
  }

  private func look(
    at store: any AvalonStore, _ settings: TargetSettings
  ) async throws -> AuditReport {
    let description = try await store.describe()
    let all = try await store.collections()
    for name in collections where !all.contains(name) {
      throw SettingsError(
        "there is no collection '\(SafeText.line(name))' in the database "
          + "\(SafeText.line(description.database)): "
          + Suggestion.hint(for: name, in: all.map { SafeText.line($0) }))
    }
    let progress = Progress("audit")
    defer { progress.finish() }
    var found: [AuditReport.Collection] = []
    let wanted = collections.isEmpty ? all : all.filter(collections.contains)
    for (index, name) in wanted.enumerated() {
      progress.update("\(index) of \(wanted.count) collections")
      found.append(AuditReport.Collection(name: name, outcome: await look(at: name, of: store)))
    }
    return AuditReport(
      target: ReportTarget(
        name: settings.name, address: description.address, database: description.database,
        version: description.version.map { "MongoDB \($0)" }),
      collections: found)
  }

  private func look(
    at collection: String, of store: any AvalonStore
  ) async -> AuditReport.Outcome {
    do {
      return .looked(
        Audit.look(
          at: collection, try await store.read(collection: collection),
          publishedParents: try await store.publishedParents(collection: collection)))
    } catch {
      return .failed("\(error)")
    }
  }
}

/// Where Avalon is, for a command that needs no Kitsu.
struct AvalonOptions: ParsableArguments {
  @Option(help: "The settings file (default: avalon-sync.yaml, where there is one).")
  var config: String?

  @Option(help: "MongoDB's address, or dump:DIR (else AVALON_MONGO).")
  var avalon: String?

  @Option(help: "Avalon's database (else AVALON_DB, else avalon).")
  var database: String?

  /// The same as all commands have it.
  var shared: SharedOptions {
    get throws {
      var shared = try SharedOptions.parse([])
      shared.config = config
      shared.avalon = avalon
      shared.database = database
      return shared
    }
  }
}
