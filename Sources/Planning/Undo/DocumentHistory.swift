internal import BSON
internal import Identity

/// All that a run did to one document, as one change.
struct DocumentHistory {
  enum Net {
    case created(AppliedLeaves)
    case deleted(Document)
    case fields([JournalEntry.Field])
    case tooLarge
    case nothing
  }

  let id: ObjectID
  let identity: Identity
  let rule: String
  let title: String
  let name: String
  let net: Net

  /// - Parameter batches: of one run.
  /// - Returns: the documents in the order in which they were touched last, newest first.
  static func all(_ batches: [JournalBatch]) -> [DocumentHistory] {
    var order: [ObjectID] = []
    var entries: [ObjectID: [JournalEntry]] = [:]
    for batch in batches.sorted(by: { $0.id > $1.id }) {
      for entry in batch.entries.reversed() where entry.outcome == .applied {
        if entries[entry.id] == nil { order.append(entry.id) }
        entries[entry.id, default: []].append(entry)
      }
    }
    return order.compactMap { entries[$0].flatMap(DocumentHistory.init) }
  }

  /// - Parameter entries: newest first.
  private init?(_ entries: [JournalEntry]) {
    guard let newest = entries.first, let oldest = entries.last else { return nil }
    id = newest.id
    identity = newest.identity
    rule = newest.rule
    title = newest.title
    name = newest.name
    net = DocumentHistory.net(entries, oldest: oldest)
  }

  private static func net(_ entries: [JournalEntry], oldest: JournalEntry) -> Net {
    let isGone = if case .deleted = entries[0].content { true } else { false }
    if case .created(let leaves) = oldest.content { return isGone ? .nothing : .created(leaves) }
    if isGone {
      guard entries.count == 1, case .deleted(let document) = entries[0].content else {
        return .tooLarge
      }
      return .deleted(document)
    }
    var fields: [FieldPath: JournalEntry.Field] = [:]
    for entry in entries {
      guard case .fields(let changed) = entry.content else { return .tooLarge }
      for field in changed {
        // The newest `after` and the oldest `before`.
        fields[field.path] = JournalEntry.Field(
          path: field.path, before: field.before,
          after: fields[field.path].map(\.after) ?? field.after)
      }
    }
    return .fields(fields.values.sorted { $0.path < $1.path })
  }
}
