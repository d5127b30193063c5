import ArgumentParser
import Kitsu
import Mapping
import ShippedMappings
import YAML

/// Evaluation of each shipped mapping over one production, against that of a mapping that never
/// changes: `avalon.yaml` as it first was. So a shipped mapping that grows shows in its figure.
struct MappingsBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mappings", abstract: "Evaluation of each shipped mapping.")

  @Option(help: "Shots, five tasks each.")
  var entities = 100_000

  @Option(help: "Rounds.")
  var rounds = 5

  func run() async throws {
    let source = MemorySource(GeneratedProduction(shotCount: entities, assetCount: 0))
    let shipped = ShippedMappings.all.sorted { $0.key < $1.key }
    var measurements = [
      try await measurement("first-avalon.yaml", PackageResources.first_avalon_yaml, source)
    ]
    for (name, bytes) in shipped {
      measurements.append(try await measurement(name, bytes, source))
    }
    let results = try await medians(rounds: rounds, measurements)
    show(
      zip(shipped, results.dropFirst()).map { mapping, spent in
        Figure(
          name: "evaluate \(mapping.key)", ours: spent, floorName: "the first avalon.yaml",
          floor: results[0], goal: 1.5)
      })
  }

  private func measurement(
    _ name: String, _ bytes: [UInt8], _ source: MemorySource
  ) async throws -> () async throws -> Double {
    let mapping = try CompiledMapping.compile(SourceText(name: name, bytes: bytes))
    let project = try await source.projects()[0]
    let reading = try await source.read(project: project.id, needs: mapping.needs, progress: nil)
    let count = entities
    return {
      try await seconds {
        let evaluation = Evaluation.evaluate(
          mapping, over: reading.production, facts: AvalonFacts(), owner: "benchmark")
        guard let evaluation, evaluation.documents.count > count, evaluation.held.isEmpty
        else { throw BenchmarkError("\(name) does not make all documents") }
      }
    }
  }
}
