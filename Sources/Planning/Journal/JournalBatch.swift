package import BSON
package import Identity

/// Who ran what, when and why.
package struct JournalRun: Sendable, Equatable {
  package let id: ObjectID
  package let user: String
  package let host: String
  /// Milliseconds since 1970-01-01 UTC.
  package let time: Int64
  /// "apply", "undo of 65…".
  package let why: String

  package init(id: ObjectID, user: String, host: String, time: Int64, why: String) {
    self.id = id
    self.user = user
    self.host = host
    self.time = time
    self.why = why
  }
}

/// One project in one of Avalon's databases, as one installation knows it: the controller's database
/// may be that of several.
package struct JournalScope: Sendable, Hashable {
  package let database: String
  package let owner: String
  package let project: EntityID

  package init(database: String, owner: String, project: EntityID) {
    self.database = database
    self.owner = owner
    self.project = project
  }

  /// One text, by which records are found.
  package var key: String { "\(installation)/\(project)" }
  /// What all projects of one installation in one of Avalon's databases have in common.
  package var installation: String { "\(database)/\(owner)" }
}

/// What all batches of one run in one project have in common.
package struct JournalHeader: Sendable, Equatable {
  package let run: JournalRun
  package let scope: JournalScope
  /// The project's name in Kitsu.
  package let title: String
  package let collection: String
  /// A digest of the plan that was applied.
  package let plan: String
  /// Whether values were put back, which may be other people's.
  package let isUndo: Bool

  package init(
    run: JournalRun, scope: JournalScope, title: String, collection: String, plan: String,
    isUndo: Bool = false
  ) {
    self.run = run
    self.scope = scope
    self.title = title
    self.collection = collection
    self.plan = plan
    self.isUndo = isUndo
  }
}

/// One record of the journal: a batch of changes, written before they are made (intent) and settled
/// after it (outcome).
package struct JournalBatch: Sendable {
  package let id: ObjectID
  package let header: JournalHeader
  package let rename: CollectionRename?
  /// What became of the rename; nil while it is not known, or where there is none.
  package let renameOutcome: Outcome?
  package let entries: [JournalEntry]
  /// Whether the outcomes are not known yet.
  package let isIntent: Bool

  /// The same batch with its outcomes: of its rename, or of its changes.
  package func settled(_ outcomes: [Outcome]) -> JournalBatch {
    JournalBatch(
      id: id, header: header, rename: rename,
      renameOutcome: rename == nil ? nil : outcomes.first,
      entries: zip(entries, outcomes).map { $0.with($1) }, isIntent: false)
  }
}

/// Names of the fields of a batch's record.
package enum JournalField {
  /// ``JournalScope/key``.
  package static let scope: FieldName = "scope"
  package static let run: FieldName = "run"
  package static let state: FieldName = "state"
  package static let failures: FieldName = "failures"
  /// Both are of one length, so that the server settles a batch in its place.
  package static let intent = Value.string("open")
  package static let done = Value.string("done")
}

// MARK: Writing

extension JournalBatch {
  /// MongoDB takes 16 MiB; a part of it is for the header, the paths and the outcomes.
  private static let largest = 12 << 20

  /// Records of intent: one, or more where the changes do not fit into it.
  ///
  /// - Parameters:
  ///   - deleted: the documents that go.
  ///   - seeds: the paths that are written at creation only, by rule.
  ///   - id: gives each record its id.
  /// - Returns: each record with the number of changes in it.
  package static func records(
    _ changes: [Change], deleted: [ObjectID: Document], seeds: [String: [FieldPath]],
    _ header: JournalHeader,
    id: () -> ObjectID
  ) -> [(id: ObjectID, record: Document, count: Int)] {
    var records: [(ObjectID, Document, Int)] = []
    var part: [Document] = []
    var size = 0
    var table = JournalTable(seeds)
    func flush() {
      guard !part.isEmpty else { return }
      let next = id()
      records.append((next, record(next, header, nil, part, table), part.count))
      (part, size, table) = ([], 0, JournalTable(seeds))
    }
    for change in changes {
      var entry = JournalEntry.record(change, deleted: deleted[change.id], &table)
      if size + entry.byteCount + table.byteCount > largest, !part.isEmpty {
        flush()
        entry = JournalEntry.record(change, deleted: deleted[change.id], &table)
      }
      part.append(entry)
      size += entry.byteCount
    }
    flush()
    return records
  }

  /// The record of intent of a collection's rename.
  package static func record(
    _ rename: CollectionRename, _ header: JournalHeader, id: ObjectID
  ) -> Document {
    record(id, header, rename, [], JournalTable([:]))
  }

