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
    let known = try await refreshed(project, in: place, hint, in: cache)
    let content: CachedProject
    if let known {
      content = known
    } else {
      content = CachedProject(try await look(at: project, in: place, progress), settings)
    }
    var memory = try await memory(of: project.id)
    let lastApplied = await memory.lastApplied(in: store)
    var planned: ProjectPlan
    while true {
      let wanted = content.wanted(project, self, lastApplied)
      planned = try await plan(content, project, wanted?.plan, lastApplied, memory, in: cache)
      guard known != nil, let concerned = wanted?.concerned else { break }
      let ids = concerned.union(planned.plan.changes.map(\.id))
      guard !ids.isEmpty else { break }
      let documents = try await store.read(collection: place.collection, ids: ids.sorted())
      guard content.take(documents, of: ids, project: project.id) else { break }
    }
    if !content.reading.isTorn { cache.content = content }
    return try await memory.explain(planned, in: place, in: store)
  }

  /// What is seen is let go before it changes: then nothing of it has to be copied.
  private func plan(
    _ content: CachedProject, _ project: ProjectSummary, _ wanted: WantedPlan?,
    _ lastApplied: LastApplied?, _ memory: ProjectMemory, in cache: isolated ProjectCache
  ) async throws -> ProjectPlan {
    var sight = content.sight(project)
    sight.lastApplied = lastApplied
    sight.foldersBehind = memory.foldersBehind
    return try await plan(sight, wanted) { content.wanted(standing: $0, self) }
  }

  /// Makes what the next plan needs, where much was written: so that no edit has to wait for it. Where
  /// that cannot be read now the next plan makes it, and tells.
  func warm(_ cache: ProjectCache, _ project: ProjectSummary) async {
    guard await cache.isCold, var memory = try? await memory(of: project.id) else { return }
    guard await memory.lastApplied(in: store) == nil else { return }
    await cache.warm(project, self)
  }

  /// - Returns: nil where the project has to be read as a whole. The cache is empty until the plan is
  ///   made: a plan that fails leaves nothing half done.
  private func refreshed(
    _ project: ProjectSummary, in place: ProjectPlace, _ hint: ChangeHint,
    in cache: isolated ProjectCache
  ) async throws -> CachedProject? {
    let content = cache.content
    cache.content = nil
    guard let content, content.isOf(place, settings), !hint.isWhole else { return nil }
    let refreshed = try await source.refresh(
      content.reading, of: project.id, by: hint, needs: settings.mapping.needs)
    guard let refreshed, !refreshed.reading.isTorn else { return nil }
    content.take(refreshed)
    return content
  }

  /// Applies a plan as ``apply(_:gate:progress:)`` does, and brings the cache up to what was written. After
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
    guard let content, !isEdited, applied.plan.collectionRename == nil,
      let collection = plan.project.collection
    else { return applied }
    let ids = Set(applied.plan.changes.map(\.id))
    do {
      let documents = try await store.read(collection: collection, ids: ids.sorted())
      _ = content.take(documents, of: ids, project: plan.project.id)
      cache.content = content
    } catch {
      // What was written is not known, so that all is read again; the next plan tells what is wrong.
    }
    return applied
  }
}
