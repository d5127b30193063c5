internal import BSON

/// A compare-and-set on a document in memory, with the meaning that ``UpdateRequest`` has in MongoDB.
struct DocumentPatch {
  private let update: DocumentUpdate
  private let changes: Change

  /// What becomes of a field.
  private indirect enum Change {
    case set(Value)
    case unset
    case within([(name: FieldName, change: Change)])

    /// Whether the field is there afterwards, where it was not before.
    var makesField: Bool {
      switch self {
      case .set: true
      case .unset: false
      case .within(let changes): changes.contains { $0.change.makesField }
      }
    }

    mutating func add(_ change: Change, at names: ArraySlice<FieldName>) {
      guard let name = names.first, case .within(var changes) = self else {
        self = change
        return
      }
      if let index = changes.firstIndex(where: { $0.name == name }) {
        changes[index].change.add(change, at: names.dropFirst())
      } else {
        var child = Change.within([])
        child.add(change, at: names.dropFirst())
        changes.append((name, child))
      }
      self = .within(changes)
    }
  }

  init(_ update: DocumentUpdate) {
    self.update = update
    var changes = Change.within([])
    for (path, value) in update.set { changes.add(.set(value), at: path.names[...]) }
    for path in update.unset { changes.add(.unset, at: path.names[...]) }
    self.changes = changes
  }

  /// The changed document, or nil where an expected field holds something else.
  func apply(to document: Document) -> Document? {
    guard Self.isAsExpected(document, ancestors: update.ancestors, update.expected),
      case .within(let changes) = changes
    else { return nil }
    return DocumentWriter.document { Self.write(document, changes, to: $0) }
  }

  /// Whether a document may be deleted.
  static func isAsExpected(_ document: Document, by removal: DocumentRemoval) -> Bool {
    isAsExpected(document, ancestors: removal.ancestors, removal.expected)
  }

  private static func isAsExpected(
    _ document: Document, ancestors: [FieldPath], _ expected: [(path: FieldPath, value: Value?)]
  ) -> Bool {
    ancestors.allSatisfy { isMapOrMissing($0, in: document) }
      && expected.allSatisfy { holds($0.value, at: $0.path, in: document) }
  }

  private static func isMapOrMissing(_ path: FieldPath, in document: Document) -> Bool {
    element(at: path, in: document).map { $0.type == .document } ?? true
  }

  private static func element(at path: FieldPath, in document: Document) -> Element? {
    var current: Document? = document
    for name in path.names.dropLast() { current = current?.element(name)?.document }
    return path.names.last.flatMap { current?.element($0) }
  }

  /// Type and value byte for byte.
  private static func holds(_ value: Value?, at path: FieldPath, in document: Document) -> Bool {
    switch (element(at: path, in: document), value) {
    case (nil, nil): true
    case (let element?, let value?):
      DocumentWriter.document { $0.append("", element) }
        == DocumentWriter.document { $0.append("", value) }
    default: false
    }
  }

  /// Fields keep their places; new ones follow in the order of their names, as MongoDB does it.
  private static func write(
    _ document: Document, _ changes: [(name: FieldName, change: Change)],
    to writer: DocumentWriter
  ) {
    var pending = changes
    for element in document {
      guard let index = pending.firstIndex(where: { element.hasName($0.name) }) else {
        writer.append(element)
        continue
      }
      let (name, change) = pending.remove(at: index)
      write(name, change, old: element.document ?? .empty, to: writer)
    }
    for (name, change) in pending.sorted(by: { $0.name < $1.name }) where change.makesField {
      write(name, change, old: .empty, to: writer)
    }
  }

  private static func write(
    _ name: FieldName, _ change: Change, old: Document, to writer: DocumentWriter
  ) {
    switch change {
    case .set(let value): writer.append(name, value)
    case .unset: break
    case .within(let changes):
      writer.beginDocument(name)
      write(old, changes, to: writer)
      writer.end()
    }
  }
}
