internal import BSON
internal import Identity

/// What tells whether a project changed between two requests.
enum ProjectVersion: Sendable, Equatable {
  /// The ETag of Zou's boards (1.0.69 and newer): it moves with every change of the project's
  /// entities, tasks, assignments and casting.
  case etag(String)
  /// The newest entry of the event log, on older servers; nil while the log is empty.
  case newestEvent(String?)
  /// The server has no ETag and the account may not read the log.
  case unknown

  /// The ETag, for whoever keeps readings: the newest event of an older server is no version to keep,
  /// as its log may be pruned.
  var tag: String? {
    if case .etag(let tag) = self { tag } else { nil }
  }

  /// A board without rows carries the ETag of the whole project in 629 bytes.
  static func read(_ project: EntityID, _ client: Client) async throws(KitsuError) -> ProjectVersion
  {
    if let tag = try await tag(project, client) { return .etag(tag) }
    return try await newestEvent(project, client)
  }

  static func tag(_ project: EntityID, _ client: Client) async throws(KitsuError) -> String? {
    let nobody = "00000000-0000-0000-0000-000000000000"
    let response = try await client.get(
      "/data/shots/with-tasks?project_id=\(project)&id=\(nobody)")
    return response.headers["etag"].map(strong)
  }

  /// `limit` is the name in Zou 0.19.73 and newer, `page_size` in older ones; each ignores the
  /// other's.
  private static func newestEvent(
    _ project: EntityID, _ client: Client
  ) async throws(KitsuError) -> ProjectVersion {
    do throws(KitsuError) {
      let path = "/data/events/last?limit=1&page_size=1&project_id=\(project)"
      let events = try await client.list(path)
      return .newestEvent(events.first?["id"]?.string)
    } catch {
      guard error.isOfRights else { throw error }
      return .unknown
    }
  }

  /// A proxy that compresses makes the ETag weak, and Zou never matches a weak one.
  static func strong(_ tag: String) -> String {
    tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
  }
}
