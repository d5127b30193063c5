package import BSON
internal import Crypto

/// Whom a document stands for: never a name, which people change, and never the rule that made it.
///
/// The facet is empty for the main document of an entity, else the rule's `as:`, so that one entity
/// can have several documents. A folder that stands for no entity has its project as entity and
/// its key as facet.
package struct Identity: Hashable, Sendable, Comparable {
  package let project: EntityID
  package let entity: EntityID
  package let facet: String

  package init(project: EntityID, entity: EntityID, facet: String = "") {
    self.project = project
    self.entity = entity
    self.facet = facet
  }

  /// The one id of Kitsu's that a document of another tool would hold: the entity's, of its main
  /// document; of a folder that is known by an id (that of an asset type) this id.
  package var kitsuID: EntityID? {
    guard !facet.isEmpty else { return entity }
    guard entity == project else { return nil }
    return facet.split(separator: "/").last.flatMap { EntityID(String($0)) }
  }

  package static func < (left: Identity, right: Identity) -> Bool {
    if left.project != right.project { return left.project < right.project }
    if left.entity != right.entity { return left.entity < right.entity }
    return left.facet < right.facet
  }

  /// Whether it is that of the project's own document, whose name is its collection's.
  package var isProject: Bool { entity == project && facet.isEmpty }

  /// Whether it is that of a document that stands for no entity.
  package var isFolder: Bool { entity == project && !facet.isEmpty }

  /// The `_id` of a document that is made for this identity: the first 12 bytes of SHA-256 over a
  /// namespace and the identity. A create that is repeated, or raced by a second controller,
  /// therefore meets its own document and cannot double it.
  package var derivedID: ObjectID { derivedID(0) }

  /// The further ones take its place where a document that was made for this identity stands for another
  /// one by now.
  package static let derivedIDs = 4

  /// - Parameter number: below ``derivedIDs``.
  package func derivedID(_ number: Int) -> ObjectID {
    var hash = SHA256()
    hash.update(data: Identity.namespace)
    hash.update(data: project.bytes)
    hash.update(data: entity.bytes)
    hash.update(data: Array(facet.utf8) + (number == 0 ? [] : Array("\u{0}\(number)".utf8)))
    guard let id = ObjectID(bytes: Array(hash.finalize().prefix(12))) else {
      fatalError("SHA-256 gave fewer than twelve bytes")
    }
    return id
  }

  private static let namespace = Array("avalon-sync/document/v1\u{0}".utf8)
}
