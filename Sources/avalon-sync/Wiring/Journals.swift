internal import Avalon
internal import BSON
internal import Controller
internal import Foundation
internal import Planning
internal import Report

/// The journals of a run: of each of Avalon's databases that it opens.
struct Journals {
  private var journals: [String: TargetJournal] = [:]
  private var stores: [any RecordStore] = []
  let run: JournalRun

  /// - Parameters:
  ///   - access: what is needed. Where there is no right to it the run goes on without a journal,
  ///     and says so; a plan goes on without one whatever is wrong with it.
  /// - Throws: where a journal is there and cannot be written.
  init(
    _ names: [String], of settings: Settings, access: RecordAccess, why: String
  ) async throws {
    run = JournalRun.now(why)
    for name in names where journals[name] == nil {
      guard let target = settings.targets[name] else { continue }
      let records = try Journals.records(target, settings.controllerDatabase)
      stores.append(records)
      let journal = Journal(records: records, run: run, limits: settings.journal)
      do throws(AvalonError) {
        try await records.check(access)
        if access == .write { try await journal.prepare() }
      } catch {
        guard access == .read || error.code == .notAuthorised else { throw error }
        Console.talk(Journals.refusal(settings.controllerDatabase, error))
        continue
      }
      journals[name] = TargetJournal(journal, database: target.database) { Console.talk($0) }
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
