package import BSON

/// Avalon's documents in a directory of `mongodump`: `DIR/DATABASE/COLLECTION.bson` with
/// `COLLECTION.metadata.json`. For the demo, offline plans, bug reports and tests.
///
/// A write replaces a file whole, under a lock of the directory; readers see the old or the new one.
package final class DumpStore: AvalonStore {
  private let directory: DumpDirectory
  private let database: String
  /// One thread: a write holds the directory's lock anyway.
  private let workers = Workers(limit: 1)

  /// - Parameters:
  ///   - directory: what `mongodump --out` names; a missing one is an empty database and is made by
  ///     the first write.
  ///   - database: the name of a directory in it.
  /// - Throws: ``AvalonError`` for a name that is none of a database; the disk is not looked at yet.
  package init(directory: String, database: String) throws(AvalonError) {
    try NamespaceName.check(database: database)
    guard !directory.isEmpty, !directory.utf8.contains(0) else {
      throw AvalonError(
        .invalidAddress, operation: "read", subject: "dump:",
        cause: "no directory is named; write dump:DIR")
    }
    self.directory = DumpDirectory(root: directory, database: database)
    self.database = database
  }

  package func describe() async throws(AvalonError) -> StoreDescription {
    let directory = directory
    try await workers.run { () throws(AvalonError) in try directory.check() }
    return StoreDescription(address: "dump:\(directory.root)", database: database, version: nil)
  }

  package func collections() async throws(AvalonError) -> [String] {
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      try directory.collections().keys.sorted().map(\.text)
    }
  }

  package func read(collection: String) async throws(AvalonError) -> [Document] {
    try await read(collection, fields: AvalonFields.all) { _ in true }
  }

  package func read(
    collection: String, ids: [ObjectID]
  ) async throws(AvalonError) -> [Document] {
    try await read(collection, ids, fields: AvalonFields.all)
  }

  package func readWhole(
    collection: String, ids: [ObjectID]
  ) async throws(AvalonError) -> [Document] {
    try await read(collection, ids, fields: nil)
  }

  private func read(
    _ collection: String, _ ids: [ObjectID], fields: [FieldName]?
  ) async throws(AvalonError) -> [Document] {
    let wanted = Set(ids)
    return try await read(collection, fields: fields) { document in
      document[AvalonFields.idField]?.objectID.map(wanted.contains) ?? false
    }
  }

  package func read(
    collection: String, names: [String]
  ) async throws(AvalonError) -> [Document] {
    // By their bytes, as MongoDB compares texts; Swift's strings compare by canonical equivalence.
    let wanted = Set(names.map { FieldName($0) })
    return try await read(collection, fields: AvalonFields.naming) { document in
      document[AvalonFields.nameField]?.string.map { wanted.contains(FieldName($0)) } ?? false
    }
  }

  package func projects(collection: String) async throws(AvalonError) -> [Document] {
    try await read(collection, fields: AvalonFields.all) { document in
      document[AvalonFields.typeField]?.string == AvalonFields.projectType
    }
  }

  package func publishedParents(
    collection: String
  ) async throws(AvalonError) -> Set<ObjectID> {
    let subsets = try await read(
      collection, fields: [AvalonFields.parentField], types: AvalonFields.subsetTypes
    ) { _ in true }
    return Set(subsets.compactMap { $0[AvalonFields.parentField]?.objectID })
  }

  package func rename(collection: String, to name: String) async throws(AvalonError) {
    try NamespaceName.check(collection: collection, in: database)
    try NamespaceName.check(collection: name, in: database)
    let directory = directory
    try await workers.run { () throws(AvalonError) in
      try DumpRename(directory: directory).rename(collection, to: name)
    }
  }

  package func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome] {
    try NamespaceName.check(collection: collection, in: database)
    if let refusal = gate?.refusal { return operations.map { _ in .skipped(refusal) } }
    guard !operations.isEmpty else { return [] }
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      try DumpWriter(directory: directory, collection: collection).write(operations)
    }
  }

  package func close() async { await workers.close() }

  private func read(
    _ collection: String, fields: [FieldName]?, types: [String] = AvalonFields.types,
    where isWanted: @escaping @Sendable (Document) -> Bool
  ) async throws(AvalonError) -> [Document] {
    try NamespaceName.check(collection: collection, in: database)
    let directory = directory
    return try await workers.run { () throws(AvalonError) in
      guard let stem = try directory.collections()[FieldName(collection)] else { return [] }
      let writer = DocumentWriter(capacity: 64 * 1024)
      let path = directory.path(of: stem + DumpFileName.documents)
      try DumpReader.read(path) { (document) throws(AvalonError) in
        guard let type = document[AvalonFields.typeField]?.string,
          types.contains(type), isWanted(document)
        else { return }
        writer.beginRoot()
        for element in document where fields?.contains(where: element.hasName) ?? true {
          writer.append(element)
        }
        writer.end()
      }
      return writer.finish()
    }
  }
}
