package import Avalon
package import BSON
internal import Identity
package import Planning

/// Lets a document of ours go, in one of Avalon's databases. Needs no Kitsu.
package struct Unlink: Sendable {
  private let journal: Journal
  private let store: any AvalonStore
  private let owner: String

  package init(_ journal: Journal, in store: any AvalonStore, owner: String) {
    self.journal = journal
    self.store = store
    self.owner = owner
  }

  /// - Returns: nil where no collection holds the document, or it is not ours.
  package func plan(_ id: ObjectID, database: String) async throws(AvalonError) -> Plan? {
    guard let (document, project, collection) = try await find(id) else { return nil }
    let scope = JournalScope(database: database, owner: owner, project: project)
    let state = try await journal.state(of: scope)
    if let pause = state?.pause(at: journal.run.time) {
      throw AvalonError(
        .paused, operation: "write to", subject: collection, cause: "the project is \(pause)")
    }
    let title = state?.title
    return Unlinking.plan(
      document,
      in: PlannedProject(id: project, title: title ?? collection, collection: collection),
      owner: owner)
  }

  /// The document in the collection that its project is named after: others may be copies of that one.
  private func find(
    _ id: ObjectID
  ) async throws(AvalonError) -> (Document, project: EntityID, collection: String)? {
    var copy: (Document, EntityID, String)?
    for collection in try await store.collections() {
      guard let document = try await store.read(collection: collection, ids: [id]).first
      else { continue }
      for home in try await store.projects(collection: collection) {
        guard let link = Link(of: home), link.owner == owner else { continue }
        let found = (document, link.entity, collection)
        if home.element(.name)?.string == collection { return found }
        copy = copy ?? found
      }
    }
    return copy
  }

  package func apply(_ plan: Plan, database: String) async throws(AvalonError) -> AppliedPlan {
    guard let collection = plan.project.collection else {
      return AppliedPlan(plan: plan, outcomes: [], doubledNames: [])
    }
    let scope = JournalScope(database: database, owner: owner, project: plan.project.id)
    try await journal.prepare()
    try await journal.resolve(scope, in: store, writes: true)
    let entry = journal.begin(plan, scope, collection: collection, seeds: [:], store: store)
    return await Applier(store: store, plan: plan, collection: collection, journal: entry).apply()
  }
}
