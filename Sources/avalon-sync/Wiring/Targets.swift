internal import Avalon
internal import Controller
internal import Report

/// Avalon's databases of a run, each opened once, and which collection of it each project has.
struct Targets {
  struct Open {
    let store: any AvalonStore
    let description: StoreDescription
    let directory: ProjectDirectory
  }

  /// Two names may mean one database.
  private struct Place: Hashable {
    let address: String
    let database: String
  }

  /// In the order in which projects name them.
  private(set) var names: [String] = []
  private var states: [String: Result<Open, any Error>] = [:]
  /// Each is opened once and stays open, whatever becomes of a question to it.
  private var opened: [Place: (store: any AvalonStore, description: StoreDescription)] = [:]

  /// A database that cannot be opened fails its own projects only.
  ///
  /// - Parameters:
  ///   - names: the targets to open.
  ///   - claims: all that could be synced, each with the name of its target.
  ///   - earlier: its connections are used on.
  static func open(
    _ names: [String], of settings: Settings, adoption: AdoptionSettings,
    claims: [(target: String, claim: ProjectDirectory.Claim)], after earlier: Targets? = nil
  ) async -> Targets {
    var targets = Targets()
    targets.opened = earlier?.opened ?? [:]
    var places: [Place: Result<Open, any Error>] = [:]
    for name in names where targets.states[name] == nil {
      guard let target = settings.targets[name] else { continue }
      let place = place(of: target)
      let own = claims.filter { claim in
        settings.targets[claim.target].map { Targets.place(of: $0) } == place
      }
      let known = place.flatMap { places[$0] }
      let state: Result<Open, any Error>
      if let known {
        state = known
      } else {
        state = await targets.open(target, own.map(\.claim), settings.owner, adoption)
      }
      if let place { places[place] = state }
      targets.names.append(name)
      targets.states[name] = state
    }
    return targets
  }

  private static func place(of target: TargetSettings) -> Place? {
    guard case .success(let address) = target.address else { return nil }
    return Place(address: address, database: target.database)
  }

  private mutating func open(
    _ target: TargetSettings, _ claims: [ProjectDirectory.Claim], _ owner: String,
    _ adoption: AdoptionSettings
  ) async -> Result<Open, any Error> {
    do {
      let (store, description) = try await connection(target)
      let directory = try await ProjectDirectory(
        claims, store: store, owner: owner, adoption: adoption)
      return .success(Open(store: store, description: description, directory: directory))
    } catch {
      return .failure(error)
    }
  }

  private mutating func connection(
    _ target: TargetSettings
  ) async throws -> (store: any AvalonStore, description: StoreDescription) {
    let place = Targets.place(of: target)
    if let known = place.flatMap({ opened[$0] }) { return known }
    let store = try Targets.store(target)
    do {
      let made = (store: store, description: try await store.describe())
      if let place { opened[place] = made }
      return made
    } catch {
      await store.close()
      throw error
    }
  }

  /// Nothing is opened yet.
  static func store(_ target: TargetSettings) throws -> any AvalonStore {
    let address = try target.address.get()
    if address.hasPrefix(Settings.dumpScheme) {
      return try DumpStore(
        directory: String(address.dropFirst(Settings.dumpScheme.count)), database: target.database)
    }
    return try MongoStore(uri: address, database: target.database, timeout: target.timeout)
  }

  func target(_ name: String) throws -> Open {
    guard let state = states[name] else {
      throw SettingsError("the target '\(name)' was not opened")
    }
    return try state.get()
  }

  /// Those that could be opened.
  var openNames: [String] {
    names.filter { if case .success = states[$0] { true } else { false } }
  }

  /// Why none of them could be opened; nil where one could.
  var failure: (any Error)? {
    let errors = names.compactMap { name -> (any Error)? in
      if case .failure(let error) = states[name] { error } else { nil }
    }
    guard let first = errors.first, errors.count == names.count else { return nil }
    guard errors.count > 1 else { return first }
    return SettingsError(errors.map { "\($0)" }.joined(separator: "\n"))
  }

  /// As reports name them.
  var reports: [ReportTarget] {
    names.map { name in
      do {
        let description = try target(name).description
        return ReportTarget(
          name: name, address: description.address, database: description.database,
          version: description.version.map { "MongoDB \($0)" },
          replicaSet: description.replicaSet)
      } catch {
        return ReportTarget(name: name, failure: "\(error)")
      }
    }
  }

  func close() async {
    for (store, _) in opened.values { await store.close() }
  }
}
