internal import Avalon
internal import BSON
internal import Controller
internal import Foundation
internal import Planning
internal import Report

/// The journals of a run: of each of Avalon's databases that it opens.
struct Journals {
  struct Place {
    let records: any RecordStore
    /// Avalon's.
    let database: String
    /// Whether they lie in a folder as there is no right to a database: then replicas cannot share.
    let isInFolder: Bool
  }

  private(set) var places: [String: Place] = [:]
  private var journals: [String: TargetJournal] = [:]
  private let stores: [any RecordStore]
  private let asked: Set<String>
  private let limits: Journal.Limits
  let run: JournalRun

  /// Where there is no right to the controller's database the records go to `DATA_PATH`; without
  /// that the run goes on without a journal, and says so. Whatever else is wrong with it shows when it
  /// is used: it has to be known whether a project is paused, and an apply writes nothing that the
  /// journal does not know of.
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
        places[name] = Place(records: records, database: target.database, isInFolder: false)
      } catch  where error.code == .notAuthorised {
        guard let folder = try Journals.inFolder(target, settings) else {
          Remark.tell(Journals.refusal(settings.controllerDatabase, error))
          continue
        }
        stores.append(folder)
        places[name] = Place(records: folder, database: target.database, isInFolder: true)
      } catch {
        places[name] = Place(records: records, database: target.database, isInFolder: false)
      }
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
        Journal(records: place.records, run: run, limits: limits, tell: Journals.tell),
        database: place.database)
    }
  }

  @Sendable static func tell(_ text: String) { Remark.tell(SafeText.line(text, limit: 1000)) }

  private static func refusal(_ database: String, _ error: AvalonError) -> String {
    "no journal, and so no history, no undo, and drift is not told from change: the controller's "
      + "database '\(SafeText.line(database))' cannot be used: \(SafeText.line(error.cause, limit: 500)); "
      + "grant readWrite on it, name another one (controller.database), or set DATA_PATH to a folder "
      + "for it"
  }

  /// The records of the commands that look back, where they are kept.
  static func opened(_ target: TargetSettings, _ settings: Settings) async throws -> any RecordStore
  {
    let records = try records(target, settings.controllerDatabase)
    do throws(AvalonError) {
      try await records.check()
      return records
    } catch {
      guard error.code == .notAuthorised, let folder = try inFolder(target, settings) else {
        throw error
      }
      await records.close()
      return folder
    }
  }

  /// - Returns: nil where no folder is named.
  private static func inFolder(
    _ target: TargetSettings, _ settings: Settings
  ) throws -> DumpRecords? {
    try settings.recordsFolder.map { folder in
      try DumpRecords(
        directory: folder, database: settings.controllerDatabase, avalon: target.database)
    }
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

  /// The records of the service, by target.
  func serviceRecords(owner: String) -> [String: ServiceRecords] {
    places.mapValues {
      ServiceRecords(records: $0.records, database: $0.database, owner: owner)
    }
  }

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
