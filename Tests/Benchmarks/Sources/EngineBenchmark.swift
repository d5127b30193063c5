import ArgumentParser
import BSON
import CFloor
import Planning

/// Parse, evaluate and compare with nothing changed, from memory, against libbson parsing the same
/// answers and looking at every value of source and observed documents once.
struct EngineBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine", abstract: "Parse, evaluate and compare with nothing changed.")

  @Option(help: "Shots, five tasks each; repeat it for several sizes.")
  var entities: [Int] = [1000, 10_000, 100_000]

  @Option(help: "Rounds; fewer for sizes over 50,000.")
  var rounds = 7

  func run() async throws {
    var figures: [Figure] = []
    for count in entities { figures.append(try await figure(count)) }
    show(figures)
  }

  private func figure(_ count: Int) async throws -> Figure {
    let production = GeneratedProduction(shotCount: count, assetCount: 0)
    let reconciliation = try await Reconciliation(production)
    let first = try await reconciliation.firstPlan(
      MemoryStore([]), creates: production.documentCount)
    let observed = first.created
    let store = MemoryStore(observed)
    let texts = reconciliation.source.answers.map(EngineBenchmark.object)
    let documents = concatenated(observed)
    let results = try await medians(
      rounds: count > 50_000 ? min(rounds, 3) : rounds,
      [
        {
          var plan: Plan?
          let spent = try await seconds { plan = try await reconciliation.plan(store) }
          guard plan?.isEmpty == true, plan?.unchanged == production.documentCount else {
            throw BenchmarkError("the plan over unchanged documents is not empty")
          }
          return spent
        },
        { try await EngineBenchmark.floor(texts, documents) },
      ])
    return Figure(
      name: "engine, \(count) shots, \(count * 5) tasks", ours: results[0],
      floorName: "libbson parse and walk", floor: results[1], goal: 2.5)
  }

  private static func floor(_ texts: [[UInt8]], _ documents: [UInt8]) async throws -> Double {
    var isParsed = true
    let spent = await seconds {
      for text in texts { isParsed = floor_parse_and_walk(text, text.count) > 0 && isParsed }
      isParsed = floor_walk(documents, documents.count) > 0 && isParsed
    }
    guard isParsed else { throw BenchmarkError("libbson cannot parse the generated answers") }
    return spent
  }

  /// libbson parses objects, not lists: a list becomes the one field of an object.
  private static func object(_ text: [UInt8]) -> [UInt8] {
    text.first == UInt8(ascii: "[") ? Array(#"{"list":"#.utf8) + text + [UInt8(ascii: "}")] : text
  }
}
