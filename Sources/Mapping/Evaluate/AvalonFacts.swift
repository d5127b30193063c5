package import BSON
package import Identity

/// What evaluation has to know of the documents that are in Avalon already: plain values, so that
/// evaluation stays pure.
package struct AvalonFacts: Sendable {
  package struct Known: Sendable {
    package let id: ObjectID
    package let name: String
    /// It is shown nowhere, and its name is free.
    package private(set) var isArchived: Bool
    /// It was not ours until now.
    package let isAdopted: Bool
    /// As it is there, where that is at hand: a desired document of the same bytes shares its memory.
    let document: Document?

    package init(
      id: ObjectID, name: String, isArchived: Bool = false, isAdopted: Bool = false,
      document: Document? = nil
    ) {
      self.document = document
      self.id = id
      self.name = name
      self.isArchived = isArchived
      self.isAdopted = isAdopted
    }

    /// It is taken away, and its name with it.
    package mutating func free() { isArchived = true }
  }

  /// What stands on a document, in words, by what a rule can protect.
  package struct Standing: Sendable {
    package var published: String?
    package var started: String?
    /// The names of its tasks.
    package var taskNames: [String]

    package init(published: String? = nil, started: String? = nil, taskNames: [String] = []) {
      self.published = published
      self.started = started
      self.taskNames = taskNames
    }
  }

  /// Our documents by identity.
  package var documents: [Identity: Known]
  /// Documents without a link by `_id`: one of them is ours if its id is a derived one.
  package var unlinked: [ObjectID: String]
  /// What documents say that they stand for, whosever they are.
  package var standsFor: [ObjectID: Identity] = [:]
  /// Documents that a person gives to an entity, whatever they say.
  package var given: [ObjectID: EntityID] = [:]
  /// Documents whose name must stay.
  package var fixedNames: [Identity: FixedName]
  /// Names of asset documents that are not ours, with words for what has the name.
  package var taken: [String: String]
  /// Of these names those whose document a person could link to an entity.
  package var linkable: [String: ObjectID] = [:]
  /// Identities whose documents must not be touched.
  package var blocked: [Identity: FixedName]
  /// Documents that are not ours and are known to stand for an entity by an id that they hold.
  package var claimed: [EntityID: Known] = [:]
  /// The same where a document is one of several of an entity, such as a folder.
  package var claimedFacets: [Identity: Known] = [:]
  /// Documents that are not ours, by name: a newcomer of that name takes its document over.
  package var adoptable: [String: Known] = [:]
  /// Why adopted documents keep their names, where they do.
  package var adoptedNames: FixedName?
  /// What stands on documents.
  package var standing: [ObjectID: Standing] = [:]
  /// The names that task types have in Avalon.
  package var taskTypes: [EntityID: String] = [:]

  package init(
    documents: [Identity: Known] = [:], unlinked: [ObjectID: String] = [:],
    fixedNames: [Identity: FixedName] = [:], taken: [String: String] = [:],
    blocked: [Identity: FixedName] = [:]
  ) {
    self.documents = documents
    self.unlinked = unlinked
    self.fixedNames = fixedNames
    self.taken = taken
    self.blocked = blocked
  }
}

/// Why a document keeps the name that it has.
package struct FixedName: Sendable, Equatable {
  package enum Cause: Sendable {
    /// Something stands on the name.
    case protection
    /// The document is not ours yet.
    case adoption
    /// It is the name of a collection that would have to be renamed.
    case collection
    case other
  }

  package let cause: Cause
  package let reason: String
  /// What lifts it; nil for a name to be corrected.
  package let remedy: String?

  package init(_ reason: String, remedy: String? = nil, cause: Cause = .other) {
    self.cause = cause
    self.reason = reason
    self.remedy = remedy
  }
}
