import Avalon
import BSON
import Controller
import Kitsu
import Mapping
import Planning
import ShippedMappings
import YAML

/// A generated production with the shipped mapping, ready to be planned against any store.
struct Reconciliation {
  let source: MemorySource
  private static let owner = "benchmark"
  let project: ProjectSummary
  private let mapping: CompiledMapping

  init(_ production: GeneratedProduction) async throws {
    let name = ShippedMappings.defaultName
    guard let bytes = ShippedMappings.all[name] else {
      throw BenchmarkError("the mapping \(name) is not shipped")
    }
    mapping = try CompiledMapping.compile(SourceText(name: name, bytes: bytes))
    source = MemorySource(production)
    project = try await source.projects()[0]
  }

  func reconciler(
    _ store: any AvalonStore, _ journal: TargetJournal? = nil, source: (any KitsuSource)? = nil
  ) -> Reconciler {
    Reconciler(
      source: source ?? self.source, store: store,
      settings: Reconciler.Settings(
        mapping: mapping, owner: Reconciliation.owner, mappingDigest: "benchmark"),
      journal: journal)
  }

  func plan(_ store: any AvalonStore) async throws -> Plan {
    try await reconciler(store).plan(project, in: directory(store)).plan
  }

  func directory(_ store: any AvalonStore) async throws -> ProjectDirectory {
    try await ProjectDirectory(
      [ProjectDirectory.Claim(project, mapping)], store: store, owner: Reconciliation.owner)
  }

  /// The plan for an empty collection.
  /// - Throws: when it does not create `count` documents.
  func firstPlan(_ store: any AvalonStore, creates count: Int) async throws -> Plan {
    let plan = try await plan(store)
    guard plan.count(.create) == count, plan.held.isEmpty else {
      throw BenchmarkError(
        "the first plan creates \(plan.count(.create)) documents in place of \(count); "
          + "\(plan.held.count) held: \(plan.held.first?.reason ?? "none")")
    }
    return plan
  }
}

extension Plan {
  /// The new documents, copied to memory of their own as a reader of MongoDB leaves them.
  var created: [Document] {
    let writer = DocumentWriter(capacity: 1 << 20)
    for change in changes {
      if let document = change.document { writer.appendRoot(document) }
    }
    return writer.finish()
  }
}

/// Documents one after another, as libbson's reader takes them.
func concatenated(_ documents: some Sequence<Document>) -> [UInt8] {
  var bytes: [UInt8] = []
  for document in documents { document.withBytes { bytes.append(contentsOf: $0) } }
  return bytes
}
