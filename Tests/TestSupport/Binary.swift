package import Foundation
internal import Subprocess
internal import SystemPackage

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
  /// What it is asked by, 5 s before it is killed, where the task that runs it is cancelled.
  package var ending: Int32?

  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// Runs it to its end. A test that is cancelled, as by its time limit, leaves no process behind.
  /// - Parameter started: called with its process id at once.
  package func run(started: (@Sendable (Int32) -> Void)? = nil) async throws -> Outcome {
    let desk = try TemporaryFolder()
    // Files and no pipes: a program that writes much never waits for us.
    let (input, output, errors) = (desk.file("in"), desk.file("out"), desk.file("err"))
    try Data(self.input.utf8).write(to: input)
    let place = try folder ?? desk.folder("work")
    var options = PlatformOptions()
    options.processGroupID = 0
    if let ending {
      options.teardownSequence = [
        .send(signal: Signal(rawValue: ending), allowedDurationToNextStep: .seconds(5))
      ]
    }
    // Not Foundation's: each child of it may keep open what it hears the end of another by.
    let end = try await Subprocess.run(
      .path(FilePath(executable)), arguments: Arguments(arguments),
      environment: .custom(wholeEnvironment), workingDirectory: FilePath(place.path),
      platformOptions: options,
      input: .fileDescriptor(
        try .open(FilePath(input.path), .readOnly), closeAfterSpawningProcess: true),
      output: .fileDescriptor(try .forWriting(output), closeAfterSpawningProcess: true),
      error: .fileDescriptor(try .forWriting(errors), closeAfterSpawningProcess: true)
    ) { started?($0.processIdentifier.value) }
    let (code, isKilled): (Int32, Bool) =
      switch end.terminationStatus {
      case .exited(let code): (code, false)
      case .signaled(let signal): (signal, true)
      }
    return Outcome(
      code: code, isKilled: isKilled,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Runs it beside a test, until the task is cancelled, which kills it.
  package func start() -> Task<Outcome, any Error> { Task { try await run() } }

  private var wholeEnvironment: [Environment.Key: String] {
    var whole: [Environment.Key: String] = ["PATH": Stack.value("PATH") ?? "/usr/bin:/bin"]
    for (name, value) in environment { whole[Environment.Key(stringLiteral: name)] = value }
    return whole
  }
}

extension FileDescriptor {
  fileprivate static func forWriting(_ file: URL) throws -> FileDescriptor {
    try .open(
      FilePath(file.path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
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
