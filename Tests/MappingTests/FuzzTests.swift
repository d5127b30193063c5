import Foundation
import Fuzzing
import Mapping
import ShippedMappings
import TestSupport
import Testing
import YAML

/// Short runs of what `Tests/Benchmarks/run fuzz` does for long, and what it found once.
@Suite("Mutated mappings over hostile productions")
struct FuzzTests {
  private static let corpus = Golden.fixtures.appending(path: "corpus")

  private static func texts(_ folder: URL) throws -> [(name: String, text: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
      $0.hasSuffix(".yaml")
    }.map { name in
      let data = try Data(contentsOf: folder.appending(path: name))
      return (name, String(decoding: data, as: UTF8.self))
    }
  }

  private func outcome(_ mapping: String, _ seed: UInt64) -> FuzzCase.Outcome {
    FuzzCase(mapping, over: seed, builtIn: ShippedMappings.all).run()
  }

  @Test("The sound mappings give sound documents, whatever Kitsu's values are")
  func sound() throws {
    let own = try FuzzTests.texts(FuzzTests.corpus.appending(path: "sound"))
    let builtIn = ShippedMappings.all.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) }
    var documents = 0
    for (name, text) in own + builtIn {
      for seed: UInt64 in 1...60 {
        guard case .evaluated(let count) = outcome(text, seed) else {
          Issue.record("\(name), seed \(seed): \(outcome(text, seed))")
          continue
        }
        documents += count
      }
    }
    #expect(documents > 500)
  }

  @Test(
    "Documents do not depend on the order of Kitsu's lists", arguments: [1, 1001, 2001, 3001])
  func order(first: UInt64) throws {
    let mapping = try compile(try fixture("corpus/sound/everything.yaml"))
    var documents = 0
    for seed in first..<first + 60 {
      guard var production = HostileProduction.make(seed: seed) else { continue }
      let expected = try evaluated(mapping, production)
      documents += expected.documents.count
      var random = SeededRandom(seed)
      for _ in 0..<3 {
        production.shuffle(&random)
        let found = try evaluated(mapping, production)
        #expect(found.summary == expected.summary, "seed \(seed)")
        #expect(found.failure == expected.failure, "seed \(seed)")
      }
    }
    #expect(documents > 100)
  }

  private func evaluated(
    _ mapping: CompiledMapping, _ production: Production
  ) throws -> Evaluation {
    try #require(
      Evaluation.evaluate(mapping, over: production, facts: AvalonFacts(), owner: "test"))
  }

  @Test("Cases that were interesting once are refused or give sound documents")
  func corpus() throws {
    let cases = try FuzzTests.texts(FuzzTests.corpus)
    #expect(!cases.isEmpty)
    for (name, text) in cases {
      for seed: UInt64 in 1...5 {
        if case .broken(let flaw) = outcome(text, seed) { Issue.record("\(name): \(flaw)") }
      }
    }
  }

  @Test("A short run of the fuzzer finds nothing", arguments: [1, 1001])
  func mutations(first: UInt64) throws {
    let root = Golden.fixtures.deletingLastPathComponent().deletingLastPathComponent()
    let sound = try FuzzTests.texts(FuzzTests.corpus.appending(path: "sound")).map(\.text)
    let builtIn = ShippedMappings.all.sorted { $0.key < $1.key }
      .map { String(decoding: $0.value, as: UTF8.self) }
    let mutator = MappingMutator(
      files: sound + builtIn,
      reference: try String(
        contentsOf: root.appending(path: "mappings/README.md"), encoding: .utf8))
    var evaluated = 0
    for seed in first..<first + 100 {
      var random = SeededRandom(seed)
      switch outcome(mutator.mutated(&random), seed) {
      case .refused: break
      case .evaluated: evaluated += 1
      case .broken(let flaw): Issue.record("case \(seed): \(flaw)")
      }
    }
    #expect(evaluated > 4)
  }
}

extension Production {
  /// The same production, as a server with another order tells it.
  fileprivate mutating func shuffle(_ random: inout SeededRandom) {
    for kind in EntityKind.allCases { entities[kind]?.shuffle(using: &random) }
    links?.shuffle(using: &random)
    studio.taskTypes.shuffle(using: &random)
    studio.taskStatuses.shuffle(using: &random)
    studio.entityTypes.shuffle(using: &random)
    studio.departments.shuffle(using: &random)
    studio.persons.shuffle(using: &random)
  }
}
