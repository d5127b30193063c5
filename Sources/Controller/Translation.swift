internal import BSON
internal import Identity
internal import Mapping
internal import Planning

// `Mapping` and `Planning` never see each other: here their values are turned into one another.

extension Shape.Policy {
  init(_ ownership: Ownership) {
    switch ownership {
    case .own: self = .own
    case .seed: self = .seed
    case .merge(let by): self = .merge(by: by)
    }
  }
}

extension Hold {
  init(_ hold: NameHold) {
    let told = hold.wanted.map { "it would be named '\($0)', but \(hold.reason)" } ?? hold.reason
    if let remedy = hold.why.remedy {
      self.init(told, remedy: remedy, lift: Lift(hold.why.cause))
    } else {
      self.init(told)
    }
  }

  init(_ fixed: FixedName) {
    self.init(fixed.reason, remedy: fixed.remedy ?? "plan again")
  }
}

extension Hold {
  /// The commands that take one of some documents over.
  fileprivate static func linking(_ identity: Identity, to documents: [ObjectID]) -> String? {
    guard let entity = identity.kitsuID else { return nil }
    return "take it over: "
      + documents.map { "avalon-sync link \(entity) \($0)" }.joined(separator: ", or ")
  }
}

extension Lift {
  fileprivate init?(_ cause: FixedName.Cause) {
    switch cause {
    case .adoption: self = .adoptOverwrites
    case .collection: self = .allow(.projectRename)
    case .protection, .other: return nil
    }
  }
}

extension Planning.HeldField {
  init(_ task: HeldTask) {
    self.init(
      path: task.path,
      reason:
        "the task '\(task.name)' would be named '\(task.wanted)', but documents that something "
        + "stands on have it")
  }
}

extension Disposal {
  init(_ removal: Removal) {
    switch removal {
    case .keep: self = .keep
    case .archive: self = .archive
    case .delete: self = .delete
    }
  }
}

extension HeldItem {
  init(_ held: HeldEntity) {
    self.init(
      scope: .entity, identity: held.identity, kind: held.kind, title: held.title,
      name: held.name, reason: held.reason,
      remedy: held.remedy ?? "correct it in Kitsu, then plan again")
  }
}

extension AvalonFacts {
  /// - Parameters:
  ///   - place: the collection, and whether the project's name must stay.
  ///   - isTorn: Kitsu changed while it was read: names and places stay until the next time.
  init(
    _ observed: ObservedState, place: ProjectPlace, project: EntityID, isTorn: Bool,
    settings: Reconciler.Settings
  ) {
    self.init()
    standsFor = observed.standsFor
    given = observed.given
    for (identity, document) in observed.linked {
      guard let known = Known(document, isAdopted: false) else { continue }
      // The collection is where the project is found, whatever its document says.
      documents[identity] =
        identity.isProject ? Known(id: known.id, name: place.collection) : known
      if isTorn {
        fixedNames[identity] = FixedName(Reconciler.torn.reason, remedy: Reconciler.torn.remedy)
      }
    }
    for (id, document) in observed.unlinked {
      unlinked[id] = document.element(.name)?.string ?? ""
    }
    for (name, id) in observed.foreignNames {
      taken[name] = "the document \(id), which is not ours"
    }
    for name in observed.strangeNames where taken[name] == nil {
      taken[name] = "a document whose _id is no ObjectId (insert it anew without its _id)"
    }
    for (identity, document) in observed.foreignOwners {
      if document.owner != Link.nobody {
        blocked[identity] = FixedName(
          "its document \(document.id) belongs to the owner '\(document.owner)'",
          remedy:
            "leave it to that one; --adopt-owner '\(document.owner)' takes all of its documents over"
        )
      } else if documents[identity] == nil {
        blocked[identity] = FixedName(
          "its document \(document.id) was unlinked by hand",
          remedy: Hold.linking(identity, to: [document.id]))
      }
    }
    block(observed.doubled)
    claim(observed, place, project, settings)
    if let reason = place.renameHold(settings.allowed) {
      fixedNames[Identity(project: project, entity: project)] = reason
    }
  }

