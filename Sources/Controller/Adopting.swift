package import BSON
package import Identity
internal import Planning

/// How documents that are not ours are taken over.
package struct AdoptionSettings: Sendable, Equatable {
  /// Whether a document's name is evidence enough.
  package enum ByName: String, Sendable, CaseIterable {
    case off
    /// It is not, but what could be taken over is told.
    case report
    case on
  }

  package var byName: ByName
  /// Documents may lose values that are not null.
  package var mayOverwrite: Bool
  /// Former owners whose documents are ours now.
  package var owners: Set<String>
  /// The old Avalon Sync's store by project: documents by entity, the project's own among them.
  package var oldStores: [EntityID: [EntityID: ObjectID]]
  /// Links that a person gives for this once: documents by entity.
  package var links: [EntityID: ObjectID]

  package init(
    byName: ByName = .report, mayOverwrite: Bool = false, owners: Set<String> = [],
    oldStores: [EntityID: [EntityID: ObjectID]] = [:], links: [EntityID: ObjectID] = [:]
  ) {
    self.byName = byName
    self.mayOverwrite = mayOverwrite
    self.owners = owners
    self.oldStores = oldStores
    self.links = links
  }

  func sources(of project: EntityID) -> AdoptionSources {
    AdoptionSources(oldStore: oldStores[project] ?? [:], owners: owners, byHand: links)
  }
}
