package import Avalon
package import BSON
internal import Identity
package import Planning

/// Turns one run backwards, in one of Avalon's databases. Needs no Kitsu: all that it takes stands in
/// the journal and in Avalon.
package struct Undo: Sendable {
  private let journal: Journal
  private let store: any AvalonStore
  private let folders: FolderKeeper?

  /// - Parameter directories: the folders that follow their documents; nil where they stay.
  package init(_ journal: Journal, in store: any AvalonStore, directories: DirectoryTree?) {
    self.journal = journal
    self.store = store
    folders = directories.map(FolderKeeper.init)
  }

  /// A project that the run wrote to.
  package struct Project: Sendable {
    package let scope: JournalScope
    package let plan: Plan
    /// What would be undone besides, if no guard stopped it.
    package let leftOut: [Change]
  }

  /// Plans the run backwards, project by project. Writes nothing.
  ///
  /// - Parameters:
  ///   - database: only batches of this database of Avalon's count.
  ///   - mayDelete: whether what the run created is deleted where nobody touched it since.
  ///   - follows: whether names and places go back that published work stands on.
  ///   - allowed: the guards that a person lifted for this once.
  /// - Returns: nothing where the journal knows no such run.
  package func plan(
    _ run: ObjectID, database: String, owner: String, mayDelete: Bool, follows: Bool,
    allowed: Set<Guard>
  ) async throws(AvalonError) -> [Project] {
    let batches = try await journal.batches(of: run).filter {
      $0.header.scope.database == database && $0.header.scope.owner == owner
    }
    var projects: [Project] = []
    for (scope, batches) in Dictionary(grouping: batches, by: \.header.scope)
      .sorted(by: { $0.key.key < $1.key.key })
    {
      projects.append(
        try await plan(scope, batches, mayDelete: mayDelete, follows: follows, allowed))
    }
    return projects
  }

  private func plan(
    _ scope: JournalScope, _ batches: [JournalBatch], mayDelete: Bool, follows: Bool,
    _ allowed: Set<Guard>
  ) async throws(AvalonError) -> Project {
    let settled = try await journal.resolve(scope, in: store, writes: false)
    let byID = Dictionary(settled.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let batches = batches.map { byID[$0.id] ?? $0 }
    let header = batches[batches.count - 1].header
    let collection = try await home(of: scope.project, header.collection)
    let project = PlannedProject(id: scope.project, title: header.title, collection: collection)
    var documents = try await store.read(collection: collection)
    if mayDelete { documents = try await whole(documents, createdBy: batches, in: collection) }
    var plan = UndoPlanner.plan(
      project, undoing: batches, documents: documents,
      published: try await store.publishedParents(collection: collection), owner: scope.owner,
      mayDelete: mayDelete, follows: follows)
    let observed = ObservedState(documents, project: scope.project, owner: scope.owner)
    if let folders, !plan.isEmpty {
      let state = try await journal.state(of: scope)
      plan = await folders.whole(
        plan, observed, behind: state?.foldersBehind(in: scope.project) ?? [:])
    }
    let holds = GuardCheck(plan, observed).holds(entityCount: nil, allowed: allowed)
    guard !holds.isEmpty else { return Project(scope: scope, plan: plan, leftOut: []) }
    let held = Plan(
      project: project, changes: [], held: holds + plan.held, unchanged: plan.unchanged, kept: 0)
    return Project(scope: scope, plan: held, leftOut: plan.changes)
  }

  /// What may be deleted is looked at with the fields that other tools gave it.
  private func whole(
    _ documents: [Document], createdBy batches: [JournalBatch], in collection: String
  ) async throws(AvalonError) -> [Document] {
    let created = batches.flatMap(\.entries).filter {
      if case .created = $0.content { true } else { false }
    }
    let whole = try await store.readWhole(collection: collection, ids: created.map(\.id))
    let known = Set(whole.compactMap { $0["_id"]?.objectID })
    return whole + documents.filter { $0["_id"]?.objectID.map { !known.contains($0) } ?? true }
  }

  /// The project's collection may have got another name since.
  private func home(
    of project: EntityID, _ collection: String
  ) async throws(AvalonError) -> String {
    let collections = try await store.collections()
    // The session of an artist may have made the old one again.
    for name in collections.filter({ $0 == collection }) + collections {
      for document in try await store.projects(collection: name)
      where Link(of: document)?.entity == project {
        return name
      }
    }
    return collection
  }

  /// What became of a project.
  package struct Undone: Sendable {
    package let applied: AppliedPlan
    /// Whether the project is paused now.
    package let isPaused: Bool
  }

  /// Pauses the project, and makes the changes: the next reconcile would only make what was undone
  /// once more. Where the journal cannot be told of it nothing is written, and each change has failed
  /// with the reason.
  package func apply(
    _ project: Project, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async -> Undone {
    let plan = project.plan
    guard let collection = plan.project.collection, !plan.isEmpty else {
      return Undone(
        applied: AppliedPlan(plan: plan, outcomes: [], doubledNames: []), isPaused: false)
    }
    var isPaused = false
    do throws(AvalonError) {
      try await journal.prepare()
      try await journal.resolve(project.scope, in: store, writes: true)
      try await pause(project)
      isPaused = true
      if let rename = plan.collectionRename {
        try await journal.leave(collection: rename.from, project.scope, title: plan.project.title)
      }
      if plan.folders != nil {
        try await journal.leave(
          plan.foldersLeft, behind: project.scope, title: plan.project.title)
      }
    } catch {
      let outcome = Outcome.failed("nothing was undone: \(error)")
      let applied = AppliedPlan(
        plan: plan, outcomes: plan.changes.map { _ in outcome }, doubledNames: [])
      return Undone(applied: applied, isPaused: isPaused)
    }
    return Undone(applied: await write(project, collection, progress), isPaused: true)
  }

  private func pause(_ project: Project) async throws(AvalonError) {
    let run = journal.run
    try await journal.pause(
      project.scope, title: project.plan.project.title,
      ProjectState.Pause(user: run.user, host: run.host, time: run.time, why: run.why))
  }

  private func write(
    _ project: Project, _ collection: String, _ progress: (@Sendable (Int, Int) -> Void)?
  ) async -> AppliedPlan {
    let (plan, scope) = (project.plan, project.scope)
    let entry = journal.begin(
      plan, scope, collection: collection, seeds: [:], store: store, isUndo: true)
    var applied = await Applier(store: store, plan: plan, collection: collection, journal: entry)
      .apply(progress: progress)
    if let folders, plan.folders != nil {
      let (followed, behind) = await folders.follow(applied, in: store, entry)
      applied = followed
      await journal.telling { () async throws(AvalonError) in
        try await journal.leave(behind, behind: scope, title: plan.project.title)
      }
    }
    await journal.telling { () async throws(AvalonError) in
      try await journal.finish(scope, title: plan.project.title, mapping: nil)
      try await journal.keep(scope)
    }
    return applied
  }
}
