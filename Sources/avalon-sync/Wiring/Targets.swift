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
    for name in names where settings.targets[name] != nil && !targets.names.contains(name) {
      targets.names.append(name)
    }
    // Beside each other: one that is away costs the others no time.
    let byPlace = Dictionary(grouping: targets.names) { settings.targets[$0].flatMap(place) }
    await withTaskGroup(of: (names: [String], opening: Opening).self) { group in
      for (place, names) in byPlace {
        // Those whose address cannot be used each have their own reason.
        for names in place == nil ? names.map({ [$0] }) : [names] {
          guard let target = names.first.flatMap({ settings.targets[$0] }) else { continue }
          let own = claims.filter { claim in
            settings.targets[claim.target].flatMap { Targets.place(of: $0) } == place
          }.map(\.claim)
          let connection = place.flatMap { targets.opened[$0] }
          group.addTask {
            (names, await open(target, own, settings.owner, adoption, over: connection))
          }
        }
      }
      for await (names, opening) in group { targets.take(opening, of: names, settings) }
    }
    return targets
  }

  typealias Connection = (store: any AvalonStore, description: StoreDescription)

  /// What came of opening a database. Its connection stays, whatever became of a question to it.
  private struct Opening {
    let connection: Connection?
    let state: Result<Open, any Error>
  }

  private mutating func take(_ opening: Opening, of names: [String], _ settings: Settings) {
    for name in names { states[name] = opening.state }
    if let place = names.first.flatMap({ settings.targets[$0] }).flatMap(Targets.place) {
      opened[place] = opening.connection
    }
  }

  private static func place(of target: TargetSettings) -> Place? {
    guard case .success(let address) = target.address else { return nil }
    return Place(address: address, database: target.database)
  }

  private static func open(
    _ target: TargetSettings, _ claims: [ProjectDirectory.Claim], _ owner: String,
    _ adoption: AdoptionSettings, over known: Connection?
  ) async -> Opening {
    var connection = known
    do {
      let (store, description) =
        if let known { known } else { try await Targets.connection(target) }
      connection = (store, description)
      let directory = try await ProjectDirectory(
        claims, store: store, owner: owner, adoption: adoption)
      return Opening(
        connection: connection,
        state: .success(Open(store: store, description: description, directory: directory)))
    } catch {
      return Opening(connection: connection, state: .failure(error))
    }
  }

  /// Opens a database and asks who it is; closes it where nobody answers.
  static func connection(_ target: TargetSettings) async throws -> Connection {
    let store = try Targets.store(target)
    do {
      return (store: store, description: try await store.describe())
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