  private static func record(
    _ id: ObjectID, _ header: JournalHeader, _ rename: CollectionRename?, _ entries: [Document],
    _ table: JournalTable
  ) -> Document {
    DocumentWriter.document { writer in
      writer.append("_id", .objectID(id))
      writer.append(JournalField.run, .objectID(header.run.id))
      writer.append(JournalField.scope, header.scope.key)
      writer.append("database", header.scope.database)
      writer.append("owner", header.scope.owner)
      writer.append("project", header.scope.project.description)
      writer.append("title", header.title)
      writer.append("collection", header.collection)
      writer.append("user", header.run.user)
      writer.append("host", header.run.host)
      writer.append("time", .date(header.run.time))
      writer.append("why", header.run.why)
      writer.append("plan", header.plan)
      if header.isUndo { writer.append("undo", .bool(true)) }
      writer.append(JournalField.state, JournalField.intent)
      if let rename {
        writer.beginDocument("rename")
        writer.append("from", rename.from)
        writer.append("to", rename.to)
        writer.end()
      }
      writer.beginArray("paths")
      for (index, path) in table.paths.enumerated() {
        writer.appendArray(index: index, path.names.map { .string($0.text) })
      }
      writer.end()
      table.writeCommon(writer)
      writer.appendArray("changes", entries.map(Value.document))
    }
  }

  /// What did not come out as intended, as it stands in a settled record; nil where all did.
  package static func failures(_ outcomes: some Sequence<Outcome>) -> Value? {
    guard outcomes.contains(where: { $0.reason != nil }) else { return nil }
    var index = 0
    return .array(
      DocumentWriter.document { writer in
        for (change, outcome) in outcomes.enumerated() {
          guard let reason = outcome.reason else { continue }
          writer.beginDocument(index: index)
          writer.append("change", .int(change))
          writer.append("outcome", outcome.name)
          writer.append("reason", reason)
          writer.end()
          index += 1
        }
      })
  }
}

extension DocumentWriter {
  fileprivate func appendArray(index: Int, _ values: [Value]) {
    beginArray(index: index)
    for (index, value) in values.enumerated() { append(index: index, value) }
    end()
  }
}

// MARK: Reading

extension JournalBatch {
  /// - Parameter wanted: the documents whose changes are read; nil for all.
  /// - Returns: nil where the record is damaged or of another version.
  package init?(_ record: Document, only wanted: Set<ObjectID>? = nil) {
    guard let id = record["_id"]?.objectID, let header = JournalHeader(record) else { return nil }
    let paths = JournalBatch.paths(record)
    let common = JournalTable.common(of: record)
    let isIntent = record[JournalField.state] == JournalField.intent
    let failures = JournalBatch.failures(record)
    self.id = id
    self.header = header
    self.isIntent = isIntent
    rename = record["rename"]?.document.flatMap { rename in
      guard let from = rename["from"]?.string, let to = rename["to"]?.string else { return nil }
      return CollectionRename(from: from, to: to)
    }
    renameOutcome = rename == nil || isIntent ? nil : failures[0] ?? .applied
    let changes = record["changes"]?.array?.compactMap(\.document) ?? []
    entries = changes.enumerated().compactMap { index, change in
      if let wanted, change["_id"]?.objectID.map(wanted.contains) != true { return nil }
      return JournalEntry(
        change, project: header.scope.project, paths: paths, common: common,
        outcome: isIntent ? nil : failures[index] ?? .applied)
    }
  }

  /// The paths of a record, which its leaves name by number.
  static func paths(_ record: Document) -> [FieldPath] {
    (record["paths"]?.array?.compactMap(\.array) ?? []).map { names in
      FieldPath(names.map { FieldName($0.string ?? "") })
    }
  }

  private static func failures(_ record: Document) -> [Int: Outcome] {
    let failures = record[JournalField.failures]?.array?.compactMap(\.document) ?? []
    return Dictionary(
      failures.compactMap { failure in
        guard let index = failure["change"]?.int else { return nil }
        let reason = failure["reason"]?.string ?? ""
        let outcome: Outcome =
          switch failure["outcome"]?.string {
          case "conflicted": .conflicted(reason)
          case "skipped": .skipped(reason)
          default: .failed(reason)
          }
        return (index, outcome)
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension JournalHeader {
  fileprivate init?(_ record: Document) {
    func text(_ name: FieldName) -> String { record[name]?.string ?? "" }
    guard let run = record[JournalField.run]?.objectID,
      let project = EntityID(record["project"]), case .date(let time)? = record["time"]
    else { return nil }
    self.init(
      run: JournalRun(
        id: run, user: text("user"), host: text("host"), time: time, why: text("why")),
      scope: JournalScope(
        database: text("database"), owner: text("owner"), project: project),
      title: text("title"), collection: text("collection"), plan: text("plan"),
      isUndo: record["undo"]?.bool ?? false)
  }
}

extension Plan {
  /// Tells one plan from another.
  package var digest: String {
    var hash = StableHash()
    for change in changes {
      hash.combine(change.action.rawValue)
      hash.combine(change.id)
      change.document?.withBytes { hash.combine(bytes: $0) }
      for field in change.fields {
        hash.combine(field.path.description)
        hash.combine(field.before?.stableHash ?? 0)
        hash.combine(field.after?.stableHash ?? 0)
      }
    }
    return hash.text
  }
}
