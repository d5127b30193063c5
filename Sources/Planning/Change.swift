package import BSON
package import Identity

/// What happens to one document. The closed set of design.md, part 6; archive and delete are only
/// done under the policy `sync`.
package enum Action: String, Sendable, CaseIterable {
  case create
  case update
  case rename
  /// A document that is there and not ours becomes ours, with all that it holds.
  case adopt
  /// `type: archived_asset`: no tool shows it any more, and what was published of it still loads.
  case archive
  /// An archived document is shown again.
  case restore
  case delete

  /// As the plan shows it.
  package var symbol: String {
    switch self {
    case .create: "+"
    case .update: "~"
    case .rename: "→"
    case .adopt: "~"
    case .archive: "↻"
    case .restore: "+"
    case .delete: "-"
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
  /// The copy of the name in `data.name`, which Avalon's inventory writes and its launcher believes.
  case nameCopy = "follows the name"
  case gone = "gone from Kitsu, cancelled there, or no longer mapped"
  case returned = "back in Kitsu"
  case unlinked = "unlinked by hand"
  /// Somebody wrote another value than we did. Like the next two, told from the journal.
  case drift = "edited in Avalon"
  case changed = "changed in Kitsu"
  case mapping = "the mapping changed"
  case undo = "undone"
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

extension FieldChange {
  /// Whether an archived asset becomes one that counts: its name has to be free.
  fileprivate var isReturn: Bool {
    path == [.type] && before?.string == ArchivedType.asset
  }

  /// Whether it changes a part of paths on disk: the name, silo, parents, and tasks that go, as a
  /// task's name is a folder's.
  var makesPath: Bool {
    if reason == .temporary { return false }
    if [.name, PathFields.silo, PathFields.parents].contains(path) { return true }
    guard path.starts(with: ["data", "tasks"]) else { return false }
    guard case .array(let before)? = before, case .array(let after)? = after else {
      return before != nil && after == nil
    }
    return before.contains { item in !after.contains { $0.isEquivalent(to: item) } }
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
  /// Of an adopt: how the document is known to be the entity's.
  package let evidence: String?
  /// Its place in the order: a change starts when all changes of earlier waves are done.
  package internal(set) var wave = 0
  /// Indices of the changes in the plan that must be applied first.
  package internal(set) var predecessors: [Int] = []

  init(
    action: Action, identity: Identity, id: ObjectID, rule: String, title: String, name: String,
    fields: [FieldChange], document: Document? = nil, notes: [String] = [],
    evidence: String? = nil
  ) {
    self.action = action
    self.identity = identity
    self.id = id
    self.rule = rule
    self.title = title
    self.name = name
    self.fields = fields
    self.document = document
    self.notes = notes
    self.evidence = evidence
  }

  /// The same change with other fields.
  func with(fields: [FieldChange]) -> Change {
    var change = Change(
      action: action, identity: identity, id: id, rule: rule, title: title, name: name,
      fields: fields, document: document, notes: notes, evidence: evidence)
    change.wave = wave
    change.predecessors = predecessors
    return change
  }

  /// The name before, where the change gives another one.
  package var previousName: String? {
    fields.first { $0.path == .name && $0.before != nil }?.before?.string
  }

  /// Whether the document gets a name that must be free. The project's own document is no asset:
  /// it takes its name from none.
  package var takesName: Bool {
    guard !identity.isProject else { return false }
    return switch action {
    case .create, .restore: true
    case .archive, .delete: false
    case .update, .rename, .adopt: fields.contains { $0.path == .name || $0.isReturn }
    }
  }

  /// Whether it takes away what published work stands on: the document, its name or its place.
  package var endangersWork: Bool {
    action == .delete || action == .archive
      || fields.contains { field in
        guard field.before != nil else { return false }
        return field.path == .name || field.makesPath || PathFields.all.paths.contains(field.path)
          || field.path == Link.path.appending(Link.taskTypesField)
      }
  }

  /// The name that is free once the change is made; nil where none is.
  package var freedName: String? {
    switch action {
    case .archive, .delete: previousName ?? name
    case .create, .restore: nil
    case .update, .rename, .adopt: previousName
    }
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
