import Foundation
import TestSupport
import Testing

/// Which MongoDB a test writes to. Most Avalon installations have a standalone one.
enum Deployment: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case replicaSet = "replica set"
  case standalone

  var testDescription: String { rawValue }

  static var isAvailable: Bool {
    Stack.has("TEST_MONGO_URL") && Stack.has("TEST_MONGO_STANDALONE_URL")
      && Stack.has("TEST_PYTHON")
  }

  func database() throws -> AvalonDatabase {
    let uri = self == .replicaSet ? Stack.mongoURL : Stack.standaloneMongoURL
    return AvalonDatabase(try #require(uri))
  }
}

/// Both real servers.
enum RealServers {
  static var areAvailable: Bool { KitsuStack.isAvailable && Deployment.isAvailable }
}

extension Command {
  /// The same without root's right to read and write everywhere.
  var boundByPermissions: Command {
    guard getuid() == 0 else { return self }
    let drop = "-dac_override,-dac_read_search"
    return wrapped(in: "/usr/bin/setpriv", ["--bounding-set=\(drop)", "--inh-caps=\(drop)"])
  }
}

/// An installation: where the binary reads from and writes to.
struct Site: Sendable {
  var environment: [String: String]
  /// What each command gets, such as the projects.
  var arguments: [String] = []

  /// The stack's Kitsu, as the admin or as somebody else, and a database.
  static func servers(
    _ database: AvalonDatabase, project: String, as person: KitsuStudio.Person? = nil
  ) -> Site {
    Site(
      environment: [
        "GAZU_URL": KitsuStack.url, "GAZU_USER": person?.email ?? KitsuStack.email,
        "GAZU_PASSWD": person?.password ?? KitsuStack.password,
        "AVALON_MONGO": database.uri, "AVALON_DB": database.name,
      ], arguments: ["--project", project])
  }

  /// A snapshot in place of Kitsu, and a database.
  static func snapshot(_ path: String, _ database: AvalonDatabase) -> Site {
    Site(environment: [
      "GAZU_URL": "snapshot:\(path)", "AVALON_MONGO": database.uri, "AVALON_DB": database.name,
    ])
  }

  /// The same with another mapping.
  func mapped(by mapping: String) -> Site {
    Site(environment: environment, arguments: arguments + ["--mapping", mapping])
  }

  /// Runs the binary. Whatever it does, it never tells a secret.
  func run(
    _ arguments: String..., started: (@Sendable (Int32) -> Void)? = nil
  ) async throws -> Command.Outcome {
    try await run(arguments, started: started)
  }

  func run(
    _ arguments: [String], started: (@Sendable (Int32) -> Void)? = nil
  ) async throws -> Command.Outcome {
    let outcome = try await command(arguments).run(started: started)
    for (name, secret) in environment where ["GAZU_PASSWD", "GAZU_TOKEN"].contains(name) {
      #expect(!outcome.all.contains(secret), "\(name) is printed by \(arguments)")
    }
    return outcome
  }

  /// The binary as it would be run.
  func command(_ arguments: [String]) -> Command {
    Command.avalonSync(arguments + self.arguments, environment: environment)
  }

  /// `plan` as JSON.
  /// - Parameter code: what `--detailed-exitcode` must give: 0 nothing to do, 2 changes.
  func plan(expecting code: Int32, _ location: SourceLocation = #_sourceLocation) async throws
    -> PlanAnswer
  {
    let outcome = try await run("plan", "--format", "json", "--detailed-exitcode")
    #expect(outcome.code == code, "\(outcome.all)", sourceLocation: location)
    return try PlanAnswer(outcome)
  }

  func apply(expecting code: Int32 = 0, _ location: SourceLocation = #_sourceLocation)
    async throws -> PlanAnswer
  {
    let outcome = try await run("apply", "--format", "json", "--auto-approve")
    #expect(outcome.code == code, "\(outcome.all)", sourceLocation: location)
    return try PlanAnswer(outcome)
  }
}

extension Site {
  /// Applies, and kills it when so many of its writes are done and the next ones hang.
  func applyKilled(_ database: AvalonDatabase, after writes: Int) async throws {
    let started = AsyncStream<Int32>.makeStream()
    var stalled = self
    stalled.environment["AVALON_MONGO"] = try await database.stalled(after: writes).uri
    async let outcome = stalled.run("apply", "--auto-approve") { process in
      started.continuation.yield(process)
      started.continuation.finish()
    }
    var killed: [Int32] = []
    for await process in started.stream {
      killed.append(process)
      try await database.killStalled(process)
    }
    let end = try await outcome
    #expect(end.isKilled && end.code == SIGKILL, "\(end.all)")
    // libmongoc would warn of what was left there, to who gets the same process id.
    let left = Set(try FileManager.default.contentsOfDirectory(atPath: "/dev/shm"))
    #expect(left.isDisjoint(with: killed.map { "mongoc-\($0)" }))
  }
}

/// What `plan` or `apply` said as JSON.
struct PlanAnswer: Sendable {
  struct Change: Sendable {
    let value: JSONValue
    var action: String? { value["action"]?.string }
    var name: String { value["name"]?.string ?? "" }
    var outcome: String? { value["outcome"]?.string }
    var fields: [String: JSONValue] {
      let fields = value["fields"]?.list ?? []
      return Dictionary(fields.map { ($0["path"]?.string ?? "", $0) }) { first, _ in first }
    }
  }

  let root: JSONValue

  init(_ outcome: Command.Outcome) throws {
    do {
      root = try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
    } catch {
      throw CommandFailure(text: "no JSON (\(error)), but: \(outcome.all.prefix(2000))")
    }
    try #require(root["formatVersion"] == 1)
  }

  var projects: [JSONValue] { root["projects"]?.list ?? [] }
  var changes: [Change] {
    projects.flatMap { $0["changes"]?.list ?? [] }.map(Change.init(value:))
  }
  var held: [JSONValue] { projects.flatMap { $0["held"]?.list ?? [] } }
  var collection: String? { projects.first?["collection"]?.string }

  /// The paths that change, by the document's name. Our own link is left out.
  var paths: [String: Set<String>] {
    let named = changes.map { change in
      (change.name, Set(change.fields.keys.filter { !$0.hasPrefix("data.kitsu.") }))
    }
    return Dictionary(named) { $0.union($1) }
  }

  func change(_ name: String) throws -> Change {
    try #require(changes.first { $0.name == name }, "no change of '\(name)'")
  }

  func after(_ name: String, _ path: String) throws -> JSONValue? {
    try change(name).fields[path]?["after"]
  }

  func count(_ what: String) -> Int? { root["summary", what]?.int }
}

struct CommandFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

/// Avalon core's own judgement of a database.
enum AvalonCore {
  static var isAvailable: Bool { Stack.has("TEST_AVALON_PYTHON") }

  /// - Returns: what it printed: each violation, then the number of documents.
  static func check(_ database: AvalonDatabase) async throws -> Command.Outcome {
    try await Command(
      try #require(Stack.avalonPython), [Fixture.path("avalon_core_check.py")],
      environment: ["AVALON_MONGO": database.uri, "AVALON_DB": database.name]
    ).run()
  }
}
