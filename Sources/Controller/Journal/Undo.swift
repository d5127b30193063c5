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
  ///   - allowed: the guards that a person lifted for this once.
  /// - Returns: nothing where the journal knows no such run.
  package func plan(
    _ run: ObjectID, database: String, owner: String, mayDelete: Bool,
    allowed: Set<Guard>
  ) async throws(AvalonError) -> [Project] {
    let batches = try await journal.batches(of: run).filter {
      $0.header.scope.database == database && $0.header.scope.owner == owner
    }
    var projects: [Project] = []
    for (scope, batches) in Dictionary(grouping: batches, by: \.header.scope)
      .sorted(by: { $0.key.key < $1.key.key })
    {
      projects.append(try await plan(scope, batches, mayDelete: mayDelete, allowed))
    }
    return projects
  }

  private func plan(
    _ scope: JournalScope, _ batches: [JournalBatch], mayDelete: Bool, _ allowed: Set<Guard>
  ) async throws(AvalonError) -> Project {
    let settled = try await journal.resolve(scope, in: store, writes: false)
    let byID = Dictionary(settled.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let batches = batches.map { byID[$0.id] ?? $0 }
    let header = batches[batches.count - 1].header
    let collection = try await home(of: scope.project, header.collection)
    let project = PlannedProject(id: scope.project, title: header.title, collection: collection)
    let documents = try await store.read(collection: collection)
    var plan = UndoPlanner.plan(
      project, undoing: batches, documents: documents,
      published: try await store.publishedParents(collection: collection), owner: scope.owner,
      mayDelete: mayDelete)
    let observed = ObservedState(documents, project: scope.project, owner: scope.owner)
    if let folders { plan = await folders.whole(plan, observed) }
    let holds = GuardCheck(plan, observed).holds(entityCount: nil, allowed: allowed)
    guard !holds.isEmpty else { return Project(scope: scope, plan: plan, leftOut: []) }
    let held = Plan(
      project: project, changes: [], held: holds + plan.held, unchanged: plan.unchanged, kept: 0)
    return Project(scope: scope, plan: held, leftOut: plan.changes)
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

  /// Pauses the project, and makes the changes: the next reconcile would only make what was undone
  /// once more.
  package func apply(
    _ project: Project, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws(AvalonError) -> AppliedPlan {
    let (plan, scope) = (project.plan, project.scope)
    guard let collection = plan.project.collection, !plan.isEmpty else {
      return AppliedPlan(plan: plan, outcomes: [], doubledNames: [])
    }
    try await journal.resolve(scope, in: store, writes: true)
    let run = journal.run
    try await journal.pause(
      scope, title: plan.project.title,
      ProjectState.Pause(user: run.user, host: run.host, time: run.time, why: run.why))
    let entry = journal.begin(plan, scope, collection: collection, seeds: [:], store: store)
    if plan.folders != nil {
      try await journal.leave(plan.foldersLeft, behind: scope, title: plan.project.title)
    }
    var applied = await Applier(store: store, plan: plan, collection: collection, journal: entry)
      .apply(progress: progress)
    if let folders, plan.folders != nil {
      let (followed, behind) = await folders.follow(applied, in: store, entry)
      applied = followed
      try await journal.leave(behind, behind: scope, title: plan.project.title)
    }
    try await journal.finish(scope, title: plan.project.title, mapping: nil)
    return applied
  }
}
