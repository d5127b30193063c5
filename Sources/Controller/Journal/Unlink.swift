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
    for collection in try await store.collections() {
      guard let document = try await store.read(collection: collection, ids: [id]).first,
        let home = try await store.projects(collection: collection).lazy
          .compactMap({ Link(of: $0) }).first(where: { $0.owner == owner })
      else { continue }
      let scope = JournalScope(database: database, owner: owner, project: home.entity)
      let title = try await journal.state(of: scope)?.title
      let project = PlannedProject(
        id: home.entity, title: title ?? collection, collection: collection)
      return Unlinking.plan(document, in: project, owner: owner)
    }
    return nil
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
