package import Avalon
internal import BSON
internal import Identity
internal import Planning

/// The journal of one of Avalon's databases.
package struct TargetJournal: Sendable {
  let journal: Journal
  private let database: String
  /// Whether whoever applies calls ``keep(_:owner:)`` when nobody waits.
  private var isKeptLater = false

  package init(_ journal: Journal, database: String) {
    self.journal = journal
    self.database = database
  }

  /// The same for who applies again and again: ``keep(_:owner:)`` is to be called now and then.
  package var keptLater: TargetJournal {
    var journal = self
    journal.isKeptLater = true
    return journal
  }

  func scope(_ project: EntityID, owner: String) -> JournalScope {
    JournalScope(database: database, owner: owner, project: project)
  }

  /// Applies a plan with the journal: first what an earlier process left open is settled, at the end
  /// the journal is kept in its bounds, if that is not done later.
  func write(
    _ plan: Plan, _ settings: Reconciler.Settings, collection: String,
    seeds: [String: [FieldPath]], in store: any AvalonStore,
    _ apply: ((any ChangeJournal)?) async -> (AppliedPlan, behind: [Identity: FolderValues])
  ) async -> AppliedPlan {
    let scope = scope(plan.project.id, owner: settings.owner)
    do throws(AvalonError) {
      try await journal.prepare()
    } catch {
      if error.code == .notAuthorised {
        journal.tell("no journal, and so no undo of this: \(error)")
        return await apply(nil).0
      }
      // Else it shows when the journal is opened.
    }
    let entry = journal.begin(plan, scope, collection: collection, seeds: seeds, store: store)
    do throws(AvalonError) {
      // Folders follow without a batch of their own.
      try await entry.open()
    } catch {
      return AppliedPlan(plan, refused: error.journalRefusal)
    }
    await journal.telling { () async throws(AvalonError) in
      try await journal.resolve(scope, in: store, writes: true)
      if let rename = plan.collectionRename {
        try await journal.leave(collection: rename.from, scope, title: plan.project.title)
      }
      guard plan.folders != nil else { return }
      try await journal.leave(plan.foldersLeft, behind: scope, title: plan.project.title)
    }
    let (applied, behind) = await apply(entry)
    await journal.telling { () async throws(AvalonError) in
      guard plan.folders != nil else { return }
      try await journal.leave(behind, behind: scope, title: plan.project.title)
    }
    await finish(plan.project, settings, isComplete: applied.isComplete)
    return applied
  }

  /// Where there is nothing to do: a process that died may have written the last document and not told
  /// of it.
  func finishIdle(
    _ project: PlannedProject, _ settings: Reconciler.Settings, isComplete: Bool,
    in store: any AvalonStore
  ) async {
    await journal.telling { () async throws(AvalonError) in
      try await journal.resolve(
        scope(project.id, owner: settings.owner), in: store, writes: true)
    }
    await finish(project, settings, isComplete: isComplete)
  }

  /// - Parameter isComplete: whether the project is now as the mapping makes it.
  private func finish(
    _ project: PlannedProject, _ settings: Reconciler.Settings, isComplete: Bool
  ) async {
    // Under the other policies documents are left as an older mapping made them.
    let isWhole = isComplete && settings.policy.allows(.update)
    await journal.telling { () async throws(AvalonError) in
      try await journal.finish(
        scope(project.id, owner: settings.owner), title: project.title,
        mapping: isWhole ? settings.mappingDigest : nil)
    }
    if !isKeptLater { await keep(project.id, owner: settings.owner) }
  }

  /// Keeps what was last applied near, and the journal in its bounds.
  func keep(_ project: EntityID, owner: String) async {
    await journal.telling { () async throws(AvalonError) in
      try await journal.keep(scope(project, owner: owner))
    }
  }
}

extension AppliedPlan {
  /// Nothing of a plan was done, folders included.
  fileprivate init(_ plan: Plan, refused reason: String) {
    self = AppliedPlan(
      plan: plan, outcomes: plan.changes.map { _ in .failed(reason) }, doubledNames: []
    ).with(
      plan.directories.map {
        RefusedDirectory(identity: $0.identity, title: $0.title, reason: reason)
      })
  }
}
