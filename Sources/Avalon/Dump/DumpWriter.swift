internal import BSON
internal import Foundation

/// Writes one batch to a collection's file: the file is copied once, document by document, with the
/// changes made on the way, and the copy takes its place. All other documents stay byte for byte
/// and in their order.
struct DumpWriter {
  let directory: DumpDirectory
  let collection: String

  func write(_ operations: [WriteOperation]) throws(AvalonError) -> [WriteOutcome] {
    var batch = Batch(operations)
    let flaw = try rewrite {
      batch.take($0)
    } finish: {
      let new = batch.finish()
      return batch.hasChanges ? new : nil
    }
    return flaw.map { flaw in batch.outcomes.map { $0 == .applied ? .unknown(flaw) : $0 } }
      ?? batch.outcomes
  }

  /// Copies the collection's file, document by document, and puts the copy in its place.
  /// - Parameters:
  ///   - take: gives each document as it is to be; nil where it goes.
  ///   - finish: gives those that follow, at the end of the file; nil leaves the file as it is.
  /// - Returns: why what was written may not be on the disk yet; nil where it is.
  func rewrite(
    _ take: (Document) -> Document?, finish: () -> [Document]?
  ) throws(AvalonError) -> String? {
    try directory.make()
    let lock = try DumpLock(directory.path)
    try removeLeftovers()
    let known = try directory.collections()[FieldName(collection)]
    guard let stem = known ?? DumpFileName.encode(collection) else {
      throw AvalonError(
        .invalidAddress, operation: "write",
        subject: "the collection \(NamespaceName.quoted(collection))",
        cause: "its name is too long for a file; rename the project")
    }
    let target = directory.path(of: stem + DumpFileName.documents)
    let file = try AtomicFile(replacing: target, in: directory)
    try DumpReader.read(target) { (document) throws(AvalonError) in
      if let document = take(document) { try file.append(document) }
    }
    guard let new = finish() else { return nil }
    for document in new { try file.append(document) }
    // The metadata first: a crash between the two leaves a collection without documents.
    if known == nil { try writeMetadata(stem) }
    try file.commit()
    do throws(AvalonError) {
      try lock.synchronise()
      return nil
    } catch {
      return error.cause
    }
  }

  private func writeMetadata(_ stem: String) throws(AvalonError) {
    let target = directory.path(of: stem + DumpFileName.metadata)
    let file = try AtomicFile(replacing: target, in: directory)
    try file.append(DumpMetadata.text(collection: collection))
    try file.commit()
  }

  /// What a writer left that was killed; nobody else writes while we hold the lock.
  private func removeLeftovers() throws(AvalonError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    } catch {
      throw AvalonError(
        .io, operation: "read", subject: directory.path, cause: error.localizedDescription)
    }
    for name in names where name.hasPrefix(AtomicFile.prefix) && name.hasSuffix(".tmp") {
      unlink(directory.path(of: name))
    }
  }
}

extension DumpWriter {
  /// The operations of a batch while the file passes by.
  private struct Batch {
    private let operations: [WriteOperation]
    private var results: [WriteOutcome?]
    private var updates: [ObjectID: [Int]] = [:]
    private var inserts: [ObjectID: [Int]] = [:]
    private var deletes: [ObjectID: Int] = [:]
    private(set) var hasChanges = false

    init(_ operations: [WriteOperation]) {
      self.operations = operations
      results = Array(repeating: nil, count: operations.count)
      for (place, operation) in operations.enumerated() {
        if let reason = WriteCheck.refusal(of: operation, limit: WriteCheck.maximumDocumentSize) {
          results[place] = .failed(reason)
          continue
        }
        switch operation {
        case .insert(let document):
          if let id = document[AvalonFields.idField]?.objectID {
            inserts[id, default: []].append(place)
          }
        case .update(let update): updates[update.id, default: []].append(place)
        case .delete(let removal): deletes[removal.id] = place
        }
      }
    }

    /// Gives the document as it is to be written; nil where it goes.
    mutating func take(_ document: Document) -> Document? {
      guard let id = document[AvalonFields.idField]?.objectID else { return document }
      for place in inserts.removeValue(forKey: id) ?? [] { results[place] = .duplicate }
      if let place = deletes[id], case .delete(let removal) = operations[place] {
        let isExpected = DocumentPatch.isAsExpected(document, by: removal)
        results[place] = isExpected ? .applied : .conflicted
        if isExpected {
          hasChanges = true
          return nil
        }
      }
      return (updates.removeValue(forKey: id) ?? []).reduce(document) { current, place in
        guard case .update(let update) = operations[place] else { return current }
        return apply(update, place, to: current)
      }
    }

    private mutating func apply(
      _ update: DocumentUpdate, _ place: Int, to document: Document
    ) -> Document {
      guard let changed = DocumentPatch(update).apply(to: document) else {
        results[place] = .conflicted
        return document
      }
      let limit = WriteCheck.maximumDocumentSize
      if let reason = WriteCheck.tooLarge(changed.byteCount, limit: limit) {
        results[place] = .failed(reason)
        return document
      }
      results[place] = .applied
      if changed != document { hasChanges = true }
      return changed
    }

    /// Gives the new documents; to be called at the end of the file.
    mutating func finish() -> [Document] {
      var new: [Document] = []
      for (place, operation) in operations.enumerated() where results[place] == nil {
        if case .delete = operation {
          // It is gone already, as in MongoDB.
          results[place] = .applied
          continue
        }
        guard case .insert(let document) = operation,
          let id = document[AvalonFields.idField]?.objectID, inserts[id]?.first == place
        else {
          if case .insert = operation { results[place] = .duplicate }
          continue
        }
        new.append(document)
        results[place] = .applied
      }
      if !new.isEmpty { hasChanges = true }
      return new
    }

    /// An update whose document never came by lost it.
    var outcomes: [WriteOutcome] { results.map { $0 ?? .conflicted } }
  }
}
