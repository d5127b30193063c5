internal import BSON
internal import Identity
internal import Mapping

/// Reads one project in a fixed number of bulk requests, whatever its size.
///
/// For all kinds these 17, in this order:
///
/// 1. the version: `shots/with-tasks?project_id=P&id=<nobody>`
///
/// Then in the first lane
///
/// 2. `shots/with-tasks?project_id=P&compact=true`
///
/// and in the second, which starts with the first lane's first byte, at most a quarter of a second
/// later, since one worker of Zou accepts all requests that arrive together,
///
/// 3. `projects/P`, 4. `sequences/with-tasks`, 5. `episodes/with-tasks`, 6. `edits/with-tasks`,
/// 7. `concepts/with-tasks`, 8. `assets/with-tasks` (compact),
/// 9. `projects/P/entity-links`, 10. `projects/P/metadata-descriptors`, 11. `task-types`,
/// 12. `task-status`, 13. `entity-types`, 14. `departments`, 15. `persons`,
/// 16. `entities?…&page=1&limit=1`, the number of shots; and after both
///
/// 17. the version again.
///
/// An account that is no admin also asks `projects/P/team` for its role in the project, and
/// `projects/P/shots` where it is shown no entity, as in a project that is not open. Zou before
/// 1.0.69 has no ETag: the newest event is asked beside 1 and 17. A shot without a sequence costs
/// `projects/P/shots`, one `tasks` request per 80 such shots, and 17 once more. A changed version
/// repeats 2 to 10, 16 and 17, at most twice; a name that a studio list lacks repeats that list once.
struct ProjectReader: Sendable {
  let client: Client
  let studioLists: StudioLists
  let project: EntityID
  let needs: SourceNeeds
  let account: Account
  let progress: ProgressCounter

  /// Readings after which a project that keeps changing is taken as it is.
  private static let rounds = 3

  func read() async throws(KitsuError) -> (
    parts: ProjectParts, consistency: ProjectReading.Consistency, version: ProjectVersion
  ) {
    var version = try await firstVersion()
    var parts = ProjectParts()
    for round in 0..<ProjectReader.rounds {
      progress.restart()
      let lanes = ProjectLanes(reader: self, last: round == 0 ? nil : parts)
      let (fresh, closing) = try await lanes.read()
      // References of an earlier round would only cost a needless request.
      parts.references = References()
      parts.merge(fresh)
      if closing == version || closing == .unknown {
        try await readDangling(&parts)
        return (parts, closing == .unknown ? .unchecked : .consistent, closing)
      }
      version = closing
    }
    try await readDangling(&parts)
    return (parts, .torn, .unknown)
  }

  /// When the version is refused, the project itself says why.
  private func firstVersion() async throws(KitsuError) -> ProjectVersion {
    do throws(KitsuError) {
      return try await ProjectVersion.read(project, client)
    } catch {
      guard error.isOfRights else { throw error }
      _ = try await readProject()
      guard error.code == .notFound else { throw error }
      throw KitsuError(
        .tooOld, operation: "read", subject: error.subject,
        cause: "this Zou has no such route; avalon-sync needs Zou 0.15.18 or newer")
    }
  }

  func readProject() async throws(KitsuError) -> Document {
    do throws(KitsuError) {
      return try await client.document(Route.project(project))
    } catch {
      switch error.code {
      case .notFound:
        throw KitsuError(
          .notFound, operation: "read", subject: "project \(project)",
          cause: "Kitsu has no such project; it was deleted, or the id is wrong")
      case .forbidden:
        throw KitsuError(
          .forbidden, operation: "read", subject: "project \(project)",
          cause: """
            the account \(account.name) (role \(account.role)) is not in the project's team; \
            add it there as a manager
            """)
      default: throw error
      }
    }
  }

  /// Refuses accounts whose boards are narrowed without a word: a vendor gets assigned work only, a
  /// client gets blanked tasks. Since Zou 1.0.97 a role may be set per project.
  func checkRole() async throws(KitsuError) {
    guard !account.isAdmin else { return }
    var role = account.role
    do throws(KitsuError) {
      let team = try await client.list(Route.team(project))
      let me = team.first { $0["id"]?.string == account.id }
      // It may be another one than at login by now.
      role = me?["project_role"]?.string ?? me?["role"]?.string ?? role
    } catch {
      guard error.isOfRights else { throw error }
    }
    guard role == "vendor" || role == "client" else { return }
    throw KitsuError(
      .forbidden, operation: "read", subject: "project \(project)",
      cause: """
        the account \(account.name) has the role \(role) there, to which Kitsu shows only a part; \
        it needs the role manager in the project's team (supervisor and artist do, without casting)
        """)
  }

  /// Whether Zou's list of all entities shows this project's to the account: those of open projects
  /// alone, to all but admins (`user_service.build_related_projects_filter`).
  func seesEntities() async throws(KitsuError) -> Bool {
    guard !account.isAdmin else { return true }
    let page = try await client.document("/data/entities?project_id=\(project)&page=1&limit=1")
    return (page["total"]?.int ?? 0) > 0
  }

  private func readDangling(_ parts: inout ProjectParts) async throws(KitsuError) {
    for route in parts.references.dangling(in: parts.lists) {
      parts.lists[route.name] = try await client.list(route.path)
    }
  }
}
