package import Avalon
internal import BSON
internal import Identity
package import Kitsu
internal import Mapping
package import Planning

/// Plans at the cost of the change. The plan is that of the whole project all the same: what did not
/// change is taken from what was seen before. A document that somebody edited in Avalon since then is
/// not noticed before all is read again, and no harm comes of it: every write is compare-and-set.
extension Reconciler {
  /// Plans one project. Writes nothing to Avalon.
  ///
  /// - Parameters:
  ///   - cache: filled where it is empty; nothing in it is of use to another project.
  ///   - hint: what changed in Kitsu since the cache was filled or brought up to date.
  package func plan(
    _ project: ProjectSummary, in directory: ProjectDirectory, cache: ProjectCache,
    hint: ChangeHint, progress: (@Sendable (ReadProgress) -> Void)? = nil
  ) async throws -> ProjectPlan {
    switch directory.place(of: project) {
    case .held(let plan):
      await cache.clear()
      return ProjectPlan(plan: plan)
    case .place(let place):
      return try await plan(project, in: place, hint, in: cache, progress)
    }
  }

  private func plan(
    _ project: ProjectSummary, in place: ProjectPlace, _ hint: ChangeHint,
    in cache: isolated ProjectCache, _ progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws -> ProjectPlan {
    guard var kept = try await refreshed(project, in: place, hint, in: cache) else {
      let sight = try await look(at: project, in: place, progress)
      if !sight.reading.isTorn { cache.content = CachedProject(sight, settings) }
      return try await explained(sight)
    }
    while true {
      let planned = try await explained(
        Sight(project, in: place, kept.reading, kept.observed, settings))
      let ids = (planned.plan.changes + planned.leftOut).map(\.id)
      let documents = try await store.read(collection: place.collection, ids: ids)
      let isStale = kept.update(documents, of: ids, project: project.id)
      cache.content = kept
      if !isStale { return planned }
    }
  }

  /// - Returns: nil where the project has to be read as a whole. The cache is empty until the plan is
  ///   made: a plan that fails leaves nothing half done.
  private func refreshed(
    _ project: ProjectSummary, in place: ProjectPlace, _ hint: ChangeHint,
    in cache: isolated ProjectCache
  ) async throws -> CachedProject? {
    let content = cache.content
    cache.content = nil
    guard var kept = content, kept.isOf(place, settings), !hint.isWhole else { return nil }
    let refreshed = try await source.refresh(
      kept.reading, of: project.id, by: hint, needs: settings.mapping.needs)
    guard let refreshed, !refreshed.reading.isTorn else { return nil }
    kept.reading = refreshed.reading
    return kept
  }

  /// Applies a plan as ``apply(_:progress:)`` does, and brings the cache up to what was written. After
  /// a conflict the project is read as a whole, as somebody edits it in Avalon.
  package func apply(
    _ plan: Plan, cache: ProjectCache, gate: WriteGate? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async -> AppliedPlan {
    await apply(plan, in: cache, gate, progress)
  }

  private func apply(
    _ plan: Plan, in cache: isolated ProjectCache, _ gate: WriteGate?,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) async -> AppliedPlan {
    let content = cache.content
    cache.content = nil
    let applied = await apply(plan, gate: gate, progress: progress)
    let isEdited = applied.count("conflicted") > 0 || !applied.doubledNames.isEmpty
    guard var kept = content, !isEdited, applied.plan.collectionRename == nil,
      let collection = plan.project.collection
    else { return applied }
    let ids = applied.plan.changes.map(\.id)
    do {
      let documents = try await store.read(collection: collection, ids: ids)
      _ = kept.update(documents, of: ids, project: plan.project.id)
      cache.content = kept
    } catch {
      // What was written is not known, so that all is read again; the next plan tells what is wrong.
    }
    return applied
  }
}
