package import BSON
package import Identity

/// What a plan depends on beside the two states.
package struct Circumstances: Sendable {
  /// What becomes of our documents that are no longer wanted, by identity and the kind in the link.
  package var disposal: @Sendable (Identity, String) -> Disposal = { _, _ in .keep }
  /// Why nothing is removed now.
  package var removalHold: Hold?
  /// The documents that subsets stand on; nil where that was not read, and then nothing is deleted.
  package var published: Set<ObjectID>?
  /// Documents of others may lose values when they are taken over.
  package var mayOverwriteAdopted = false
  /// What we wrote before, where the mapping has changed since.
  package var lastApplied: LastApplied?

  package init() {}
}
