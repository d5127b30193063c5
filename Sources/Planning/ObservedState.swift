package import BSON
package import Identity

/// The documents of one collection, told apart by whom they stand for.
package struct ObservedState: Sendable {
  /// All, by `_id`.
  package private(set) var documents: [ObjectID: Document] = [:]
  /// Ours, by identity.
  package private(set) var linked: [Identity: Document] = [:]
  /// Without any link, by `_id`.
  package private(set) var unlinked: [ObjectID: Document] = [:]
  /// Those of another owner, by identity.
  package private(set) var foreignOwners: [Identity: ForeignDocument] = [:]
  /// Identities that two documents of ours carry, with these documents, sorted by `_id`. The first
  /// stands in ``linked`` too.
  package private(set) var doubled: [Identity: [Document]] = [:]
  /// Names of asset documents that are not ours, with their `_id`.
  package private(set) var foreignNames: [String: ObjectID] = [:]
  /// Documents of which the `_id` is no ObjectId; they stand nowhere else.
  package private(set) var strange: [Document] = []
  /// Names of asset documents of which the `_id` is no ObjectId.
  package private(set) var strangeNames: Set<String> = []
  /// Documents of type `project`.
  package private(set) var projects: [Document] = []
  /// Documents that are not ours and hold an id of Kitsu's, by that id: more than one where it is not
  /// known which is the right one.
  package private(set) var claims: [EntityID: [AdoptionClaim]] = [:]
  /// The same for documents of a former owner that are one of several of an entity, such as folders.
  package private(set) var facetClaims: [Identity: [AdoptionClaim]] = [:]
  package var count: Int { documents.count }
  private let project: EntityID
  private let owner: String
  /// Documents that a person gives to entities.
  package let given: [ObjectID: EntityID]
  /// What documents say that they stand for, whosever they are.
  package private(set) var standsFor: [ObjectID: Identity] = [:]

  /// - Parameters:
  ///   - documents: the collection's project and asset documents, in any order.
  ///   - project: the Kitsu project that the collection is for.
  ///   - sources: what else tells that documents are ours to take over.
  package init(
    _ documents: [Document], project: EntityID, owner: String,
    sources: AdoptionSources = AdoptionSources()
  ) {
    self.project = project
    self.owner = owner
    given = Dictionary(sources.byHand.map { ($1, $0) }, uniquingKeysWith: min)
    let byHand = Set(sources.byHand.values)
    linked.reserveCapacity(documents.count)
    standsFor.reserveCapacity(documents.count)
    self.documents.reserveCapacity(documents.count)
    var claims = AdoptionClaims()
    for document in documents {
      guard let id = document.element(.documentID)?.value.objectID else {
        addStrange(document)
        continue
      }
      self.documents[id] = document
      let type = document.element(.type)?.string
      if type == "project" { projects.append(document) }
      let link = Link(of: document)
      if let link {
        standsFor[id] = Identity(project: project, entity: link.entity, facet: link.facet)
      }
      if let link, link.owner == owner, !byHand.contains(id) {
        add(document, Identity(project: project, entity: link.entity, facet: link.facet))
        continue
      }
      if byHand.contains(id) {
        unlinked[id] = document
      } else if let link, link.owner.isEmpty || sources.owners.contains(link.owner) {
        unlinked[id] = document
        let former = link.owner.isEmpty ? "" : " of the owner '\(link.owner)'"
        let evidence = "data.kitsu.id\(former)"
        if link.facet.isEmpty {
          claims.add(link.entity, id, evidence)
        } else {
          let identity = Identity(project: project, entity: link.entity, facet: link.facet)
          facetClaims[identity, default: []].append(
            AdoptionClaim(document: id, evidence: [evidence]))
        }
      } else if let link {
        let identity = Identity(project: project, entity: link.entity, facet: link.facet)
        let document = ForeignDocument(owner: link.owner, id: id)
        foreignOwners[identity] = min(foreignOwners[identity] ?? document, document)
      } else {
        unlinked[id] = document
        claims.add(document, id)
      }
      if type == "asset", let name = document.element(.name)?.string {
        foreignNames[name] = min(foreignNames[name] ?? id, id)
      }
    }
    for (entity, id) in sources.oldStore where unlinked[id] != nil {
      claims.add(entity, id, "the store of the old Avalon Sync")
    }
    for (entity, id) in sources.byHand where unlinked[id] != nil {
      claims.replace(entity, with: id, "what you said")
    }
    claims.sort()
    self.claims = claims.claims
    sortByID()
  }

  /// Takes one document as it is now; nil for one that is gone.
  ///
  /// - Returns: whose it is, where it is and was ours alone; nil where whose documents are has to be
  ///   told anew for all, and nothing was taken.
  package mutating func update(_ id: ObjectID, _ document: Document?) -> Identity? {
    let old = documents[id]
    let identities = Set([old, document].compactMap(\.self).map(ownIdentity))
    guard identities.count == 1, let identity = identities.first.flatMap(\.self),
      !identity.isProject, doubled[identity] == nil, claims[identity.entity] == nil,
      foreignOwners[identity] == nil, facetClaims[identity] == nil,
      linked[identity]?.element(.documentID)?.value.objectID == (old == nil ? nil : id)
    else { return nil }
    documents[id] = document
    linked[identity] = document
    standsFor[id] = document == nil ? nil : identity
    return identity
  }

  private func ownIdentity(_ document: Document) -> Identity? {
    guard let link = Link(of: document), link.owner == owner,
      let id = document.element(.documentID)?.value.objectID, given[id] == nil,
      document.element(.type)?.string != "project"
    else { return nil }
    return Identity(project: project, entity: link.entity, facet: link.facet)
  }

  /// How many documents of ours there are beside the project's own.
  var assetCount: Int {
    linked.count - (linked[Identity(project: project, entity: project)] == nil ? 0 : 1)
  }

  /// How a document that is not ours is known to be an identity's, in words.
  func evidence(for identity: Identity, _ id: ObjectID) -> String {
    let all = (facetClaims[identity] ?? []) + (identity.kitsuID.flatMap { claims[$0] } ?? [])
    let claim = all.first { $0.document == id }
    return claim?.evidence.joined(separator: " and ") ?? "its name"
  }

  /// One that was restored by hand may have an `_id` that Avalon's readers know no way to: it is nobody's
  /// to take over, and counts.
  private mutating func addStrange(_ document: Document) {
    switch document.element(.type)?.string {
    case "project":
      projects.append(document)
      strange.append(document)
    case "asset":
      strange.append(document)
      if let name = document.element(.name)?.string { strangeNames.insert(name) }
    default: break
    }
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
      guard let left = left.element(.documentID)?.value.objectID else { return false }
      guard let right = right.element(.documentID)?.value.objectID else { return true }
      return left < right
    }
    projects.sort(by: isBefore)
    for identity in facetClaims.keys { facetClaims[identity]?.sort { $0.document < $1.document } }
    for (identity, documents) in doubled {
      let sorted = documents.sorted(by: isBefore)
      doubled[identity] = sorted
      linked[identity] = sorted.first
    }
  }
}

/// A document that is linked, and not by us.
package struct ForeignDocument: Sendable, Equatable, Comparable {
  package let owner: String
  package let id: ObjectID

  /// The living owners come before nobody, to whom a document was let go.
  package static func < (left: ForeignDocument, right: ForeignDocument) -> Bool {
    let (mine, theirs) = (left.owner == Link.nobody, right.owner == Link.nobody)
    if mine != theirs { return theirs }
    return (left.owner, left.id) < (right.owner, right.id)
  }
}
