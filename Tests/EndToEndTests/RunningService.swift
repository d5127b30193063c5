import Foundation
import TestSupport
import Testing

/// `avalon-sync run` in the background, with its log.
final class RunningService: Sendable {
  private let command: Task<Command.Outcome, any Error>
  private let process: Int32
  let folder: TemporaryFolder

  /// - Parameter settings: of the file that it reads, `avalon-sync.yaml`; it may be changed later.
  init(_ site: Site, settings: String, _ arguments: String...) async throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    _ = try folder.write(settings, to: "avalon-sync.yaml")
    let listens = arguments.contains("--listen") || settings.contains("listen:")
    var command = Command.avalonSync(
      // Services of other tests run beside it.
      ["run"] + (listens ? [] : ["--listen", "127.0.0.1:0"]) + arguments
        + site.arguments, environment: site.environment)
    command.folder = folder.url
    let started = AsyncStream<Int32>.makeStream()
    self.command = Task { [command] in
      try await command.run { process in
        started.continuation.yield(process)
        started.continuation.finish()
      }
    }
    var process: Int32 = 0
    for await id in started.stream { process = id }
    self.process = process
  }

  /// A test that fails on its way leaves none behind.
  deinit { command.cancel() }

  func signal(_ signal: Int32) { kill(process, signal) }

  /// How many files and connections it has open.
  var openFiles: Int {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }
  }

  /// Gives what it said when it has ended.
  func end() async throws -> Command.Outcome { try await command.value }

  /// Asks it to stop, and gives what it said.
  func stop() async throws -> Command.Outcome {
    signal(SIGTERM)
    return try await command.value
  }

  /// Waits until something holds; a service has no moment of its own at which to look.
  static func eventually(
    within time: Duration = .seconds(30), _ what: String,
    _ location: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      if try await holds() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("\(what): not within \(time)", sourceLocation: location)
  }
}
