internal import Kitsu
internal import Planning
internal import Synchronization

/// What is kept of a project between reconciles.
final class ProjectCache: Sendable {
  private struct State {
    var version: String?
    var byteCount = 0
  }

  private let state = Mutex(State())

  /// Kitsu's version of the project, as it was last read.
  var version: String? { state.withLock(\.version) }
  var byteCount: Int { state.withLock(\.byteCount) }
  var isEmpty: Bool { version == nil }

  func keep(_ version: String?) { state.withLock { $0.version = version } }
  func forgetReading() {}
}

extension Reconciler {
  func plan(
    _ project: ProjectSummary, in directory: ProjectDirectory, cache: ProjectCache, hint: ChangeHint
  ) async throws -> ProjectPlan {
    let planned = try await plan(project, in: directory)
    cache.keep(planned.version)
    return planned
  }

  func apply(_ plan: Plan, cache: ProjectCache) async -> AppliedPlan { await apply(plan) }
}
