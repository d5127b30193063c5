import BSON
import Foundation
import Identity
import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

/// The mappings that are built in, and no files.
let shippedLibrary = MappingLibrary(builtIn: ShippedMappings.all.keys.sorted()) { name, _ in
  ShippedMappings.all[name].map { SourceText(name: name, bytes: $0) }
}

/// One of the mappings that are built in.
func shipped(_ name: String) throws -> CompiledMapping {
  let source = SourceText(name: name, bytes: try #require(ShippedMappings.all[name]))
  return try CompiledMapping.compile(MergedMapping.merge(source, library: shippedLibrary))
}

/// What every mapping that is built in does with what a real Zou answers. ``RecordedProductionTests``
/// has the default's goldens.
@Suite("The shipped mappings over recorded productions")
struct ShippedMappingTests {
  static let names = ShippedMappings.all.keys.sorted()
  private static let shows = ["tvshow", "short"]

  private static func evaluate(_ name: String, _ production: Production) throws -> Evaluation {
    try #require(
      Evaluation.evaluate(
        try shipped(name), over: production, facts: AvalonFacts(), owner: "avalon-sync"))
  }

  @Test(
    "The documents are those of the golden", arguments: ["avalon-sync", "openpype"], shows)
  func golden(_ name: String, _ show: String) throws {
    let evaluation = try ShippedMappingTests.evaluate(
      "\(name).yaml", try RecordedProductionTests.production(show))
    expectGolden(evaluation.summary, "mapping/\(name)-\(show).txt")
  }

  @Test("The order of Kitsu's lists has no meaning", arguments: names, shows)
  func order(_ name: String, _ show: String) throws {
    let production = try RecordedProductionTests.production(show)
    let expected = try ShippedMappingTests.evaluate(name, production).summary
    var random = SeededRandom(7)
    for _ in 0..<5 {
      let shuffled = production.shuffled(using: &random)
      #expect(try ShippedMappingTests.evaluate(name, shuffled).summary == expected)
    }
  }

  @Test("Every document can be stored, has its link, and no name twice", arguments: names, shows)
  func sound(_ name: String, _ show: String) throws {
    let evaluation = try ShippedMappingTests.evaluate(
      name, try RecordedProductionTests.production(show))
    #expect(evaluation.held.isEmpty && evaluation.warnings.isEmpty)
    #expect(evaluation.documents.allSatisfy { $0.heldFields.isEmpty })
    #expect(Set(evaluation.documents.map(\.name)).count == evaluation.documents.count)
    for made in evaluation.documents {
      #expect(made.document["_id"] == .objectID(made.identity.derivedID))
      #expect(
        made.document[path: ["data", "kitsu", "id"]]?.string == "\(made.identity.entity)")
      #expect(!JSONText.write(made.document).contains("unrepresentable"))
    }
  }

  @Test("The options beside them are mappings without mistakes")
  func options() throws {
    let folder = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "mappings/options")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml") && !$0.hasSuffix(".test.yaml")
    }
    #expect(files.count >= 4)
    for file in files {
      let url = folder.appending(path: file)
      let source = SourceText(name: file, bytes: Array(try Data(contentsOf: url)))
      _ = try CompiledMapping.compile(
        MergedMapping.merge(source, library: shippedLibrary))
      let test = url.deletingPathExtension().appendingPathExtension("test.yaml").path
      #expect(FileManager.default.fileExists(atPath: test), "\(file) has no test")
    }
  }
}

extension Production {
  /// The same with every list of Kitsu's in another order.
  fileprivate func shuffled(using random: inout SeededRandom) -> Production {
    var result = self
    for kind in EntityKind.allCases {
      result.entities[kind] = entities[kind]?.map { entity in
        let tasks = entity["tasks"]?.array.map { $0.shuffled(using: &random) } ?? []
        return DocumentWriter.document { writer in
          for field in entity where field.name != "tasks" { writer.append(field) }
          writer.beginArray("tasks")
          for (index, task) in tasks.enumerated() { writer.append(index: index, task) }
          writer.end()
        }
      }.shuffled(using: &random)
    }
    result.links?.shuffle(using: &random)
    result.descriptors.shuffle(using: &random)
    result.studio.taskTypes.shuffle(using: &random)
    result.studio.taskStatuses.shuffle(using: &random)
    result.studio.entityTypes.shuffle(using: &random)
    result.studio.departments.shuffle(using: &random)
    result.studio.persons.shuffle(using: &random)
    return result
  }
}
