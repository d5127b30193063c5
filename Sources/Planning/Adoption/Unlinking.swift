package import BSON
package import Identity

/// Lets a document go: it belongs to nobody then, and no plan touches it until it is linked anew.
package enum Unlinking {
  /// - Returns: nil for a document that is not ours.
  package static func plan(
    _ document: Document, in project: PlannedProject, owner: String
  ) -> Plan? {
    guard let link = Link(of: document), link.owner == owner,
      let id = document.element(.documentID)?.value.objectID
    else { return nil }
    let name = document.element(.name)?.string ?? "?"
    let change = Change(
      action: .update,
      identity: Identity(project: project.id, entity: link.entity, facet: link.facet), id: id,
      rule: link.kind.isEmpty ? "document" : link.kind, title: name, name: name,
      fields: [
        FieldChange(
          path: Link.path.appending(Link.ownerField), before: .string(owner),
          after: .string(Link.nobody), reason: .unlinked)
      ])
    return Plan(project: project, changes: [change], held: [], unchanged: 0, kept: 0)
  }
}

extension Plan {
  /// The one change that takes a document over for an entity; nil where it is not planned, or waits
  /// for others.
  package func adoption(of document: ObjectID, for entity: EntityID) -> Plan? {
    let change = changes.first {
      $0.action == .adopt && $0.id == document && $0.identity.entity == entity
    }
    guard let change, change.predecessors.isEmpty else { return nil }
    var plan = with(changes: [change])
    plan.collectionRename = nil
    plan.folders = folders?.only([change.identity])
    plan.directories = plan.folders?.plan.renames ?? []
    return plan
  }

  /// Whose document of ours it is that is to be another entity's, where that one is still wanted.
  package func livingOwner(of document: ObjectID, besides entity: EntityID) -> String? {
    let change = changes.first { $0.action == .adopt && $0.id == document }
    func field(_ name: FieldName) -> FieldChange? {
      change?.fields.first { $0.path == Link.path.appending(name) }
    }
    guard let change, field(Link.ownerField) == nil,
      let former = field(Link.idField)?.before?.string.flatMap({ EntityID($0) }),
      former != entity
    else { return nil }
    let owner = Identity(
      project: project.id, entity: former,
      facet: field(Link.facetField)?.before?.string ?? change.identity.facet)
    return changes.first { $0.identity == owner }?.title
      ?? held.first { $0.scope == .entity && $0.identity == owner }?.title
  }
}
