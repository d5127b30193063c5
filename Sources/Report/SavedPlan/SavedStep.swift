internal import BSON

/// One thing that a plan does, in the form in which two plans are compared: what tells it from all
/// others, and what it does.
package struct SavedStep: Sendable {
  private enum Kind { case change, collection, directory }

  let key: String
  private let kind: Kind
  private let document: Document
  private let project: String

  init(collectionRename record: SavedRecord, of project: String, id: String)
    throws(SavedPlanError)
  {
    try record.require("from", "to")
    self.init(key: "\(id)|collection", .collection, record, project)
  }

  init(directory record: SavedRecord, of project: String, id: String) throws(SavedPlanError) {
    try record.require("from", "to")
    self.init(key: "\(id)|directory|\(try record.text("from"))", .directory, record, project)
  }

  /// - Parameter seen: how many changes each document has before this one: a detour over a temporary
  ///   name is a second change of its document.
  init(
    change record: SavedRecord, of project: String, id: String, seen: inout [String: Int]
  ) throws(SavedPlanError) {
    try record.require("action", "rule", "name", "_id")
    let identity = "\(id)|\(try record.text("entity"))|\(try record.text("facet"))"
    _ = try record.records("fields") { (field) throws(SavedPlanError) in
      try field.require("path")
    }
    let count = seen[identity, default: 0]
    seen[identity] = count + 1
    self.init(key: "\(identity)|\(count)", .change, record, project)
  }

  private init(key: String, _ kind: Kind, _ record: SavedRecord, _ project: String) {
    self.key = key
    self.kind = kind
    self.project = project
    document = record.document
  }

  /// Costs no more than a look at the bytes where nothing moved.
  func isSame(as other: SavedStep) -> Bool {
    document == other.document || facts.elementsEqual(other.facts, by: ==)
  }

  /// What is done, by name, sorted. What only explains it (titles, reasons, notes, waves) is no part.
  var facts: [(name: String, text: String)] {
    switch kind {
    case .collection: return [("collection", "\(text("from")) → \(text("to"))")]
    case .directory: return [("folder", "\(text("from")) → \(text("to"))")]
    case .change:
      let facts = ["action", "_id", "name", "evidence"].compactMap { name in
        document[FieldName(name)]?.string.map { (name: name, text: $0) }
      }
      let fields = (document["fields"]?.array?.compactMap(\.document) ?? []).map { field in
        (
          name: "field \(field["path"]?.string ?? "")",
          text: "\(shown(field["before"])) → \(shown(field["after"]))"
        )
      }
      return facts + fields.sorted { $0.name < $1.name }
    }
  }

  /// For people, in one line.
  var title: String {
    let what =
      switch kind {
      case .collection: "→ collection \(text("from")) → \(text("to"))"
      case .directory: "→ folder \(text("from")) → \(text("to"))"
      case .change: "\(text("action")) of \(text("rule")) \(text("name"))"
      }
    return SafeText.line("\(what) in \(project)", limit: 400)
  }

  private func text(_ name: FieldName) -> String { document[name]?.string ?? "" }

  private func shown(_ value: Value?) -> String { value.map { JSONText.write($0) } ?? "(none)" }
}

extension SavedRecord {
  fileprivate func require(_ names: FieldName...) throws(SavedPlanError) {
    for name in names { _ = try text(name) }
  }
}
