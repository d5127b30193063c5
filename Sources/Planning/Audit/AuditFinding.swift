package import BSON

/// Something in a collection that a reader of Avalon stumbles over.
package struct AuditFinding: Sendable, Equatable {
  package let kind: AuditKind
  /// Those that it is about, in the order of their ids.
  package let documents: [AuditedDocument]
  /// What is wrong with them, where the kind does not say it all.
  package let detail: String?

  init(_ kind: AuditKind, _ documents: [AuditedDocument], _ detail: String? = nil) {
    self.kind = kind
    self.documents = documents
    self.detail = detail
  }
}

/// Which document a finding is about.
package struct AuditedDocument: Sendable, Equatable {
  /// Nil where it has none, or only its id is known.
  package let name: String?
  package let id: Value

  package init(name: String?, id: Value) {
    self.name = name
    self.id = id
  }
}

/// What an audit found in one collection.
package struct CollectionAudit: Sendable, Equatable {
  package let collection: String
  /// The project and asset documents that were looked at.
  package let documentCount: Int
  /// By kind, what breaks most first, then by name.
  package let findings: [AuditFinding]
}
