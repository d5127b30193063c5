import ArgumentParser
import Kitsu
import Mapping
import ShippedMappings
import YAML

/// Evaluation of each shipped mapping over one production, against that of `avalon.yaml`.
struct MappingsBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mappings", abstract: "Evaluation of each shipped mapping.")

  @Option(help: "Shots, five tasks each.")
  var entities = 100_000

  @Option(help: "Rounds.")
  var rounds = 5

  func run() async throws {
    let source = MemorySource(GeneratedProduction(shotCount: entities, assetCount: 0))
    let project = try await source.projects()[0]
    let names = ShippedMappings.all.keys.sorted {
      ($0 != ShippedMappings.defaultName ? 1 : 0, $0)
        < ($1 != ShippedMappings.defaultName ? 1 : 0, $1)
    }
    var measurements: [() async throws -> Double] = []
    for name in names {
      let mapping = try CompiledMapping.compile(
        SourceText(name: name, bytes: ShippedMappings.all[name] ?? []))
      let reading = try await source.read(project: project.id, needs: mapping.needs, progress: nil)
      measurements.append {
        try await seconds {
          let evaluation = Evaluation.evaluate(
            mapping, over: reading.production, facts: AvalonFacts(), owner: "benchmark")
          guard let evaluation, evaluation.documents.count > entities, evaluation.held.isEmpty
          else { throw BenchmarkError("\(name) does not make all documents") }
        }
      }
    }
    let results = try await medians(rounds: rounds, measurements)
    show(
      zip(names, results).map { name, spent in
        Figure(
          name: "evaluate \(name)", ours: spent, floorName: ShippedMappings.defaultName,
          floor: results[0], goal: name == ShippedMappings.defaultName ? nil : 1.5)
      })
  }
}
