internal import BSON
internal import Identity

/// Shots without a sequence: Zou's shot board joins sequences and leaves them out, so they are read
/// by routes that do not. Most projects have none, which one small request tells.
struct SequencelessShots: Sendable {
  let client: Client
  let project: EntityID

  /// How many shots the project has in all.
  func total(shotType: EntityID) async throws(KitsuError) -> Int {
    let filter = "project_id=\(project)&entity_type_id=\(shotType)&page=1&limit=1"
    let page = try await client.document("/data/entities?\(filter)")
    return page["total"]?.int ?? 0
  }

  /// The shots that the board lacks, in the board's fields, with their tasks.
  func read(besides board: [Document]) async throws(KitsuError) -> [Document] {
    let known = Set(board.compactMap { EntityID($0.element("id")) })
    let missing = try await client.list(Route.allShots(project)).filter { shot in
      EntityID(shot.element("id")).map { !known.contains($0) } ?? false
    }
    var tasks: [EntityID: [Document]] = [:]
    for start in stride(from: 0, to: missing.count, by: SequencelessShots.idsARequest) {
      let chunk = missing[start..<min(start + SequencelessShots.idsARequest, missing.count)]
      let ids = chunk.compactMap { $0["id"]?.string }.map { "%22\($0)%22" }.joined(separator: ",")
      let path = "/data/tasks?relations=true&entity_id=%5B\(ids)%5D"
      for task in try await client.list(path) {
        if let owner = EntityID(task.element("entity_id")) {
          tasks[owner, default: []].append(task)
        }
      }
    }
    return missing.map { shot in
      boardRow(shot, tasks: EntityID(shot.element("id")).flatMap { tasks[$0] } ?? [])
    }
  }

  /// gunicorn refuses a request line over 4,094 bytes: about 85 ids.
  private static let idsARequest = 80

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
