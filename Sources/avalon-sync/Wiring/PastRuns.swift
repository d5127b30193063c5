internal import Avalon
internal import BSON
internal import Controller
internal import Planning

/// Avalon's databases with their journals, for commands that look back and need no Kitsu.
struct PastRuns {
  struct Place {
    let target: TargetSettings
    let store: any AvalonStore
    let description: StoreDescription
    let records: any RecordStore
    let journal: Journal
    let controllerDatabase: String
  }

  let places: [Place]
  /// When it was opened, by whom and why.
  let run: JournalRun
  /// Milliseconds since 1970-01-01 UTC.
  var time: Int64 { run.time }

  /// Opens every target that has an address, each database once.
  /// - Throws: where one cannot be used: what it holds would be missing without a word.
  static func open(_ settings: Settings, why: String) async throws -> PastRuns {
    let run = JournalRun.now(why)
    var seen: Set<[String]> = []
    var places: [Place] = []
    for target in settings.targets.values.sorted(by: { $0.name < $1.name }) {
      let address: String
      do {
        address = try target.address.get()
      } catch {
        // The usual target may be missing where others are named; one alone may not.
        guard settings.targets.count > 1 else { throw error }
        continue
      }
      guard seen.insert([address, target.database]).inserted else { continue }
      let records = try Journals.records(target, settings.controllerDatabase)
      try await records.check()
      let store = try Targets.store(target)
      places.append(
        Place(
          target: target, store: store, description: try await store.describe(), records: records,
          journal: Journal(records: records, run: run, limits: settings.journal),
          controllerDatabase: settings.controllerDatabase))
    }
    return PastRuns(places: places, run: run)
  }

  func close() async {
    for place in places {
      await place.store.close()
      await place.records.close()
    }
  }
}
