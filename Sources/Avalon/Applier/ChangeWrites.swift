internal import BSON
internal import Planning

extension WriteOperation {
  /// The write that makes a change.
  init(_ change: Change) {
    if let document = change.document {
      self = .insert(document)
      return
    }
    if change.action == .delete {
      self = .delete(
        DocumentRemoval(id: change.id, expected: change.fields.map { ($0.path, $0.before) }))
      return
    }
    var set: [(path: FieldPath, value: Value)] = []
    var unset: [FieldPath] = []
    for field in change.fields {
      if let value = field.after {
        set.append((field.path, value))
      } else {
        unset.append(field.path)
      }
    }
    self = .update(
      DocumentUpdate(
        id: change.id, expected: change.fields.map { ($0.path, $0.before) }, set: set,
        unset: unset))
  }
}

/// Tells from a document whether a change was written to it.
enum ChangeState {
  case before, after, other

  init(of change: Change, in document: Document?) {
    if let wanted = change.document {
      guard let document else {
        self = .before
        return
      }
      let isSame = wanted.allSatisfy { element in
        document.element(FieldName(element.name)).map { $0.isEquivalent(to: element) } ?? false
      }
      self = isSame ? .after : .other
      return
    }
    guard let document else {
      self = change.action == .delete ? .after : .other
      return
    }
    func holds(_ value: (FieldChange) -> Value?) -> Bool {
      change.fields.allSatisfy { document[path: $0.path.names] == value($0) }
    }
    self = holds(\.after) ? .after : holds(\.before) ? .before : .other
  }
}
