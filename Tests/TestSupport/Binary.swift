package import Foundation

/// A program that a test runs, and what it said.
package struct Command: Sendable {
  package struct Outcome: Sendable {
    /// The exit code; the signal where one ended it.
    package let code: Int32
    package let isKilled: Bool
    package let output: String
    package let errors: String

    package var all: String { output + errors }
  }

  package let executable: String
  package var arguments: [String]
  /// The whole environment: nothing is inherited but `PATH`.
  package var environment: [String: String]
  package var input = ""
  /// Where it runs; a new empty folder where nothing else is said.
  package var folder: URL?

  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// Runs it to its end.
  /// - Parameter started: called with its process id at once.
  package func run(started: (@Sendable (Int32) -> Void)? = nil) async throws -> Outcome {
    let desk = try TemporaryFolder()
    // Files and no pipes: a program that writes much never waits for us.
    let (input, output, errors) = (desk.file("in"), desk.file("out"), desk.file("err"))
    try Data(self.input.utf8).write(to: input)
    try Data().write(to: output)
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = try folder ?? desk.folder("work")
    process.environment = environment.merging(
      ["PATH": Stack.value("PATH") ?? "/usr/bin:/bin"]
    ) { given, _ in given }
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try await end(of: process, started: started)
    return Outcome(
      code: process.terminationStatus,
      isKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// A test that is cancelled, as by its time limit, leaves no process behind.
  private func end(of process: Process, started: (@Sendable (Int32) -> Void)?) async throws {
    let ended = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in ended.continuation.finish() }
    try process.run()
    let id = process.processIdentifier
    started?(id)
    await withTaskCancellationHandler {
      for await _ in ended.stream {}
    } onCancel: {
      kill(id, SIGKILL)
    }
    process.waitUntilExit()
  }
}

extension Command {
  /// The same, killed after some time unless it has ended. Not by its process id: another process may
  /// have that by then.
  package func killed(after time: Duration) -> Command {
    let seconds = Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
    return wrapped(in: "/usr/bin/timeout", ["--foreground", "--signal=KILL", "\(seconds)"])
  }

  /// The same as the argument of another program.
  package func wrapped(in program: String, _ options: [String]) -> Command {
    var command = Command(program, options + [executable] + arguments, environment: environment)
    command.input = input
    command.folder = folder
    return command
  }

  /// The `avalon-sync` that was built beside the tests, or the one that `TEST_AVALON_SYNC` names.
  package static func avalonSync(
    _ arguments: [String], environment: [String: String]
  ) -> Command {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = tests.deletingLastPathComponent().appendingPathComponent("avalon-sync").path
    return Command(
      Stack.value("TEST_AVALON_SYNC") ?? beside, arguments, environment: environment)
  }
}

/// A new folder that goes when the value goes.
package final class TemporaryFolder: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("avalon-sync-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(url.path): \(error)\n".utf8))
    }
  }

  package func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  package func folder(_ name: String) throws -> URL {
    let folder = file(name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Writes a file and gives its path.
  package func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: file(name))
    return file(name).path
  }

  /// Every file below, by its path in the folder.
  package func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted()
  }
}

/// `Tests/Fixtures`.
package enum Fixture {
  package static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)").path
  }
}