  /// What can be taken over, and what nobody can tell.
  private mutating func claim(
    _ observed: ObservedState, _ place: ProjectPlace, _ project: EntityID,
    _ settings: Reconciler.Settings
  ) {
    var claimedIDs: Set<ObjectID> = []
    for (identity, claims) in observed.facetClaims {
      claimedIDs.formUnion(claims.map(\.document))
      claimedFacets[identity] = known(by: claims, identity, observed)
    }
    var claimants: [ObjectID: [EntityID]] = [:]
    for (entity, claims) in observed.claims where claims.count == 1 {
      claimants[claims[0].document, default: []].append(entity)
    }
    for (entity, claims) in observed.claims {
      let identity = Identity(project: project, entity: entity)
      claimedIDs.formUnion(claims.map(\.document))
      guard let known = known(by: claims, identity, observed) else { continue }
      let rivals = claimants[known.id, default: []].filter { $0 != entity }
      guard rivals.isEmpty || observed.given[known.id] == entity else {
        // What a person said counts: then this one is none of its.
        if observed.given[known.id] != nil || documents[identity] != nil { continue }
        let others = rivals.sorted().map(\.description).joined(separator: " and ")
        blocked[identity] = FixedName(
          "the document \(known.id) could be taken over for it and for \(others)",
          remedy: Hold.linking(identity, to: [known.id]))
        continue
      }
      claimed[entity] =
        entity == project
        ? Known(id: known.id, name: place.collection, isAdopted: true) : known
    }
    adoptByName(observed, claimedIDs, place, project, settings)
    if !settings.adoption.mayOverwrite {
      adoptedNames = FixedName(
        "its document is taken over with the name that it has",
        remedy: "--adopt-overwrites lets it be taken over with its new name", cause: .adoption)
    }
  }

  /// The one document that is known to be an identity's; of two nobody can tell.
  private mutating func known(
    by claims: [AdoptionClaim], _ identity: Identity, _ observed: ObservedState
  ) -> Known? {
    guard claims.count == 1 else {
      if documents[identity] == nil {
        let shown = claims.map(\.document.description).joined(separator: " and ")
        blocked[identity] = FixedName(
          "the documents \(shown) could both be taken over",
          remedy: Hold.linking(identity, to: claims.map(\.document)))
      }
      return nil
    }
    if documents[identity] == nil { blocked[identity] = nil }
    return observed.documents[claims[0].document].flatMap { Known($0, isAdopted: true) }
  }

  /// A name is evidence where just one document that is not ours has it.
  private mutating func adoptByName(
    _ observed: ObservedState, _ claimedIDs: Set<ObjectID>, _ place: ProjectPlace,
    _ project: EntityID, _ settings: Reconciler.Settings
  ) {
    let byName = settings.adoption.byName
    if byName == .on || settings.allowed.contains(.foreignProject), observed.projects.count == 1,
      claimed[project] == nil, documents[Identity(project: project, entity: project)] == nil,
      let id = observed.projects[0].element(.documentID)?.value.objectID,
      observed.unlinked[id] != nil
    {
      claimed[project] = Known(id: id, name: place.collection, isAdopted: true)
    }
    guard byName != .off else { return }
    var holders: [String: [Known]] = [:]
    for (id, document) in observed.unlinked where !claimedIDs.contains(id) {
      guard document.element(.type)?.string == "asset",
        let known = Known(document, isAdopted: true)
      else { continue }
      holders[known.name, default: []].append(known)
    }
    for (name, known) in holders
    where known.count == 1 && observed.foreignNames[name] == known[0].id {
      if byName == .on {
        adoptable[name] = known[0]
      } else {
        linkable[name] = known[0].id
        taken[name]? += " ('--adopt on' takes documents over by their names)"
      }
    }
  }

  /// Which of two documents with one link is the right one, nobody knows: neither is touched, and
  /// nobody takes the name of either.
  private mutating func block(_ doubled: [Identity: [Document]]) {
    for (identity, documents) in doubled.sorted(by: { $0.key < $1.key }) {
      let ids = documents.compactMap { $0.element(.documentID)?.value.objectID }
      let shown = ids.map(\.description).joined(separator: " and ")
      blocked[identity] = FixedName(
        "the documents \(shown) both carry its link",
        remedy: "let one of them go: "
          + ids.map { "avalon-sync unlink \($0)" }.joined(separator: ", or "))
      for document in documents where document.element(.type)?.string == "asset" {
        guard let name = document.element(.name)?.string, taken[name] == nil else { continue }
        taken[name] = "one of the documents \(shown), which carry the same link"
      }
    }
  }
}

extension AvalonFacts.Known {
  init?(_ document: Document, isAdopted: Bool) {
    guard let id = document.element(.documentID)?.value.objectID else { return nil }
    self.init(
      id: id, name: document.element(.name)?.string ?? "",
      isArchived: document.element(.type)?.string == "archived_asset", isAdopted: isAdopted,
      document: document)
  }
}

extension ProjectPlace {
  /// Why the project keeps the name of its collection, where another one is wanted.
  fileprivate func renameHold(_ allowed: Set<Guard>) -> FixedName? {
    guard let wantedName else { return nil }
    if let obstacle {
      return FixedName(
        "its collection in Avalon cannot become '\(wantedName)': \(obstacle.reason)",
        remedy: obstacle.remedy)
    }
    let rename = Guard.projectRename
    guard !allowed.contains(rename) else { return nil }
    return FixedName(
      "its collection in Avalon would have to become '\(wantedName)': open sessions, folders and "
        + "published paths name the old one",
      remedy: "let artists close their sessions; --allow \(rename.rawValue) lets it pass this once",
      cause: .collection)
  }
}
