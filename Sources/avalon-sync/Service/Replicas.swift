internal import Avalon
internal import Foundation

/// What keeps this replica and others apart: leases of the projects in each of Avalon's databases, or,
/// where the controller's records lie in a folder, the lock of that.
actor Replicas {
  private enum Way {
    case shared(MongoLeases)
    /// Nobody else can be told of.
    case alone
  }

  private let settings: Settings
  private let duration: Duration
  private let holder: LeaseHolder
  /// By address and database.
  private var ways: [[String]: Way] = [:]
  private var lock: ReplicaLock?

  init(_ settings: Settings, leaseTime: Duration) {
    self.settings = settings
    duration = leaseTime
    holder = LeaseHolder(host: ProcessInfo.processInfo.hostName)
  }

  /// How the projects of a target are shared; nil where this is the only replica.
  ///
  /// - Parameter journals: those of the target.
  /// - Throws: where another replica has the folder of records; it is worth trying again.
  func leases(of name: String, _ journals: Journals) async throws -> MongoLeases? {
    guard let target = settings.targets[name], let place = journals.places[name] else {
      return nil
    }
    if place.isInFolder { return try hold() }
    let address = try target.address.get()
    if address.hasPrefix(Settings.dumpScheme) { return nil }
    let key = [address, target.database]
    switch ways[key] {
    case .shared(let leases): return leases
    case .alone: return nil
    case nil:
      let leases = try MongoLeases(
        uri: address, database: settings.controllerDatabase, avalon: target.database,
        group: "\(target.database)/\(settings.owner)", holder: holder, duration: duration,
        timeout: target.timeout)
      if let flaw = await flaw(of: leases) {
        // A right may be granted yet.
        if flaw.code == .tooOld { ways[key] = .alone }
        return nil
      }
      ways[key] = .shared(leases)
      return leases
    }
  }

  /// A server that is away is asked again whenever leases are taken.
  /// - Returns: why leases cannot be had there; nil where they can.
  private func flaw(of leases: MongoLeases) async -> AvalonError? {
    do throws(AvalonError) {
      _ = try await leases.overview()
      return nil
    } catch {
      guard error.code == .tooOld || error.code == .notAuthorised else { return nil }
      Remark.tell("one replica only may run here: \(error)")
      await leases.disconnect()
      return error
    }
  }

  /// A folder that is not there is made, as the first record would.
  private func hold() throws -> MongoLeases? {
    guard lock == nil, let folder = settings.recordsFolder else { return nil }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    lock = try ReplicaLock(folder)
    return nil
  }

  func close() async {
    for case .shared(let leases) in ways.values { await leases.disconnect() }
    lock = nil
  }
}
