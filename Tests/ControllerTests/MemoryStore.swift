import BSON
import Foundation
import Identity
import TestSupport

@testable import Avalon

/// A collection in memory with the compare-and-set of the dump store, which writes a batch in any
/// order and looks after every single write.
actor MemoryStore: AvalonStore {
  private(set) var documents: [Document]
  /// How many more operations are written before the process "dies"; nil for all.
  private var budget: Int?
  private var random: SeededRandom
  /// Names that two asset documents of one owner had between two writes.
  private(set) var doubledNames: Set<String> = []
  private(set) var writeCount = 0

  init(_ documents: [Document] = [], seed: Int, budget: Int? = nil) {
    self.documents = documents
    self.budget = budget
    random = SeededRandom(UInt64(seed))
  }

  func replace(_ documents: [Document]) { self.documents = documents }

  func describe() async throws(AvalonError) -> StoreDescription {
    StoreDescription(address: "memory", database: "avalon", version: nil)
  }

  func collections() async throws(AvalonError) -> [String] {
    documents.isEmpty ? [] : [name]
  }

  /// The one collection has the name of the project in it.
  private var name: String {
    documents.first { $0["type"]?.string == "project" }?["name"]?.string ?? "gulls"
  }

  func read(collection: String) async throws(AvalonError) -> [Document] {
    collection == name ? visible(AvalonFields.all).shuffled(using: &random) : []
  }

  func read(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    let wanted = Set(ids)
    return try await read(collection: collection).filter { document in
      document["_id"]?.objectID.map(wanted.contains) ?? false
    }
  }

  func readWhole(collection: String, ids: [ObjectID]) async throws(AvalonError) -> [Document] {
    documents.filter { $0["_id"]?.objectID.map { ids.contains($0) } ?? false }
  }

  func read(collection: String, names: [String]) async throws(AvalonError) -> [Document] {
    let wanted = Set(names)
    return visible(AvalonFields.naming).filter { document in
      document["name"]?.string.map(wanted.contains) ?? false
    }
  }

  func projects(collection: String) async throws(AvalonError) -> [Document] {
    visible(AvalonFields.all).filter { $0["type"]?.string == "project" }
  }

  func publishedParents(collection: String) async throws(AvalonError) -> Set<ObjectID> {
    Set(
      documents.filter { $0["type"]?.string == "subset" }.compactMap { $0["parent"]?.objectID })
  }

  func rename(collection: String, to name: String) async throws(AvalonError) {
    throw AvalonError(.io, operation: "rename", subject: collection, cause: "there is one only")
  }

  private func visible(_ fields: [FieldName]) -> [Document] {
    documents.filter { AvalonFields.types.contains($0["type"]?.string ?? "") }.map { document in
      DocumentWriter.document { writer in
        for element in document where fields.contains(where: element.hasName) {
          writer.append(element)
        }
      }
    }
  }

  func write(
    collection: String, _ operations: [WriteOperation], gate: WriteGate?
  ) async throws(AvalonError) -> [WriteOutcome] {
    var outcomes = operations.map { _ in WriteOutcome.failed("killed") }
    for index in operations.indices.shuffled(using: &random) {
      if let left = budget {
        guard left > 0 else { continue }
        budget = left - 1
      }
      outcomes[index] = write(operations[index])
      writeCount += 1
      lookForDoubles()
    }
    return outcomes
  }

  private func write(_ operation: WriteOperation) -> WriteOutcome {
    if let reason = WriteCheck.refusal(of: operation, limit: WriteCheck.maximumDocumentSize) {
      return .failed(reason)
    }
    switch operation {
    case .insert(let document):
      let id = document["_id"]?.objectID
      guard !documents.contains(where: { $0["_id"]?.objectID == id }) else { return .duplicate }
      documents.append(document)
    case .update(let update):
      guard let index = documents.firstIndex(where: { $0["_id"]?.objectID == update.id }),
        let changed = DocumentPatch(update).apply(to: documents[index])
      else { return .conflicted }
      documents[index] = changed
    case .delete(let removal):
      guard let index = documents.firstIndex(where: { $0["_id"]?.objectID == removal.id }) else {
        return .applied
      }
      guard DocumentPatch.isAsExpected(documents[index], by: removal) else { return .conflicted }
      documents.remove(at: index)
    }
    return .applied
  }

  private func lookForDoubles() {
    var seen: Set<String> = []
    for document in documents where document["type"]?.string == "asset" {
      guard Link(of: document)?.owner == Site.owner, let name = document["name"]?.string else {
        continue
      }
      if !seen.insert(name).inserted { doubledNames.insert(name) }
    }
  }

  func close() async {}
}
