import Avalon
import BSON

/// Avalon's documents of one collection in memory, for reading alone.
struct MemoryStore: AvalonStore {
  private let documents: [Document]
  private let byID: [ObjectID: Document]

  init(_ documents: [Document]) {
    self.documents = documents
    byID = Dictionary(
      documents.compactMap { document in
        document.element("_id")?.value.objectID.map { ($0, document) }
      }, uniquingKeysWith: { first, _ in first })
  }

  func describe() async throws(AvalonError) -> StoreDescription {
    StoreDescription(address: "memory", database: "benchmark", version: nil)
  }

  func collections() async throws(AvalonError) -> [String] { ["benchmark"] }

  func read(collection: String) async throws(AvalonError) -> [Document] { documents }

  func read(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    ids.compactMap { byID[$0] }
  }

  func readWhole(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    try await read(collection: collection, ids: ids)
  }

  func read(collection: String, names: [String]) async throws(AvalonError) -> [Document] {
    let wanted = Set(names)
    return documents.filter { document in
      document.element("name")?.string.map(wanted.contains) ?? false
    }
  }

  func projects(collection: String) async throws(AvalonError) -> [Document] {
    documents.filter { $0.element("type")?.string == "project" }
  }

  func publishedParents(
    collection: String
  ) async throws(AvalonError) -> Set<ObjectID> { [] }

  func rename(collection: String, to name: String) async throws(AvalonError) {
    throw AvalonError(
      .io, operation: "rename", subject: collection, cause: "this store is for reading alone")
  }

  func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome] {
    throw AvalonError(
      .io, operation: "write", subject: collection, cause: "this store is for reading alone")
  }

  func close() async {}
}
