package import BSON
package import Identity

/// The documents of one collection, told apart by whom they stand for.
package struct ObservedState: Sendable {
  /// Ours, by identity.
  package private(set) var linked: [Identity: Document] = [:]
  /// Without any link, by `_id`.
  package private(set) var unlinked: [ObjectID: Document] = [:]
  /// Those of another owner, by identity, with the owner.
  package private(set) var foreignOwners: [Identity: String] = [:]
  /// Identities that two documents of ours carry, with these documents, sorted by `_id`. The first
  /// stands in ``linked`` too.
  package private(set) var doubled: [Identity: [Document]] = [:]
  /// Names of asset documents that are not ours, with their `_id`.
  package private(set) var foreignNames: [String: ObjectID] = [:]
  /// Documents of type `project`.
  package private(set) var projects: [Document] = []
  package let count: Int

  /// - Parameters:
  ///   - documents: the collection's project and asset documents, in any order.
  ///   - project: the Kitsu project that the collection is for.
  package init(_ documents: [Document], project: EntityID, owner: String) {
    count = documents.count
    linked.reserveCapacity(documents.count)
    for document in documents {
      guard let id = document.element(.documentID)?.value.objectID else { continue }
      let type = document.element(.type)?.string
      if type == "project" { projects.append(document) }
      let link = Link(of: document)
      if let link, link.owner == owner {
        add(document, Identity(project: project, entity: link.entity, facet: link.facet))
        continue
      }
      if let link {
        let identity = Identity(project: project, entity: link.entity, facet: link.facet)
        foreignOwners[identity] = min(foreignOwners[identity] ?? link.owner, link.owner)
      } else {
        unlinked[id] = document
      }
      if type == "asset", let name = document.element(.name)?.string {
        foreignNames[name] = min(foreignNames[name] ?? id, id)
      }
    }
    sortByID()
  }

  private mutating func add(_ document: Document, _ identity: Identity) {
    if let other = linked[identity] {
      doubled[identity, default: [other]].append(document)
    } else {
      linked[identity] = document
    }
  }

  /// The order in which documents were read says nothing.
  private mutating func sortByID() {
    func isBefore(_ left: Document, _ right: Document) -> Bool {
      guard let left = left.element(.documentID)?.value.objectID,
        let right = right.element(.documentID)?.value.objectID
      else { return false }
      return left < right
    }
    projects.sort(by: isBefore)
    for (identity, documents) in doubled {
      let sorted = documents.sorted(by: isBefore)
      doubled[identity] = sorted
      linked[identity] = sorted.first
    }
  }
}
