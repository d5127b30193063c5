internal import ArgumentParser
internal import Avalon
internal import Planning
internal import Report

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows what was done to Avalon, newest first.",
    discussion: """
      Each run with who ran it, when and why, and each change with its fields as they were and \
      became; and who paused, resumed, synced or approved what. `avalon-sync undo RUN` turns one \
      backwards. Needs no Kitsu. Writes nothing.

      Exit codes: 0 shown; 1 an error; 64 wrong use of the command.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Only what concerns an entity: a Kitsu id, an _id, a name or a title.")
  var entity: String?

  @Option(help: "So many runs at the most.")
  var limit = 20

  @Option(help: "How it is written.")
  var format: OutputFormat = .text

  @Flag(help: "Fold nothing.")
  var full = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit is 1 or more") }
  }

  func run() async throws {
    try await Guarded.run {
      let settings = try SettingsReader(shared).read(needsKitsu: false)
      let past = try await PastRuns.open(settings, why: "history")
      var report = HistoryReport(limit: limit, projects: shared.projects, entity: entity)
      // One controller's database may serve several of Avalon's: each is read once.
      var seen: Set<String> = []
      for place in past.places {
        let records = ServiceRecords(
          records: place.records, database: place.target.database, owner: settings.owner)
        report.add(try await records.requests(limit: 1000))
        let address = try place.target.address.get()
        guard seen.insert(address).inserted else { continue }
        report.startTarget()
        try await place.journal.history { report.add($0) }
      }
      await past.close()
      switch format {
      case .text:
        Console.product(HistoryText.render(report, style: Console.style, isFull: full))
      case .json: Console.product(HistoryJSON.render(report))
      }
    }
  }
}
