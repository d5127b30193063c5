package import BSON
package import Identity

/// What happens to one document. The closed set of design.md, part 6; archive, restore and delete
/// are never planned under the policy `upsert-only`.
package enum Action: String, Sendable, CaseIterable {
  case create
  case update
  case rename
  /// A document that lost its link is taken back.
  case adopt

  /// As the plan shows it.
  package var symbol: String {
    switch self {
    case .create: "+"
    case .update: "~"
    case .rename: "→"
    case .adopt: "~"
    }
  }
}

/// Why a field changes. Without a journal, an edit in Avalon cannot be told from one in Kitsu.
package enum Reason: String, Sendable {
  case missing = "not in Avalon yet"
  case differs = "differs from Kitsu"
  case emptied = "empty in Kitsu"
  case items = "items changed in Kitsu"
  case link = "link to Kitsu"
  case temporary = "frees the name for another document"
}

/// One field's old and new value; nil is absent.
package struct FieldChange: Sendable, Equatable {
  package let path: FieldPath
  package let before: Value?
  package let after: Value?
  package let reason: Reason

  package init(path: FieldPath, before: Value?, after: Value?, reason: Reason) {
    self.path = path
    self.before = before
    self.after = after
    self.reason = reason
  }
}

/// One document's change.
package struct Change: Sendable {
  package let action: Action
  package let identity: Identity
  package let id: ObjectID
  package let rule: String
  package let title: String
  /// The name that the document has after the change.
  package let name: String
  /// Empty for a create; ``shownFields`` has its fields too.
  package let fields: [FieldChange]
  /// The whole document of a create.
  package let document: Document?
  package let notes: [String]
  /// Its place in the order: a change starts when all changes of earlier waves are done.
  package internal(set) var wave = 0
  /// Indices of the changes in the plan that must be applied first.
  package internal(set) var predecessors: [Int] = []

  /// The name before, where the change gives another one.
  package var previousName: String? {
    fields.first { $0.path == .name && $0.before != nil }?.before?.string
  }

  /// Whether the document gets a name that must be free. The project's own document is no asset:
  /// it takes its name from none.
  package var takesName: Bool {
    guard identity.entity != identity.project || !identity.facet.isEmpty else { return false }
    return action == .create || fields.contains { $0.path == .name }
  }

  /// Every field that is written, for people and programs: made when asked for, as a first plan
  /// creates everything.
  package var shownFields: [FieldChange] {
    guard let document else { return fields }
    return Change.leaves(of: document, at: []).filter { $0.path != .documentID }
  }

  private static func leaves(of document: Document, at path: FieldPath) -> [FieldChange] {
    document.flatMap { element -> [FieldChange] in
      let inner = path.appending(FieldName(element.name))
      if let map = element.document, !map.isEmpty { return leaves(of: map, at: inner) }
      return [FieldChange(path: inner, before: nil, after: element.value, reason: .missing)]
    }
  }
}
