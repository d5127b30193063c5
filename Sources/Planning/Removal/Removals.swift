internal import BSON
internal import Identity

/// Plans what becomes of our documents that nothing in Kitsu stands for any more.
///
/// Nothing that others stand on goes: Avalon's loader reaches no asset whose `data.visualParent` is
/// gone or archived, and what was published of a deleted asset loads no more (domain.md 1.6, 1.7).
struct Removals {
  private(set) var changes: [Change] = []
  private(set) var held: [HeldItem] = []
  private(set) var kept = 0

  private struct Candidate {
    let identity: Identity
    let document: Document
    let id: ObjectID
    let disposal: Disposal
  }

  /// - Parameters:
  ///   - gone: our documents of which nothing is wanted.
  ///   - staying: the places that all other documents have after the plan: parent by document. Asked
  ///     for where something goes.
  init(
    _ gone: [(Identity, Document)], observed: ObservedState, staying: () -> [ObjectID: ObjectID],
    _ circumstances: Circumstances
  ) {
    var going: [ObjectID: Candidate] = [:]
    for (identity, document) in gone {
      guard let id = document.element(.documentID)?.value.objectID else { continue }
      let kind = Link(of: document)?.kind ?? ""
      let disposal = identity.isProject ? .keep : circumstances.disposal(identity, kind)
      let isArchived = document.element(.type)?.string == ArchivedType.asset
      if disposal == .keep || (isArchived && disposal == .archive) {
        kept += 1
      } else {
        going[id] = Candidate(
          identity: identity, document: document, id: id, disposal: disposal)
      }
    }
    guard !going.isEmpty else { return }
    var staying = staying()
    keepStanding(&going, &staying, circumstances)
    keepParents(&going, staying, archivedWork(going, observed, circumstances), observed)
    for candidate in going.values.sorted(by: { $0.identity < $1.identity }) {
      changes.append(candidate.disposal == .delete ? delete(candidate) : archive(candidate))
    }
  }

  /// What must not go now stays, and what it stands below with it.
  private mutating func keepStanding(
    _ going: inout [ObjectID: Candidate], _ staying: inout [ObjectID: ObjectID],
    _ circumstances: Circumstances
  ) {
    for candidate in going.values.sorted(by: { $0.identity < $1.identity }) {
      guard let reason = reason(against: candidate, circumstances) else { continue }
      hold(candidate, reason)
      going[candidate.id] = nil
      staying[candidate.id] = candidate.document.visualParent
    }
  }

  private func reason(against candidate: Candidate, _ circumstances: Circumstances) -> Hold? {
    if let hold = circumstances.removalHold { return hold }
    guard candidate.disposal == .delete,
      circumstances.published?.contains(candidate.id) ?? true
    else { return nil }
    return Hold("work was published of it", remedy: "let its rule say 'removed: archive'")
  }

  /// The places of archived documents that work was published of, or of what stands below them: nothing
  /// is deleted above them.
  private func archivedWork(
    _ going: [ObjectID: Candidate], _ observed: ObservedState, _ circumstances: Circumstances
  ) -> [ObjectID: ObjectID] {
    guard going.values.contains(where: { $0.disposal == .delete }) else { return [:] }
    var places: [ObjectID: ObjectID] = [:]
    for id in circumstances.published ?? [] {
      var current: ObjectID? = id
      while let id = current, places[id] == nil, let document = observed.documents[id],
        document.element(.type)?.string == ArchivedType.asset || going[id]?.disposal == .archive
      {
        places[id] = document.visualParent
        current = document.visualParent
      }
    }
    return places
  }

  /// What has a child that stays, stays; and so what has that one as its child.
  private mutating func keepParents(
    _ going: inout [ObjectID: Candidate], _ staying: [ObjectID: ObjectID],
    _ archivedWork: [ObjectID: ObjectID], _ observed: ObservedState
  ) {
    var parents: [ObjectID: ObjectID] = staying
    for candidate in going.values {
      parents[candidate.id] = candidate.document.visualParent
    }
    // The first is told, by `_id`: the order of a dictionary says nothing.
    let standing = parents.filter { going[$0.key] == nil && going[$0.value] != nil }
    let above = archivedWork.filter { going[$0.value]?.disposal == .delete }
    var pending = standing.merging(above) { first, _ in first }
      .map { ($0.value, $0.key) }.sorted { $0.1 > $1.1 }
    while let (parent, child) = pending.popLast() {
      guard let candidate = going.removeValue(forKey: parent) else { continue }
      hold(
        candidate,
        Hold(
          "the document \(child) stands below it",
          remedy: "move or remove what stands below it, then plan again"))
      if let above = parents[parent] { pending.append((above, parent)) }
    }
  }

  private mutating func hold(_ candidate: Candidate, _ hold: Hold) {
    kept += 1
    let name = candidate.document.element(.name)?.string
    held.append(
      HeldItem(
        scope: .entity, identity: candidate.identity, kind: rule(candidate),
        title: name ?? "?", name: name,
        reason: "it is no longer wanted, but \(hold.reason)", remedy: hold.remedy))
  }

  private func rule(_ candidate: Candidate) -> String {
    let kind = Link(of: candidate.document)?.kind ?? ""
    return kind.isEmpty ? "document" : kind
  }

  private func archive(_ candidate: Candidate) -> Change {
    change(
      candidate, .archive,
      [
        FieldChange(
          path: [.type], before: candidate.document.element(.type)?.value,
          after: .string(ArchivedType.asset), reason: .gone)
      ])
  }

  /// Deleted only as it was seen: name, type and link.
  private func delete(_ candidate: Candidate) -> Change {
    let paths: [FieldPath] = [.name, [.type], Link.path]
    return change(
      candidate, .delete,
      paths.map {
        FieldChange(
          path: $0, before: candidate.document[path: $0.names], after: nil, reason: .gone)
      })
  }

  private func change(
    _ candidate: Candidate, _ action: Action, _ fields: [FieldChange]
  ) -> Change {
    let name = candidate.document.element(.name)?.string ?? "?"
    return Change(
      action: action, identity: candidate.identity, id: candidate.id, rule: rule(candidate),
      title: name, name: name, fields: fields)
  }
}

/// Pype's and OpenPype's type of an asset that no tool shows any more (domain.md 1.7).
enum ArchivedType {
  static let asset = "archived_asset"
}
