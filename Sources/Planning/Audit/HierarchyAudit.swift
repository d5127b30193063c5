internal import BSON
internal import Identity

/// Silos, and `data.visualParent`, by which Avalon's tools build their trees.
extension AuditSubject {
  var hierarchyFindings: [AuditFinding] { siloFindings + visualParents + circles }

  /// The Launcher sorts `io.distinct("silo")`, in which archived assets count, and a missing silo
  /// does not.
  private var siloFindings: [AuditFinding] {
    let silos = all.map { $0.document.element("silo") }
    guard silos.contains(where: { $0?.type == .string }) else { return [] }
    let odd = zip(all, silos).filter { $0.1 != nil && $0.1?.type != .string }
    let none = assets.filter { $0.document.element("silo") == nil }
    return odd.map { AuditFinding(.nullSilo, [$0.0.told], AuditSubject.show($0.1?.value)) }
      + none.map { AuditFinding(.noSilo, [$0.told]) }
  }

  private var visualParents: [AuditFinding] {
    let shown = Set(assets.compactMap(\.id))
    let hidden = Set(archived.compactMap(\.id))
    let others = Set(projects.compactMap(\.id))
    return assets.compactMap { asset in
      guard let value = asset.data?.element("visualParent")?.value, value != .null else {
        return nil
      }
      let kind: AuditKind
      if let id = value.objectID {
        if shown.contains(id) { return nil }
        if hidden.contains(id) {
          kind = .visualParentArchived
        } else {
          kind = others.contains(id) ? .visualParentNoAsset : .visualParentMissing
        }
      } else {
        kind = .visualParentType
      }
      return AuditFinding(kind, [asset.told], AuditSubject.show(value))
    }
  }

  /// Each circle once. What hangs below one is in none.
  private var circles: [AuditFinding] {
    var byID: [ObjectID: Item] = [:]
    for asset in assets { if let id = asset.id { byID[id] = asset } }
    var settled: Set<ObjectID> = []
    var findings: [AuditFinding] = []
    for asset in assets {
      var path: [ObjectID] = []
      var place: [ObjectID: Int] = [:]
      var next = asset.id
      while let id = next, let item = byID[id], !settled.contains(id) {
        if let start = place[id] {
          let members = path[start...].compactMap { byID[$0]?.told }
          findings.append(AuditFinding(.visualParentCircle, members))
          break
        }
        place[id] = path.count
        path.append(id)
        next = item.data?.element("visualParent")?.value.objectID
      }
      settled.formUnion(path)
    }
    return findings
  }

  /// Ids that subsets name and no document has.
  func lostSubsets(_ publishedParents: some Sequence<ObjectID>) -> [AuditFinding] {
    let known = Set(all.compactMap(\.id))
    return Set(publishedParents).subtracting(known).sorted().map {
      AuditFinding(.lostSubsets, [AuditedDocument(name: nil, id: .objectID($0))])
    }
  }
}
