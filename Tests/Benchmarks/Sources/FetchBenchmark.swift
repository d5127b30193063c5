import ArgumentParser
import Foundation
import Identity
import Kitsu
import Mapping

/// A whole project from the real Zou against plain curl of the same routes.
struct FetchBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Read a whole project from the test stack's Zou.")

  @Option(help: "The project's id.")
  var project: String

  @Option(help: "Rounds.")
  var rounds = 7

  func run() async throws {
    guard let id = EntityID(project) else { throw BenchmarkError("'\(project)' is no id") }
    let address = try Environment.value("TEST_KITSU_URL")
    let email = try Environment.value("TEST_KITSU_EMAIL")
    let password = try Environment.value("TEST_KITSU_PASSWORD")
    let server = try KitsuServer(
      KitsuServer.Settings(
        address: address, credentials: .password(email: email, Secret(password)),
        clientVersion: "benchmark"))
    // Both log in here, before anything is measured.
    _ = try await server.describe()
    let curl = try await Curl(base: address, email: email, password: password)
    let routes = ProjectRoutes(project: id, needs: .everything)
    var bytes = 0
    let results = try await medians(
      rounds: rounds,
      [
        {
          var reading: ProjectReading?
          let spent = try await seconds {
            reading = try await server.read(project: id, needs: .everything, progress: nil)
          }
          guard let reading, reading.consistency == .consistent, reading.unreadable.isEmpty else {
            throw BenchmarkError("the project could not be read whole and at one moment")
          }
          bytes = reading.byteCount
          return spent
        },
        { try await seconds { _ = try await curl.fetch(routes.all, parallel: true) } },
        { try await seconds { try await twoLanes(curl, routes) } },
      ])
    await server.close()
    print("fetch: \(bytes) bytes, \(routes.all.count) routes")
    show([
      Figure(
        name: "fetch", ours: results[0], floorName: "curl --parallel", floor: results[1]),
      Figure(
        name: "fetch", ours: results[0], floorName: "curl in two lanes", floor: results[2]),
      Figure(
        name: "fetch, against the better", ours: results[0], floorName: "the better of both",
        floor: min(results[1], results[2]), goal: 1.1),
    ])
  }

  /// The shots alone, and all else one after another, started a quarter of a second later: one worker
  /// of Zou accepts all requests that arrive together.
  private func twoLanes(_ curl: Curl, _ routes: ProjectRoutes) async throws {
    async let first = curl.fetch(routes.heavy, parallel: false)
    try await Task.sleep(for: .milliseconds(250))
    async let second = curl.fetch(routes.light, parallel: false)
    _ = try await (first, second)
  }
}

/// The routes that a reading asks for, each once: see `ProjectReader`.
struct ProjectRoutes {
  let heavy: [String]
  let light: [String]

  var all: [String] { heavy + light }

  init(project: EntityID, needs: SourceNeeds) {
    func board(_ kind: EntityKind) -> String {
      let isCompact = kind == .shot || kind == .asset
      return "/data/\(kind.rawValue)s/with-tasks?project_id=\(project)"
        + (isCompact ? "&compact=true" : "")
    }
    heavy = needs.kinds.contains(.shot) ? [board(.shot)] : []
    let boards = EntityKind.allCases.filter { $0 != .shot && needs.kinds.contains($0) }.map(board)
    let inside = ["", "/metadata-descriptors"] + (needs.casting ? ["/entity-links"] : [])
    let nobody = "00000000-0000-0000-0000-000000000000"
    light =
      ["/data/shots/with-tasks?project_id=\(project)&id=\(nobody)"]
      + inside.map { "/data/projects/\(project)\($0)" } + boards
      + ["task-types", "task-status", "entity-types", "departments", "persons"].map {
        "/data/\($0)"
      }
      + ["/data/entities?project_id=\(project)&page=1&limit=1"]
  }
}
