import BSON
import Identity
import Planning
import Testing

/// What a run leaves in the journal, as if it had been applied.
struct Journalled {
  static let scope = JournalScope(database: "avalon", owner: owner, project: show)

  static func run(_ number: Int) -> JournalRun {
    JournalRun(
      id: strangeID(number << 24), user: "anna", host: "ws1", time: Int64(number), why: "apply")
  }

  /// - Parameter outcomes: all applied where none are given.
  static func batches(
    _ plan: Plan, run number: Int = 1, outcomes: [Outcome]? = nil, deleted: [Document] = [],
    isUndo: Bool = false
  ) throws -> [JournalBatch] {
    let header = JournalHeader(
      run: run(number), scope: scope, title: "Show", collection: "show", plan: plan.digest,
      isUndo: isUndo)
    var next = number << 24
    let gone = Dictionary(
      uniqueKeysWithValues: deleted.compactMap { document in
        document["_id"]?.objectID.map { ($0, document) }
      })
    let records = JournalBatch.records(
      plan.changes, deleted: gone, seeds: ["shot": shape.seeds], header
    ) {
      next += 1
      return strangeID(next)
    }
    var rest = (outcomes ?? plan.changes.map { _ in .applied })[...]
    return try records.map { record in
      let batch = try #require(JournalBatch(record.record))
      #expect(batch.isIntent && batch.entries.count == record.count)
      defer { rest = rest.dropFirst(record.count) }
      return batch.settled(Array(rest.prefix(record.count)))
    }
  }
}

extension Plan {
  /// The documents as they are when the plan is applied.
  func applied(to documents: [Document]) -> [Document] {
    var result = documents
    for change in changes {
      if let document = change.document {
        result.append(document)
      } else if change.action == .delete {
        result.removeAll { $0["_id"]?.objectID == change.id }
      } else if let index = result.firstIndex(where: { $0["_id"]?.objectID == change.id }) {
        result[index] = change.fields.reduce(result[index]) {
          $0.setting($1.path.names[...], to: $1.after)
        }
      }
    }
    return result
  }
}

extension Document {
  func setting(_ names: ArraySlice<FieldName>, to value: Value?) -> Document {
    guard let name = names.first else { return self }
    let inner = names.dropFirst()
    return DocumentWriter.document { writer in
      for element in self where !element.hasName(name) { writer.append(element) }
      if inner.isEmpty {
        if let value { writer.append(name, value) }
      } else {
        let map = element(name)?.document ?? .empty
        writer.append(name, .document(map.setting(inner, to: value)))
      }
    }
  }
}
