internal import BSON
internal import Identity

/// The ids of Kitsu that documents carry: `data.kitsu.id` is ours, `data.zou.id` and `data.zou_id`
/// are OpenPype's (domain.md 3.1).
extension AuditSubject {
  /// An entity has one document a facet; archived ones count, as they are restored by their id.
  var entityFindings: [AuditFinding] {
    AuditSubject.shared(all) { AuditSubject.entity($0) }.map { items in
      AuditFinding(
        .doubledEntity, items.map(\.told), AuditSubject.entity(items[0])?.id.description)
    }
  }

  private struct Claim: Hashable {
    let id: EntityID
    let facet: String
  }

  private static func entity(_ item: Item) -> Claim? {
    if let link = Link(of: item.document) { return Claim(id: link.entity, facet: link.facet) }
    let id =
      EntityID(item.data?.element("zou")?.document?.element("id"))
      ?? EntityID(item.data?.element("zou_id"))
    return id.map { Claim(id: $0, facet: "") }
  }
}
