internal import BSON
internal import Identity

/// What decides what becomes of a document that nothing is wanted of.
package struct GoneKind: Hashable, Sendable {
  /// As its link says.
  package let kind: String
  package let facet: String
  /// `asset` or `archived_asset`.
  package let type: String
}

/// Our documents that nothing is wanted of. As a rule most are kept, and there may be thousands:
/// those are counted, and not looked at one by one.
struct GoneDocuments {
  private var documents: [Identity: Document] = [:]
  private var kinds: [GoneKind: Set<Identity>] = [:]
  private(set) var ids: Set<ObjectID> = []

  /// - Parameter document: nil where something is wanted of it again, or it went.
  mutating func set(_ identity: Identity, _ document: Document?) {
    if let old = documents[identity] {
      kinds[kind(identity, old)]?.remove(identity)
      if let id = old.element(.documentID)?.value.objectID { ids.remove(id) }
    }
    documents[identity] = document
    guard let document else { return }
    kinds[kind(identity, document), default: []].insert(identity)
    if let id = document.element(.documentID)?.value.objectID { ids.insert(id) }
  }

  private func kind(_ identity: Identity, _ document: Document) -> GoneKind {
    GoneKind(
      kind: Link(of: document)?.kind ?? "", facet: identity.facet,
      type: document.element(.type)?.string ?? "")
  }

  /// - Returns: those that do not simply stay, and how many do.
  func leaving(_ circumstances: Circumstances) -> (documents: [(Identity, Document)], kept: Int) {
    var leaving: [(Identity, Document)] = []
    var kept = 0
    for (kind, identities) in kinds {
      guard let first = identities.first else { continue }
      if !first.isProject, circumstances.disposal(first, kind.kind) != .keep {
        leaving += identities.compactMap { identity in
          documents[identity].map { (identity, $0) }
        }
      } else {
        kept += identities.count
      }
    }
    return (leaving, kept)
  }

  var counts: [(kind: GoneKind, count: Int)] { kinds.map { ($0.key, $0.value.count) } }
}
