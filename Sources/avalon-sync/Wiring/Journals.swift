internal import Avalon
internal import BSON
internal import Controller
internal import Foundation
internal import Planning
internal import Report

/// The journals of a run: of each of Avalon's databases that it opens.
struct Journals {
  private struct Place {
    let records: any RecordStore
    /// Avalon's.
    let database: String
  }

  private var places: [String: Place] = [:]
  private var journals: [String: TargetJournal] = [:]
  private let stores: [any RecordStore]
  private let asked: Set<String>
  private let limits: Journal.Limits
  let run: JournalRun

  /// Where there is no right to the controller's database the run goes on without a journal, and says
  /// so. Whatever else is wrong with it shows when it is used: a plan goes on without, and an apply
  /// writes nothing that the journal does not know of.
  ///
  /// - Throws: where a target's address or the database's name cannot be used.
  init(_ names: [String], of settings: Settings, why: String) async throws {
    run = JournalRun.now(why)
    limits = settings.journal
    asked = Set(names)
    var stores: [any RecordStore] = []
    for name in names where places[name] == nil {
      guard let target = settings.targets[name] else { continue }
      let records = try Journals.records(target, settings.controllerDatabase)
      stores.append(records)
      do throws(AvalonError) {
        try await records.check()
      } catch {
        if error.code == .notAuthorised {
          Console.talk(Journals.refusal(settings.controllerDatabase, error))
          continue
        }
      }
      places[name] = Place(records: records, database: target.database)
    }
    self.stores = stores
    open()
  }

  /// The same journals for another run.
  func renewed(_ why: String) -> Journals { Journals(self, run: JournalRun.now(why)) }

  private init(_ other: Journals, run: JournalRun) {
    self.run = run
    places = other.places
    stores = other.stores
    asked = other.asked
    limits = other.limits
    open()
  }

  private mutating func open() {
    journals = places.mapValues { [run, limits] place in
      TargetJournal(
        Journal(records: place.records, run: run, limits: limits), database: place.database
      ) { Console.talk(SafeText.line($0, limit: 1000)) }
    }
  }

  private static func refusal(_ database: String, _ error: AvalonError) -> String {
    "no journal, and so no history, no undo, and drift is not told from change: the controller's "
      + "database '\(SafeText.line(database))' cannot be used: \(SafeText.line(error.cause, limit: 500)); "
      + "grant readWrite on it, or name another one (controller.database)"
  }

  /// Nothing is opened yet.
  static func records(_ target: TargetSettings, _ database: String) throws -> any RecordStore {
    let address = try target.address.get()
    if address.hasPrefix(Settings.dumpScheme) {
      return try DumpRecords(
        directory: String(address.dropFirst(Settings.dumpScheme.count)), database: database,
        avalon: target.database)
    }
    return try MongoRecords(
      uri: address, database: database, avalon: target.database, timeout: target.timeout)
  }

  /// Whether these targets' journals are among them, where they can be used at all.
  func covers(_ names: [String]) -> Bool { Set(names).isSubset(of: asked) }

  subscript(target: String) -> TargetJournal? { journals[target] }

  func close() async { for store in stores { await store.close() } }
}

extension JournalRun {
  /// A run that begins now, by whoever runs this process.
  static func now(_ why: String) -> JournalRun {
    let time = Int64(Date().timeIntervalSince1970 * 1000)
    return JournalRun(
      id: .run(at: time, chance: .random(in: 0...UInt64.max)), user: NSUserName(),
      host: ProcessInfo.processInfo.hostName, time: time, why: why)
  }
}
