import ArgumentParser

/// Each figure beside its floor, measured in the same run. Started by `Tests/Benchmarks/run`, which
/// brings up the servers and sets the variables that the commands read.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "avalon-sync-benchmarks",
    abstract: "Measures avalon-sync against what the C libraries need for the same work.",
    subcommands: [
      FetchBenchmark.self, EngineBenchmark.self, ObserveBenchmark.self, ApplyBenchmark.self,
      MemoryBenchmark.self, MappingsBenchmark.self, IncrementalBenchmark.self,
    ])
}

/// Why a benchmark has no figure.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
