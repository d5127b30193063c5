package import BSON
internal import Identity

/// What we last wrote to each document, folded from a snapshot and the journal's batches.
///
/// It tells an edit in Avalon from one in Kitsu, and finds the fields that an older mapping named.
/// Nothing else in a plan hangs on it: without a journal all that today's mapping names is the same.
package struct LastApplied: Sendable {
  private struct Known {
    var leaves: [Int: UInt64] = [:]
    var seeds: Set<Int> = []
    /// Whether we created the document, and so know of every field of it.
    var isWhole = false
  }

  /// Whether the mapping is another one than that of the last apply.
  package let isMappingNew: Bool
  /// The documents that are asked about; nil for all.
  private let wanted: Set<ObjectID>?
  private var paths: [FieldPath] = []
  private var numbers: [FieldPath: Int] = [:]
  private var documents: [ObjectID: Known] = [:]

  package init(isMappingNew: Bool = false, only wanted: Set<ObjectID>? = nil) {
    self.isMappingNew = isMappingNew
    self.wanted = wanted
  }

  package var isEmpty: Bool { documents.isEmpty }

  // MARK: Folding

  /// Adds what a batch wrote; to be called in the order in which batches were written.
  package mutating func fold(_ batch: JournalBatch) {
    var translation: [Int: Int] = [:]
    for entry in batch.entries where entry.outcome == .applied {
      guard wanted?.contains(entry.id) ?? true else { continue }
      switch entry.content {
      case .created(let leaves):
        documents[entry.id] = known(leaves, isWhole: true, &translation)
      case .deleted: documents[entry.id] = nil
      case .fields(let fields): for field in fields { set(field, of: entry.id) }
      case .tooLarge(let leaves):
        for (path, hash) in known(leaves, isWhole: false, &translation).leaves {
          documents[entry.id, default: Known()].leaves[path] = hash
        }
      }
    }
  }

  private mutating func known(
    _ leaves: AppliedLeaves, isWhole: Bool, _ translation: inout [Int: Int]
  ) -> Known {
    var known = Known(isWhole: isWhole)
    var found: [(Int, Bool, UInt64)] = []
    leaves.each { found.append(($0, $1, $2)) }
    known.leaves.reserveCapacity(found.count)
    for (path, isSeed, hash) in found {
      let number = translation[path] ?? self.number(of: leaves.paths[path])
      translation[path] = number
      known.leaves[number] = hash
      if isSeed { known.seeds.insert(number) }
    }
    return known
  }

  private mutating func number(of path: FieldPath) -> Int {
    if let number = numbers[path] { return number }
    numbers[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }

  private mutating func set(_ field: JournalEntry.Field, of id: ObjectID) {
    if field.before?.document != nil || field.after?.document != nil {
      let below = (documents[id]?.leaves.keys).map(Array.init) ?? []
      for number in below where paths[number].starts(with: field.path) {
        documents[id]?.leaves[number] = nil
      }
    }
    let number = number(of: field.path)
    guard let after = field.after else {
      documents[id]?.leaves[number] = nil
      return
    }
    if let map = after.document, !map.isEmpty {
      for element in map {
        let path = field.path.appending(FieldName(element.name))
        set(JournalEntry.Field(path: path, before: nil, after: element.value), of: id)
      }
    } else {
      documents[id, default: Known()].leaves[number] = after.stableHash
    }
  }

  // MARK: Snapshots

  private static let chunkSize = 1000

  /// Adds a part of a snapshot.
  package mutating func fold(snapshot record: Document) {
    let paths = JournalBatch.paths(record)
    var translation: [Int: Int] = [:]
    for document in record["documents"]?.array?.compactMap(\.document) ?? [] {
      guard let id = document["_id"]?.objectID, wanted?.contains(id) ?? true else { continue }
      documents[id] = known(
        AppliedLeaves(document["leaves"], paths), isWhole: document["whole"]?.bool ?? false,
        &translation)
    }
  }

  /// All of it as records of at most a thousand documents each.
  /// - Parameter begin: writes the first fields of the record of that number.
  package func snapshot(_ begin: (Int, DocumentWriter) -> Void) -> [Document] {
    let ids = documents.keys.sorted()
    return stride(from: 0, to: ids.count, by: LastApplied.chunkSize).enumerated().map {
      number, start in
      DocumentWriter.document { writer in
        begin(number, writer)
        chunk(ids[start..<min(start + LastApplied.chunkSize, ids.count)], writer)
      }
    }
  }

  private func chunk(_ ids: ArraySlice<ObjectID>, _ writer: DocumentWriter) {
    writer.beginArray("paths")
    for (index, path) in paths.enumerated() {
      writer.beginArray(index: index)
      for (place, name) in path.names.enumerated() {
        writer.append(index: place, .string(name.text))
      }
      writer.end()
    }
    writer.end()
    writer.beginArray("documents")
    for (index, id) in ids.enumerated() {
      guard let known = documents[id] else { continue }
      var packer = LeafPacker(count: known.leaves.count)
      for (path, hash) in known.leaves.sorted(by: { $0.key < $1.key }) {
        packer.append(path, isSeed: known.seeds.contains(path), hash)
      }
      writer.beginDocument(index: index)
      writer.append("_id", .objectID(id))
      writer.append("whole", .bool(known.isWhole))
      writer.append("leaves", packer.value)
      writer.end()
    }
    writer.end()
  }

  // MARK: Asking

  /// Why a field changes, as far as it can be told better than from what is there now.
  package func reason(for field: FieldChange, of id: ObjectID) -> Reason {
    guard [.missing, .differs, .emptied].contains(field.reason), let known = documents[id] else {
      return field.reason
    }
    guard let last = numbers[field.path].flatMap({ known.leaves[$0] }) else {
      // A field of a document that we did not create may have been right before we came.
      guard known.isWhole else { return field.reason }
      if field.before != nil, field.before?.document == nil { return .drift }
      return isMappingNew ? .mapping : field.reason == .missing ? .changed : field.reason
    }
    guard let before = field.before, before.stableHash == last else { return .drift }
    if isMappingNew { return .mapping }
    return field.after == nil ? field.reason : .changed
  }

  /// Top-level fields that make a document what it is: they stay whatever a mapping says.
  private static let kept: Set<FieldName> = [.documentID, .type, .name, "schema", "parent"]

  /// The fields that an older mapping named and today's does not: unset where they still hold what
  /// we last wrote, else left and told. Seeds and the link stay.
  package func abandoned(
    _ document: Document, _ shape: Shape
  ) -> (changes: [FieldChange], told: [FieldPath]) {
    guard isMappingNew, let id = document.element(.documentID)?.value.objectID,
      let known = documents[id]
    else { return ([], []) }
    var changes: [FieldChange] = []
    var told: [FieldPath] = []
    for (number, hash) in known.leaves where !known.seeds.contains(number) {
      let path = paths[number]
      guard let first = path.names.first, !LastApplied.kept.contains(first),
        !path.starts(with: Link.path), path.names.allSatisfy(\.isAddressable),
        !shape.names(path), let found = document[path: path.names], found.type != .null
      else { continue }
      if found.stableHash == hash {
        changes.append(FieldChange(path: path, before: found, after: nil, reason: .mapping))
      } else {
        told.append(path)
      }
    }
    return (changes.sorted { $0.path < $1.path }, told.sorted())
  }
}

extension Plan {
  /// The same plan with better reasons.
  package func explained(by lastApplied: LastApplied) -> Plan {
    guard !lastApplied.isEmpty else { return self }
    return with(
      changes: changes.map { change in
        change.with(
          fields: change.fields.map { field in
            FieldChange(
              path: field.path, before: field.before, after: field.after,
              reason: lastApplied.reason(for: field, of: change.id))
          })
      })
  }
}
