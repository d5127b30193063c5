internal import BSON
internal import Identity
internal import Mapping

/// One pass over a project's routes in two lanes, closed by the project's version.
struct ProjectLanes: Sendable {
  let reader: ProjectReader
  /// What an earlier pass gave: boards that did not change since are kept, studio lists too.
  let last: ProjectParts?

  private enum Step: Sendable {
    case heavyFetched(Route, Response)
    case part(ProjectParts)
    case secondLane(ProjectParts)
    case version(ProjectVersion)
  }

  /// The longest head start of the first lane.
  private static let headStart = Duration.milliseconds(250)

  func read() async throws(KitsuError) -> (ProjectParts, ProjectVersion) {
    do {
      return try await withThrowingTaskGroup(of: Step.self) { group in
        try await run(&group)
      }
    } catch let error as KitsuError {
      throw error
    } catch {
      throw .cancelled("read", "project \(reader.project)")
    }
  }

  private func run(
    _ group: inout ThrowingTaskGroup<Step, any Error>
  ) async throws -> (ProjectParts, ProjectVersion) {
    let heavy = Route.heavyBoard(reader.project, reader.needs)
    let (starts, start) = AsyncStream<Void>.makeStream()
    if let heavy {
      group.addTask {
        let response = try await fetch(heavy) { start.finish() }
        start.finish()
        return .heavyFetched(heavy, response)
      }
    } else {
      start.finish()
    }
    group.addTask {
      await ProjectLanes.wait(for: starts)
      return .secondLane(try await secondLane(besides: heavy))
    }
    var parts = ProjectParts()
    var version: ProjectVersion?
    var lanes = heavy == nil ? 1 : 2
    for try await step in group {
      switch step {
      case .heavyFetched(let route, let response):
        lanes -= 1
        group.addTask { .part(try await parse(response, route)) }
      case .secondLane(let read):
        lanes -= 1
        parts.merge(read)
      case .part(let read):
        parts.merge(read)
        continue
      case .version(let read):
        version = read
        continue
      }
      // The version is asked while the heavy board is parsed.
      if lanes == 0 { group.addTask { .version(try await readVersion()) } }
    }
    if try await addSequenceless(&parts) { version = try await readVersion() }
    return (parts, version ?? .unknown)
  }

  private func readVersion() async throws(KitsuError) -> ProjectVersion {
    try await ProjectVersion.read(reader.project, reader.client)
  }

  private static func wait(for starts: AsyncStream<Void>) async {
    await withTaskGroup(of: Void.self) { race in
      race.addTask {
        do { try await Task.sleep(for: headStart) } catch { return }
      }
      race.addTask { for await _ in starts {} }
      await race.next()
      race.cancelAll()
    }
  }

  // MARK: The second lane

  private func secondLane(besides heavy: Route?) async throws(KitsuError) -> ProjectParts {
    let (client, needs, project) = (reader.client, reader.needs, reader.project)
    var parts = ProjectParts()
    parts.project = try await reader.readProject()
    reader.progress.count("project")
    if last == nil { try await reader.checkRole() }
    // Small boards first: the heavy one has its worker of Zou to itself by then.
    var routes = [EntityKind.sequence, .episode, .edit, .concept, .asset, .shot]
      .filter { needs.kinds.contains($0) }.map { Route.board($0, project, needs.fields) }
      .filter { $0.name != heavy?.name }
    if needs.casting { routes.append(.links(project)) }
    routes.append(.descriptors(project))
    if last == nil { routes += Route.studio }
    for route in routes { parts.merge(try await readOptional(route)) }
    let types = parts.lists[Route.entityTypes.name] ?? last?.lists[Route.entityTypes.name] ?? []
    let shotType = types.first { $0["name"]?.string == "Shot" }
    if needs.kinds.contains(.shot), let id = EntityID(shotType?.element("id")) {
      parts.shotTotal = try await SequencelessShots(client: client, project: project)
        .total(shotType: id)
    }
    return parts
  }

  /// What may be refused is told then, never taken for empty.
  private func readOptional(_ route: Route) async throws(KitsuError) -> ProjectParts {
    do throws(KitsuError) {
      return try await parse(try await fetch(route), route)
    } catch {
      guard route.excuses(error) else { throw error }
      reader.progress.count(route.title)
      var parts = ProjectParts()
      parts.unreadable[route.name] = error.cause
      return parts
    }
  }

  // MARK: One route

  private func fetch(
    _ route: Route, onFirstByte: (@Sendable () -> Void)? = nil
  ) async throws(KitsuError) -> Response {
    var headers: [String] = []
    if route.isConditional, let tag = last?.etags[route.name] {
      headers = ["If-None-Match: \(tag)"]
    }
    return try await reader.client.get(route.path, headers: headers, onFirstByte: onFirstByte)
  }

  private func parse(_ response: Response, _ route: Route) async throws(KitsuError) -> ProjectParts
  {
    var parts = ProjectParts()
    let list: [Document]
    if response.status == 304, let kept = last?.lists[route.name] {
      list = kept
    } else {
      list = try await reader.client.parsed(response, route.path) { body throws(JSONError) in
        try body.documents(route.table)
      }
    }
    if let tag = response.headers["etag"] {
      parts.etags[route.name] = ProjectVersion.strong(tag)
    }
    parts.lists[route.name] = list
    if route.hasTasks { parts.references = References(of: list) }
    reader.progress.count(route.title)
    return parts
  }

  /// Gives whether anything was read.
  private func addSequenceless(_ parts: inout ProjectParts) async throws(KitsuError) -> Bool {
    guard let total = parts.shotTotal, let board = parts.lists["shots"] else { return false }
    let isHidden = total == 0 && !reader.account.isAdmin
    guard isHidden || total > board.count else { return false }
    let shots = try await SequencelessShots(
      client: reader.client, project: reader.project, isHidden: isHidden
    ).read(besides: board)
    guard !shots.isEmpty else { return false }
    parts.references.formUnion(References(of: shots))
    parts.lists["shots"] = board + shots
    return true
  }
}
