import ArgumentParser
import Foundation
import Fuzzing
import ShippedMappings
import TestSupport

/// Runs mutated mappings until the time is over. Started by `Tests/Benchmarks/run fuzz`.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "avalon-sync-fuzz", abstract: "Runs mutated mappings over hostile productions.")

  @Option(help: "How many minutes of the processor it may take.")
  var minutes = 1.0

  @Option(help: "The first case; each case has a number and is the same in every run.")
  var seed: UInt64 = 1

  @Option(help: "The repository: where mappings are mutated from.")
  var root = "."

  @Option(help: "Where the case at hand and the broken ones are kept.")
  var output = "fuzz"

  @Argument(help: "Files to run as they are, in place of mutated ones.")
  var cases: [String] = []

  func run() throws {
    for file in cases {
      let text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
      let start = Fuzz.processMinutes
      let outcome = FuzzCase(text, over: seed, builtIn: ShippedMappings.all).run()
      print("\(file): \(outcome), \(Int((Fuzz.processMinutes - start) * 60_000)) ms")
    }
    if cases.isEmpty { try mutate() }
  }

  private func mutate() throws {
    let folder = URL(fileURLWithPath: output)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let mutator = try mutator()
    var counts = (refused: 0, evaluated: 0, documents: 0, broken: 0)
    var number = seed
    while Fuzz.processMinutes < minutes {
      var random = SeededRandom(number)
      let mapping = mutator.mutated(&random)
      // A crash or an endless case leaves it behind.
      try Data(mapping.utf8).write(to: folder.appending(path: "at-hand.yaml"))
      alarm(60)
      let builtIn = ShippedMappings.all
      switch FuzzCase(mapping, over: number, builtIn: builtIn).run() {
      case .refused: counts.refused += 1
      case .evaluated(let documents):
        counts.evaluated += 1
        counts.documents += documents
      case .broken(let flaw):
        counts.broken += 1
        print("case \(number): \(flaw)")
        try Data(mapping.utf8).write(to: folder.appending(path: "broken-\(number).yaml"))
      }
      number += 1
    }
    print(
      "\(number - seed) cases from \(seed): \(counts.refused) refused, \(counts.evaluated) evaluated "
        + "to \(counts.documents) documents, \(counts.broken) broken")
    if counts.broken > 0 { throw ExitCode(1) }
  }

  private static var processMinutes: Double { Double(clock()) / Double(CLOCKS_PER_SEC) / 60 }

  private func mutator() throws -> MappingMutator {
    let root = URL(fileURLWithPath: root)
    var files: [String] = []
    for folder in ["mappings", "examples/studio", "Tests/Fixtures/corpus/sound"] {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: root.appending(path: folder).path)
      for name in names.sorted() where name.hasSuffix(".yaml") && !name.hasSuffix(".test.yaml") {
        files.append(
          try String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8))
      }
    }
    return MappingMutator(
      files: files,
      reference: try String(
        contentsOf: root.appending(path: "mappings/README.md"), encoding: .utf8))
  }
}
