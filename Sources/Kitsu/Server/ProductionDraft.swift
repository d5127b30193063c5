internal import BSON
internal import Identity
internal import Mapping

/// A production in which records are replaced, and what else hangs on those that were.
///
/// Zou's boards write the names of parents into each row, so a row can change with no event of its
/// own.
struct ProductionDraft: Sendable {
  private(set) var production: Production
  /// Records that are other ones, new or gone.
  private(set) var changed: Set<EntityID> = []
  private(set) var gone: Set<EntityID> = []
  private(set) var fresh: [Document] = []

  /// Sequences with another name or episode, episodes with another name.
  private(set) var movedSequences: Set<EntityID> = []
  private(set) var renamedEpisodes: Set<EntityID> = []

  init(_ production: Production) { self.production = production }

  /// In which kind's list the ids stand.
  func kinds(of ids: Set<EntityID>) -> [EntityID: EntityKind] {
    var kinds: [EntityID: EntityKind] = [:]
    for (kind, list) in production.entities where kinds.count < ids.count {
      for document in list {
        if let id = EntityID(document.element(.id)), ids.contains(id) { kinds[id] = kind }
      }
    }
    return kinds
  }

  func ids(of kind: EntityKind) -> Set<EntityID> {
    Set(production.entities[kind]?.compactMap { EntityID($0.element(.id)) } ?? [])
  }

  func count(of kind: EntityKind) -> Int { production.entities[kind]?.count ?? 0 }

  // MARK: Replacing

  /// - Parameter asked: the ids that the rows answer for, of which those without a row are gone; nil
  ///   when the rows are all that there is.
  mutating func take(_ rows: [Document], of kind: EntityKind, asked: Set<EntityID>?) {
    guard let last = production.entities[kind] else { return }
    var unmatched = Dictionary(
      rows.compactMap { row in EntityID(row.element(.id)).map { ($0, row) } },
      uniquingKeysWith: { first, _ in first })
    var list: [Document] = []
    list.reserveCapacity(last.count)
    for old in last {
      guard let id = EntityID(old.element(.id)), asked?.contains(id) ?? true else {
        list.append(old)
        continue
      }
      let new = unmatched.removeValue(forKey: id)
      if new != old { note(kind, id, old, new) }
      if let new { list.append(new) }
    }
    for row in rows {
      guard let id = EntityID(row.element(.id)), unmatched.removeValue(forKey: id) != nil else {
        continue
      }
      note(kind, id, nil, row)
      list.append(row)
    }
    production.entities[kind] = asked == nil ? rows : list
  }

  private mutating func note(
    _ kind: EntityKind, _ id: EntityID, _ old: Document?, _ new: Document?
  ) {
    changed.insert(id)
    if let new {
      gone.remove(id)
      fresh.append(new)
    } else {
      gone.insert(id)
    }
    func differs(_ name: FieldName) -> Bool {
      old?.element(name)?.value != new?.element(name)?.value
    }
    if kind == .sequence, differs(.name) || differs(.episodeID) { movedSequences.insert(id) }
    if kind == .episode, differs(.name) { renamedEpisodes.insert(id) }
  }

  /// Takes what lists were read, but no boards.
  mutating func take(_ parts: ProjectParts) {
    production.project = parts.project ?? production.project
    func list(_ route: String) -> [Document]?? {
      if parts.unreadable[route] != nil { return .some(nil) }
      return parts.lists[route].map { .some($0) }
    }
    if let links = list("links") { production.links = links }
    if let descriptors = list("metadata_descriptors") { production.descriptors = descriptors ?? [] }
    for route in Route.studio {
      if let list = list(route.name) { production.studio[list: route.name] = list ?? [] }
    }
  }

  /// What is in no list that was read, but may be named in some.
  mutating func markGone(_ ids: Set<EntityID>) { gone.formUnion(ids) }

  /// Links go with their entities, without a word.
  mutating func dropLinks() {
    guard !gone.isEmpty else { return }
    production.links?.removeAll { link in
      [FieldName.linkIn, .linkOut].contains { end in
        EntityID(link.element(end)).map { gone.contains($0) } ?? false
      }
    }
  }
}
