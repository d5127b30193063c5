internal import BSON
internal import Identity

/// Shots without a sequence: Zou's shot board joins sequences and leaves them out, so they are read
/// by routes that do not. Most projects have none, which one small request tells.
struct SequencelessShots: Sendable {
  let client: Client
  let project: EntityID
  /// Zou's lists of all entities and tasks show open projects alone, to all but admins: what is asked
  /// by the project's own routes then is shown to its team.
  var isHidden = false

  /// How many shots the project has in all.
  func total(shotType: EntityID) async throws(KitsuError) -> Int {
    let filter = "project_id=\(project)&entity_type_id=\(shotType)&page=1&limit=1"
    let page = try await client.document("/data/entities?\(filter)")
    return page["total"]?.int ?? 0
  }

  /// The shots that the board lacks, in the board's fields, with their tasks.
  func read(besides board: [Document]) async throws(KitsuError) -> [Document] {
    let known = Set(board.compactMap { EntityID($0.element("id")) })
    return try await rows(
      of: client.list(Route.allShots(project)).filter { shot in
        EntityID(shot.element("id")).map { !known.contains($0) } ?? false
      })
  }

  /// Shots as `/data/projects/{id}/shots` and `/data/entities` alike give them, in the board's
  /// fields, with their tasks.
  func rows(of shots: [Document]) async throws(KitsuError) -> [Document] {
    let ids = Set(shots.compactMap { EntityID($0.element("id")) })
    var tasks: [EntityID: [Document]] = [:]
    for task in try await self.tasks(of: ids) {
      if let owner = EntityID(task.element("entity_id")) { tasks[owner, default: []].append(task) }
    }
    return shots.map { shot in
      boardRow(shot, tasks: EntityID(shot.element("id")).flatMap { tasks[$0] } ?? [])
    }
  }

  private func tasks(of ids: Set<EntityID>) async throws(KitsuError) -> [Document] {
    guard isHidden, !ids.isEmpty else {
      return try await client.list("/data/tasks?relations=true&entity_id", of: ids)
    }
    return try await client.list(Route.allTasks(project)).filter { task in
      EntityID(task.element("entity_id")).map(ids.contains) ?? false
    }
  }

  /// What the board adds to an entity: its frame fields out of `data`, the names of its parents
  /// (none here) and its tasks.
  private func boardRow(_ shot: Document, tasks: [Document]) -> Document {
    let data = shot["data"]?.document ?? .empty
    return DocumentWriter.document { writer in
      for field in shot { writer.append(field) }
      for name: FieldName in ["frame_in", "frame_out", "fps"] where shot.element(name) == nil {
        writer.append(name, data[name] ?? .null)
      }
      for name: FieldName in ["sequence_id", "sequence_name", "episode_id", "episode_name"]
      where shot.element(name) == nil {
        writer.append(name, .null)
      }
      writer.beginArray("tasks")
      for (index, task) in tasks.enumerated() {
        writer.append(index: index, .document(task))
      }
      writer.end()
    }
  }
}
