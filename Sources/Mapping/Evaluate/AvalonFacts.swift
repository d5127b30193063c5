package import BSON
package import Identity

/// What evaluation has to know of the documents that are in Avalon already: plain values, so that
/// evaluation stays pure.
package struct AvalonFacts: Sendable {
  package struct Known: Sendable {
    package let id: ObjectID
    package let name: String

    package init(id: ObjectID, name: String) {
      self.id = id
      self.name = name
    }
  }

  /// Our documents by identity.
  package var documents: [Identity: Known]
  /// Documents without a link by `_id`: one of them is ours if its id is the derived one.
  package var unlinked: [ObjectID: String]
  /// Documents whose name must stay, with the reason.
  package var fixedNames: [Identity: String]
  /// Names of asset documents that are not ours, with words for what has the name.
  package var taken: [String: String]
  /// Identities whose documents must not be touched, with the reason.
  package var blocked: [Identity: String]

  package init(
    documents: [Identity: Known] = [:], unlinked: [ObjectID: String] = [:],
    fixedNames: [Identity: String] = [:], taken: [String: String] = [:],
    blocked: [Identity: String] = [:]
  ) {
    self.documents = documents
    self.unlinked = unlinked
    self.fixedNames = fixedNames
    self.taken = taken
    self.blocked = blocked
  }
}
