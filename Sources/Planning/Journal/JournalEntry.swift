package import BSON
package import Identity

/// One change as the journal keeps it.
package struct JournalEntry: Sendable {
  package struct Field: Sendable, Equatable {
    package let path: FieldPath
    package let before: Value?
    package let after: Value?
  }

  /// What a change did, with as much as undoing it takes.
  package enum Content: Sendable {
    /// The hashes of the leaves that a new document had.
    case created(AppliedLeaves)
    case fields([Field])
    /// The whole document that went.
    case deleted(Document)
    /// The values were too large to be kept, or are not known; the hashes of those that were written.
    case tooLarge(AppliedLeaves)
  }

  package let action: Action
  package let identity: Identity
  package let id: ObjectID
  package let rule: String
  package let name: String
  package let title: String
  package let content: Content
  /// Nil while it is not known.
  package let outcome: Outcome?

  package func with(_ outcome: Outcome) -> JournalEntry {
    JournalEntry(
      action: action, identity: identity, id: id, rule: rule, name: name, title: title,
      content: content, outcome: outcome)
  }

  package var fields: [Field] { if case .fields(let fields) = content { fields } else { [] } }

  /// What became of it, judged by the document that is there now: the process that made the change
  /// died before it could tell.
  package func outcome(in document: Document?) -> Outcome {
    switch content {
    case .deleted: return document == nil ? .applied : .failed(JournalEntry.cutOff)
    case .created(let leaves):
      guard let document else { return .failed(JournalEntry.cutOff) }
      return leaves.isHeld(by: document) ? .applied : .conflicted("the document is another one")
    case .tooLarge(let leaves):
      return document.map(leaves.isHeld) == true ? .applied : .failed(JournalEntry.cutOff)
    case .fields(let fields):
      func holds(_ value: (Field) -> Value?) -> Bool {
        fields.allSatisfy { document?[path: $0.path.names] == value($0) }
      }
      if document != nil, holds(\.after) { return .applied }
      if document != nil, holds(\.before) { return .failed(JournalEntry.cutOff) }
      return .conflicted("somebody else wrote the document after the process was cut off")
    }
  }

  private static let cutOff = "the process was cut off before it was written"
}

// MARK: Records

extension JournalEntry {
  /// Larger changes are kept by hashes: MongoDB takes 16 MiB for a whole batch.
  private static let largest = 8 << 20

  /// - Parameter deleted: the document that goes, of a delete.
  static func record(
    _ change: Change, deleted: Document?, _ table: inout JournalTable
  ) -> Document {
    let record = DocumentWriter.document { writer in
      begin(change, writer)
      if let document = change.document {
        writer.append("leaves", table.leaves(of: document, rule: change.rule))
      } else if change.action == .delete {
        if let document = deleted ?? rebuilt(change) {
          writer.append("document", .document(document))
        } else {
          writer.append("tooLarge", table.leaves(of: change.fields))
        }
      } else {
        fields(change, writer)
      }
    }
    guard record.byteCount > largest else { return record }
    return DocumentWriter.document { writer in
      begin(change, writer)
      writer.append("tooLarge", table.leaves(of: change.fields))
    }
  }

  private static func begin(_ change: Change, _ writer: DocumentWriter) {
    writer.append("action", change.action.rawValue)
    writer.append("_id", .objectID(change.id))
    writer.append("entity", change.identity.entity.description)
    if !change.identity.facet.isEmpty { writer.append("facet", change.identity.facet) }
    writer.append("rule", change.rule)
    writer.append("name", change.name)
    writer.append("title", change.title)
  }

  private static func fields(_ change: Change, _ writer: DocumentWriter) {
    writer.beginArray("fields")
    for (index, field) in change.fields.enumerated() {
      writer.beginDocument(index: index)
      writer.append("path", field.path.description)
      if let before = field.before { writer.append("before", before) }
      if let after = field.after { writer.append("after", after) }
      writer.end()
    }
    writer.end()
  }

  /// The document as the change saw it; nil where it saw some fields only: somebody else took the document
  /// away before, and an undo must not make one of a few fields.
  private static func rebuilt(_ change: Change) -> Document? {
    guard change.fields.contains(where: { $0.path.names == [.data] }) else { return nil }
    return DocumentWriter.document { writer in
      writer.append(.documentID, .objectID(change.id))
      for field in change.fields where field.path.names.count == 1 {
        if let before = field.before { writer.append(field.path.names[0], before) }
      }
    }
  }

  /// - Parameter common: what the new documents of a rule share.
  /// - Returns: nil where the record is damaged.
  init?(
    _ record: Document, project: EntityID, paths: [FieldPath], common: [String: [PackedLeaf]],
    outcome: Outcome?
  ) {
    guard let action = record["action"]?.string.flatMap(Action.init),
      let id = record["_id"]?.objectID,
      let entity = EntityID(record["entity"])
    else { return nil }
    self.action = action
    self.id = id
    identity = Identity(project: project, entity: entity, facet: record["facet"]?.string ?? "")
    rule = record["rule"]?.string ?? ""
    name = record["name"]?.string ?? ""
    title = record["title"]?.string ?? ""
    self.outcome = outcome
    if let document = record["document"]?.document {
      content = .deleted(document)
    } else if let leaves = record["leaves"] {
      content = .created(AppliedLeaves(leaves, paths, common: common[rule] ?? []))
    } else if let leaves = record["tooLarge"] {
      content = .tooLarge(AppliedLeaves(leaves, paths))
    } else {
      let fields = record["fields"]?.array?.compactMap(\.document) ?? []
      content = .fields(
        fields.map { field in
          Field(
            path: FieldPath(written: field["path"]?.string ?? ""), before: field["before"],
            after: field["after"])
        })
    }
  }
}
