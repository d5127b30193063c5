package import BSON
internal import Identity

/// What we last wrote to each document, folded from a snapshot and the journal's batches.
///
/// It tells an edit in Avalon from one in Kitsu, and finds the fields that an older mapping named.
/// Nothing else in a plan hangs on it: without a journal all that today's mapping names is the same.
package struct LastApplied: Sendable {
  private struct Known {
    var leaves = KnownLeaves()
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
      if batch.header.isUndo {
        forget(entry)
        continue
      }
      switch entry.content {
      case .created(let leaves):
        documents[entry.id] = known(leaves, isWhole: true, &translation)
      case .deleted: documents[entry.id] = nil
      case .fields(let fields): for field in fields { set(field, of: entry.id) }
      case .tooLarge(let leaves):
        for leaf in known(leaves, isWhole: false, &translation).leaves.all {
          documents[entry.id, default: Known()].leaves[Int(leaf.path)] = leaf.hash
        }
      }
    }
  }

  /// What an undo puts back may never have been ours: no mapping that changes may unset it.
  private mutating func forget(_ entry: JournalEntry) {
    guard case .fields(let fields) = entry.content else {
      documents[entry.id] = nil
      return
    }
    documents[entry.id]?.isWhole = false
    documents[entry.id]?.leaves.removeAll { [paths] number in
      fields.contains { paths[number].starts(with: $0.path) }
    }
  }

  private mutating func known(
    _ leaves: AppliedLeaves, isWhole: Bool, _ translation: inout [Int: Int]
  ) -> Known {
    var found: [KnownLeaves.Leaf] = []
    leaves.each { path, isSeed, hash in
      let number = translation[path] ?? self.number(of: leaves.paths[path])
      translation[path] = number
      found.append(KnownLeaves.Leaf(path: Int32(number), isSeed: isSeed, hash: hash))
    }
    return Known(leaves: KnownLeaves(found), isWhole: isWhole)
  }

  private mutating func number(of path: FieldPath) -> Int {
    if let number = numbers[path] { return number }
    numbers[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }

  private mutating func set(_ field: JournalEntry.Field, of id: ObjectID) {
    if field.before?.document != nil || field.after?.document != nil {
      documents[id]?.leaves.removeAll { [paths] in paths[$0].starts(with: field.path) }
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

  /// A snapshot has so many parts: a few new batches touch few of them, and only these are written
  /// anew. In a project of 60,000 documents each has about 60.
  private static let partCount: UInt64 = 1024

  /// The part in which a document stands.
  package static func part(of id: ObjectID) -> Int {
    var hash = StableHash()
    hash.combine(id)
    return Int(hash.value % partCount)
  }

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

  /// Some parts of a snapshot, each as the fields of its record.
  package func parts(_ wanted: Set<Int>) -> [(part: Int, fields: [(FieldName, Value)])] {
    var ids: [Int: [ObjectID]] = [:]
    for id in documents.keys { ids[LastApplied.part(of: id), default: []].append(id) }
    return wanted.sorted().map { part in
      var table: [Int: Int] = [:]
      var used: [FieldPath] = []
      let documents = (ids[part] ?? []).sorted().map { id in
        record(of: id) { path in
          if let number = table[path] { return number }
          table[path] = used.count
          used.append(self.paths[path])
          return used.count - 1
        }
      }
      let names = used.map { Value.list($0.names.map { .string($0.text) }) }
      return (part, [("paths", .list(names)), ("documents", .list(documents))])
    }
  }

  /// - Parameter number: gives a path's number in the record.
  private func record(of id: ObjectID, _ number: (Int) -> Int) -> Value {
    let known = documents[id] ?? Known()
    var packer = LeafPacker(count: known.leaves.all.count)
    for leaf in known.leaves.all {
      packer.append(number(Int(leaf.path)), isSeed: leaf.isSeed, leaf.hash)
    }
    return .document(
      DocumentWriter.document { writer in
        writer.append("_id", .objectID(id))
        writer.append("whole", .bool(known.isWhole))
        writer.append("leaves", packer.value)
      })
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
    // Of a merged list that was written as a whole only some items may be ours.
    let items = Link(of: document)?.items ?? [:]
    for leaf in known.leaves.all where !leaf.isSeed {
      let path = paths[Int(leaf.path)]
      guard let first = path.names.first, !LastApplied.kept.contains(first),
        !path.starts(with: Link.path), path.names.allSatisfy(\.isAddressable),
        !shape.names(path), let found = document[path: path.names], found.type != .null
      else { continue }
      let isOurs =
        items[path.description].map { $0.count == Array(found.array ?? .empty).count } ?? true
      if found.stableHash == leaf.hash, isOurs {
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
