internal import BSON
internal import Identity
internal import Mapping

/// Reads again what a hint names, in a reading that was made before.
///
/// A shot that changed costs two requests, sent together: the version, and the shot's row of its
/// board. A task costs one more before, for its entity, and so does an id that is not known, for its
/// kind; what does not answer one more after, as a shot without a sequence is on no board.
struct ProjectRefresh: Sendable {
  let reader: ProjectReader
  let last: ProjectReading
  let hint: ChangeHint

  private typealias Job = @Sendable () async throws -> ProjectParts

  private var client: Client { reader.client }

  /// Nil where only a whole reading can tell.
  func run() async throws(KitsuError) -> RefreshedReading? {
    guard !hint.isWhole, !last.isTorn else { return nil }
    async let version = readVersion()
    var draft = ProductionDraft(last.production)
    var reading = last
    for part in try await Parallel.run(listJobs) {
      draft.take(part)
      for name in part.lists.keys { reading.unreadable[name] = nil }
      reading.unreadable.merge(part.unreadable) { $1 }
    }
    guard let owners = try await entitiesOfTasks(),
      let rows = try await select(hint.entities.union(owners), &draft),
      try await RowReader(reader: reader).read(rows, into: &draft, since: last.production)
    else { return nil }
    draft.take(try await danglingLists(draft, reading.unreadable))
    reading.production = draft.production
    reading.version = try await version.get()
    return RefreshedReading(reading, changed: draft.changed, since: last.production)
  }

  /// Asked beside the rest, and good all the same: what changes after it has an event of its own, and
  /// what had one that was not heard is in the event log. Where that may not be read the old version
  /// stays, so that the next look at it reads the whole.
  private func readVersion() async -> Result<String?, KitsuError> {
    guard last.version != nil, await !client.session.isLogRefused else {
      return .success(last.version)
    }
    do throws(KitsuError) {
      return .success(try await ProjectVersion.tag(reader.project, client))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Lists

  /// What the hint names beside entities. A list that could not be read stays so.
  private var listJobs: [Job] {
    var jobs: [Job] = []
    var routes: [Route] = []
    if hint.casting, last.production.links != nil { routes.append(.links(reader.project)) }
    if hint.project {
      jobs.append { try await readProject() }
      routes.append(.descriptors(reader.project))
    }
    if hint.studio {
      let lists = Route.studio.filter { last.unreadable[$0.name] == nil }
      jobs += lists.map { route in { try await readStudio(route) } }
    }
    for route in routes where last.unreadable[route.name] == nil {
      jobs.append { try await readList(route) }
    }
    return jobs
  }

  private func readProject() async throws(KitsuError) -> ProjectParts {
    var parts = ProjectParts()
    parts.project = try await reader.readProject()
    return parts
  }

  private func readList(_ route: Route) async throws(KitsuError) -> ProjectParts {
    try await read(route) { () async throws(KitsuError) in try await client.list(route.path) }
  }

  private func readStudio(_ route: Route) async throws(KitsuError) -> ProjectParts {
    try await read(route) { () async throws(KitsuError) in
      try await reader.studioLists.list(route, since: hint.studioSince, client)
    }
  }

  private func read(
    _ route: Route, _ list: () async throws(KitsuError) -> [Document]
  ) async throws(KitsuError) -> ProjectParts {
    var parts = ProjectParts()
    do throws(KitsuError) {
      parts.lists[route.name] = try await list()
    } catch {
      guard route.excuses(error) else { throw error }
      parts.unreadable[route.name] = error.cause
    }
    return parts
  }

  /// The lists that lack what the new rows name.
  private func danglingLists(
    _ draft: ProductionDraft, _ unreadable: [String: String]
  ) async throws(KitsuError) -> ProjectParts {
    var lists: [String: [Document]] = [:]
    for route in Route.studio where unreadable[route.name] == nil {
      lists[route.name] = draft.production.studio[list: route.name]
    }
    var parts = ProjectParts()
    for route in References(of: draft.fresh).dangling(in: lists) {
      parts.lists[route.name] = try await client.list(route.path)
    }
    return parts
  }

  // MARK: What the ids are

  /// Kitsu's events of tasks name the task alone. A task that is gone stands in the last reading.
  /// - Returns: nil where the account is not shown what is there.
  private func entitiesOfTasks() async throws(KitsuError) -> Set<EntityID>? {
    guard !hint.tasks.isEmpty else { return [] }
    var missing = hint.tasks
    var entities: Set<EntityID> = []
    let path = "/data/tasks?fields=id,entity_id,project_id&id"
    for task in try await client.list(path, of: hint.tasks) {
      guard EntityID(task.element("project_id")) == reader.project,
        let id = EntityID(task.element(.id)), let entity = EntityID(task.element("entity_id"))
      else { continue }
      missing.remove(id)
      entities.insert(entity)
    }
    guard !missing.isEmpty else { return entities }
    guard try await reader.seesEntities() else { return nil }
    for row in last.production.entities.values.joined() {
      let isOwner = row.element("tasks")?.array?.contains { task in
        EntityID(task.document?.element(.id)).map { missing.contains($0) } ?? false
      }
      if isOwner == true, let id = EntityID(row.element(.id)) { entities.insert(id) }
    }
    return entities
  }

  /// The rows of the ids; nil where one is of a kind that is not read and that others may show, or the
  /// account is not shown what is there.
  private func select(
    _ ids: Set<EntityID>, _ draft: inout ProductionDraft
  ) async throws(KitsuError) -> RowSelection? {
    var rows = RowSelection()
    let known = draft.kinds(of: ids)
    for (id, kind) in known { rows.insert(kind, ids: [id]) }
    let unknown = ids.subtracting(known.keys)
    guard let found = try await EntityLookup(reader: reader).find(unknown, &draft) else {
      return nil
    }
    draft.markGone(unknown.subtracting(found.keys))
    for (id, entity) in found {
      guard let kind = entity.kind else { continue }
      if draft.production.entities[kind] != nil {
        rows.insert(kind, ids: [id])
      } else if kind == .sequence || kind == .episode {
        return nil
      }
    }
    // Assets show the episodes that they are cast in.
    if hint.casting, draft.production.links == nil, draft.has(.asset, .castingEpisodes) {
      rows.insert(board: .asset)
    }
    return rows
  }
}

extension RefreshedReading {
  init(_ reading: ProjectReading, changed: Set<EntityID>, since last: Production) {
    let new = reading.production
    self.init(
      reading: reading, changed: changed,
      isStudioChanged: Route.studio.contains { route in
        new.studio[list: route.name] != last.studio[list: route.name]
      },
      isProjectChanged: new.project != last.project || new.descriptors != last.descriptors,
      isCastingChanged: new.links != last.links)
  }
}
