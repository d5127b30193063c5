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

extension NameHold {
  var told: String {
    guard let wanted else { return reason }
    return "it would be named '\(wanted)', but \(reason)"
  }
}

extension HeldItem {
  init(_ held: HeldEntity) {
    self.init(
      scope: .entity, identity: held.identity, kind: held.kind, title: held.title,
      name: held.name, reason: held.reason,
      remedy: "correct it in Kitsu, then plan again")
  }
}

extension AvalonFacts {
  /// - Parameters:
  ///   - place: the collection, and whether the project's name must stay.
  ///   - isTorn: Kitsu changed while it was read: names and places stay until the next time.
  init(_ observed: ObservedState, place: ProjectPlace, project: EntityID, isTorn: Bool) {
    self.init()
    for (identity, document) in observed.linked {
      guard let id = document.element(.documentID)?.value.objectID else { continue }
      let name = document.element(.name)?.string ?? ""
      documents[identity] = Known(id: id, name: name)
      if isTorn { fixedNames[identity] = Reconciler.torn }
    }
    for (id, document) in observed.unlinked {
      unlinked[id] = document.element(.name)?.string ?? ""
    }
    for (name, id) in observed.foreignNames {
      taken[name] = "the document \(id), which is not ours"
    }
    for (identity, owner) in observed.foreignOwners {
      blocked[identity] = "its document belongs to the owner '\(owner)'"
    }
    block(observed.doubled)
    if let wanted = place.wantedName {
      let identity = Identity(project: project, entity: project)
      fixedNames[identity] =
        "a project's rename is held: its collection in Avalon would have to become '\(wanted)'"
    }
  }

  /// Which of two documents with one link is the right one, nobody knows: neither is touched, and
  /// nobody takes the name of either.
  private mutating func block(_ doubled: [Identity: [Document]]) {
    for (identity, documents) in doubled.sorted(by: { $0.key < $1.key }) {
      let ids = documents.compactMap { $0.element(.documentID)?.value.objectID }
      let shown = ids.map(\.description).joined(separator: " and ")
      blocked[identity] = "the documents \(shown) both carry its link"
      for document in documents where document.element(.type)?.string == "asset" {
        guard let name = document.element(.name)?.string, taken[name] == nil else { continue }
        taken[name] = "one of the documents \(shown), which carry the same link"
      }
    }
  }
}
