package import BSON
package import Identity

/// A document as it should be, with what of it is ours to say.
package struct DesiredDocument: Sendable {
  package let identity: Identity
  /// The rule that made it, for people.
  package let rule: String
  package let shape: Shape
  /// With `_id`, name and link. What an own field should not have is missing.
  package let document: Document
  package let id: ObjectID
  package let name: String
  /// Fields that could not be evaluated: neither written nor unset.
  package let heldFields: [HeldField]
  /// Why the document keeps its name, where it does: then its place stays too.
  package let nameHold: Hold?
  /// Why the document stays where it is, whatever its name. Told only where it would move.
  package let placeHold: Hold?
  /// The fields that stay with its name or place.
  package let pathFields: PathFields
  /// Why a document that is not ours yet is not taken over, where its name would change.
  package let adoptionHold: Hold?
  /// Names of tasks that stay, with what is told of them.
  package let heldTasks: [HeldField]
  package let notes: [String]
  /// The documents that it stands on.
  package let references: [ObjectID]
  /// Where people find the entity in Kitsu. Asked for only where it is shown.
  package let title: @Sendable () -> String

  package init(
    identity: Identity, rule: String, shape: Shape, document: Document, id: ObjectID, name: String,
    heldFields: [HeldField], nameHold: Hold?, placeHold: Hold? = nil,
    pathFields: PathFields = .all, adoptionHold: Hold? = nil, heldTasks: [HeldField] = [],
    notes: [String],
    references: [ObjectID], title: @escaping @Sendable () -> String
  ) {
    self.identity = identity
    self.rule = rule
    self.shape = shape
    self.document = document
    self.id = id
    self.name = name
    self.heldFields = heldFields
    self.nameHold = nameHold
    self.placeHold = placeHold
    self.pathFields = pathFields
    self.adoptionHold = adoptionHold
    self.heldTasks = heldTasks
    self.notes = notes
    self.references = references
    self.title = title
  }
}

package struct HeldField: Sendable, Equatable {
  package let path: FieldPath
  package let reason: String

  package init(path: FieldPath, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Something that is not done, with what is wrong.
package struct HeldItem: Sendable, Equatable {
  /// What the hold covers (design.md, part 2).
  package enum Scope: String, Sendable, Comparable, CaseIterable {
    /// Nothing is written in the whole project.
    case project
    /// The entity has no document yet, or its document stays as it is.
    case entity
    /// The document keeps its name and place; all other fields go on.
    case name
    /// One field is neither written nor unset.
    case field

    package static func < (left: Scope, right: Scope) -> Bool {
      let order = Scope.allCases
      return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
  }

  package let scope: Scope
  package let identity: Identity?
  /// The kind of entity or the rule.
  package let kind: String
  package let title: String
  /// The document's name in Avalon, where it has one.
  package let name: String?
  package let path: FieldPath?
  package let reason: String
  /// What lifts it.
  package let remedy: String
  /// What a person says so that it is done this once, where that is the remedy.
  package let lift: Lift?
  /// What would change once it is lifted, where that is what is wrong.
  package let fields: [FieldChange]

  package init(
    scope: Scope, identity: Identity?, kind: String, title: String, name: String?,
    path: FieldPath? = nil, reason: String, remedy: String, lift: Lift? = nil,
    fields: [FieldChange] = []
  ) {
    self.fields = fields
    self.lift = lift
    self.scope = scope
    self.identity = identity
    self.kind = kind
    self.title = title
    self.name = name
    self.path = path
    self.reason = reason
    self.remedy = remedy
  }
}
