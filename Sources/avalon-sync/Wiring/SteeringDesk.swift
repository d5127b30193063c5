internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Planning
internal import Report

/// What the controller's databases know of the service and its projects, for commands that look at it
/// and steer it. Needs no Kitsu, and no replica that runs.
struct SteeringDesk {
  /// A project in one of Avalon's databases.
  struct Known {
    let place: PastRuns.Place
    let records: ServiceRecords
    let scope: JournalScope
    let state: ProjectState?
    let told: StatusRecord?
    let status: RecordedStatus?

    /// Its name in Kitsu, as far as it is known.
    var title: String { status?.name ?? state?.title ?? scope.project.description }
  }

  let past: PastRuns
  private let owner: String
  private let records: [ServiceRecords]
  private(set) var known: [Known] = []
  private var replicas: [(record: ReplicaRecord, replica: RecordedReplica)] = []
  private var open: [ServiceRequest] = []

  /// - Parameter why: what is done, for the pauses that follow.
  init(_ settings: Settings, why: String) async throws {
    past = try await PastRuns.open(settings, why: why, mayBeAway: true)
    for text in past.away { Remark.tell(SafeText.line(text, limit: 1000)) }
    owner = settings.owner
    var all: [ServiceRecords] = []
    for place in past.places {
      let records = ServiceRecords(
        records: place.records, database: place.target.database, owner: settings.owner)
      all.append(records)
      known += try await SteeringDesk.known(place, records)
      for record in try await records.replicas() {
        guard let replica = RecordedReplica(record.content) else { continue }
        replicas.append((record, replica))
      }
      open += try await records.openRequests()
    }
    self.records = all
  }

  private static func known(
    _ place: PastRuns.Place, _ records: ServiceRecords
  ) async throws -> [Known] {
    let scope = { (project: EntityID) in
      JournalScope(database: records.database, owner: records.owner, project: project)
    }
    var states: [EntityID: ProjectState] = [:]
    for state in try await place.journal.states() {
      // One controller's database may be that of several installations.
      guard let id = EntityID(state.project), state.key == scope(id).key else { continue }
      states[id] = state
    }
    let told = Dictionary(
      try await records.statuses().map { ($0.project, $0) }, uniquingKeysWith: { first, _ in first }
    )
    return Set(states.keys).union(told.keys).sorted().map { id in
      Known(
        place: place, records: records, scope: scope(id), state: states[id], told: told[id],
        status: told[id].flatMap { RecordedStatus($0.content) })
    }
  }

  func close() async { await past.close() }

  // MARK: Projects by what people call them

  /// - Parameter text: an id, a name, or the name of a collection.
  /// - Returns: the project in each database that knows it.
  func find(_ text: String) throws -> [Known] {
    let found = known.filter { project in
      project.scope.project.description == text.lowercased() || project.title == text
        || project.status?.collection == text
    }
    let ids = Set(found.map(\.scope.project))
    guard ids.count < 2 else {
      throw SettingsError(
        "\(ids.count) projects are called '\(SafeText.line(text))': use an id, one of "
          + ids.sorted().map(\.description).joined(separator: ", "))
    }
    if !found.isEmpty { return found }
    // A project that nobody has seen yet can be named by its id, where there is but one place for it.
    if let id = EntityID(text), past.places.count == 1, past.away.isEmpty {
      let place = past.places[0]
      let scope = JournalScope(database: records[0].database, owner: owner, project: id)
      return [
        Known(
          place: place, records: records[0], scope: scope, state: nil, told: nil, status: nil)
      ]
    }
    let names = Set(known.map { SafeText.line($0.title) }).sorted()
    throw SettingsError(
      "no project '\(SafeText.line(text))' is known here (looked in "
        + places.joined(separator: "; ") + "): "
        + (names.isEmpty
          ? "nothing was applied, and no replica told of any"
          : "known are \(names.joined(separator: ", "))"))
  }

  /// Where it was looked, in words.
  var places: [String] {
    past.places.map { place in
      "\(place.description.address), database \(place.controllerDatabase)"
    }
  }

  // MARK: Asking

  /// Writes down what is asked for, by whoever runs this process.
  func ask(_ kind: ServiceRequest.Kind, of project: Known, why: String = "") async throws
    -> ObjectID
  {
    let run = past.run
    return try await project.records.ask(
      ServiceRequest(
        id: .run(at: run.time, chance: .random(in: 0...UInt64.max)), scope: project.scope,
        title: project.title, kind: kind, user: run.user, host: run.host, time: run.time, why: why))
  }

  // MARK: Telling

  /// - Parameter projects: as people call them; empty for all.
  func report(_ projects: [String] = []) throws -> SteeringReport {
    var shown = known
    if !projects.isEmpty { shown = try projects.flatMap { try find($0) } }
    let living = Set(
      replicas.filter { $0.replica.lives(at: past.time, heard: $0.record.time) }.map(\.record.id))
    let hosts = Dictionary(
      replicas.map { ($0.record.id, $0.replica.host) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    return SteeringReport(
      now: past.time, places: places, owner: owner,
      // A replica tells of itself in the database of each of its targets.
      replicas: replicas.filter { seen.insert($0.record.id).inserted }.map {
        SteeringReport.Replica($0.replica, heardAt: $0.record.time, now: past.time)
      },
      projects: shown.map { project in
        SteeringReport.Project(
          id: project.scope.project.description, name: project.title, status: project.status,
          replica: project.told.flatMap { hosts[$0.replica] }, toldAt: project.told?.time,
          isFresh: project.told.map { living.contains($0.replica) } ?? false,
          pause: project.state?.pause(at: past.time)?.description)
      }, open: open)
  }
}
