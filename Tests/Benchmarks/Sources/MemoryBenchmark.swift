import ArgumentParser
import CFloor
import Foundation
import Identity
import Mapping
import ShippedMappings
import YAML

/// The most memory that a whole `plan` ever has, against 40 MB and three times the answers' bytes.
struct MemoryBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "Peak memory of avalon-sync plan, before and after apply.")

  @Option(help: "The project's id.")
  var project: String

  @Option(help: "The built avalon-sync.")
  var program: String

  func run() async throws {
    guard let id = EntityID(project) else { throw BenchmarkError("'\(project)' is no id") }
    let answers = Double(try await answerBytes(id))
    let allowed = 40e6 + 3 * answers
    let first = try peak("plan")
    _ = try peak("apply", "--auto-approve")
    let second = try peak("plan", "--detailed-exitcode")
    print(String(format: "memory: %.1f MB of answers", answers / 1e6))
    show([
      figure("peak of plan, all to create", first, allowed),
      figure("peak of plan, nothing to do", second, allowed),
    ])
  }

  private func figure(_ name: String, _ peak: Int, _ allowed: Double) -> Figure {
    Figure(
      name: name, ours: Double(peak) / 1e6, floorName: "40 MB + 3 × answers",
      floor: allowed / 1e6, unit: .megabytes, goal: 1)
  }

  /// What the shipped mapping has to be read for it.
  private func answerBytes(_ id: EntityID) async throws -> Int {
    let name = ShippedMappings.defaultName
    let source = SourceText(name: name, bytes: ShippedMappings.all[name] ?? [])
    let needs = try CompiledMapping.compile(source).needs
    let curl = try await Curl(
      base: Environment.value("TEST_KITSU_URL"), email: Environment.value("TEST_KITSU_EMAIL"),
      password: Environment.value("TEST_KITSU_PASSWORD"))
    return try await curl.fetch(ProjectRoutes(project: id, needs: needs).all, parallel: false)
  }

  /// Runs avalon-sync on the project; the variables that `run` sets tell it where Kitsu and Avalon are.
  private func peak(_ command: String, _ flags: String...) throws -> Int {
    var words: [UnsafePointer<CChar>?] = []
    for word in [program, command, "--project", project] + flags {
      words.append(UnsafePointer(strdup(word)))
    }
    defer { for word in words { free(UnsafeMutablePointer(mutating: word)) } }
    var bytes = 0
    let code = floor_run(words + [nil], "/dev/null", &bytes)
    guard code == 0 else {
      throw BenchmarkError("avalon-sync \(command) ended with \(code)")
    }
    return bytes
  }
}
