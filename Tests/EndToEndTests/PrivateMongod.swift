import Foundation
import Synchronization
import TestSupport
import Testing

/// A mongod with no other clients: for its counters, for accounts of its own, and to be killed.
/// Stopped by its own process id when the test ends.
final class PrivateMongod: Sendable {
  let uri: String
  private let port: Int
  private let command: Command
  private let process: Mutex<Task<Command.Outcome, any Error>>
  private let folder: TemporaryFolder

  private init(withLogin: Bool, inSet isMember: Bool) throws {
    port = try Mongod.freePort()
    uri = "mongodb://127.0.0.1:\(port)/" + (isMember ? "?replicaSet=own" : "")
    folder = try TemporaryFolder()
    let data = try folder.folder("data").path
    let arguments = [
      "--dbpath", data, "--port", "\(port)", "--bind_ip", "127.0.0.1", "--nounixsocket",
      "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false",
      "--setParameter", "enableTestCommands=1", "--logpath", folder.file("log").path,
    ]
    let options =
      (withLogin ? ["--auth"] : [])
      + (isMember ? ["--replSet", "own", "--oplogSize", "64"] : [])
    let command = Command(try Mongod.binary(), arguments + options)
    self.command = command
    process = Mutex(command.start())
  }

  /// Starts one, lends it, and stops it whatever happens.
  /// - Parameter isMember: whether it is a replica set of one, in place of a standalone server.
  static func with(
    login: Bool = false, inSet isMember: Bool = false, _ body: (PrivateMongod) async throws -> Void
  ) async throws {
    let server = try PrivateMongod(withLogin: login, inSet: isMember)
    let result: Result<Void, any Error>
    do {
      if isMember { try await server.initiate() }
      // Python's driver waits for the server to come up.
      _ = try await AvalonDatabase(server.uri, name: "admin").command("ping", of: 1)
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    await server.crash()
    try result.get()
  }

  private func initiate() async throws {
    let member: JSONValue = ["_id": 0, "host": .string("127.0.0.1:\(port)")]
    try await AvalonDatabase("mongodb://127.0.0.1:\(port)/?directConnection=true", name: "admin")
      .command("replSetInitiate", of: ["_id": "own", "members": .list([member])])
  }

  /// Ends it by SIGKILL, as a crash or a lost power supply does.
  func crash() async {
    let task = process.withLock { $0 }
    task.cancel()
    _ = await task.result
  }

  /// Starts it again on the data that the crash left.
  func restart() {
    process.withLock { [command] in $0 = command.start() }
  }

  /// Stops it in the middle of its work: connections stay, and nothing is answered.
  func freeze() throws { try signal(SIGSTOP) }

  func thaw() throws { try signal(SIGCONT) }

  private func signal(_ signal: Int32) throws {
    let lock = try String(contentsOf: folder.file("data/mongod.lock"), encoding: .utf8)
    let process = try #require(Int32(lock.trimmingCharacters(in: .whitespacesAndNewlines)))
    try #require(kill(process, signal) == 0)
  }

  /// The set is without a primary for a second or more.
  func stepDown() async throws {
    try await AvalonDatabase(uri, name: "admin")
      .command("replSetStepDown", of: 1, ["force": true, "secondaryCatchUpPeriodSecs": 0])
  }

  /// Makes an account; before the first one, a connection from this machine may do all.
  /// - Returns: the database as this account reaches it, through a URI as the old Avalon Sync's
  ///   README has it.
  func account(
    _ user: String, password: String, role: String, in database: String,
    by admin: AvalonDatabase? = nil
  ) async throws -> AvalonDatabase {
    let home = AvalonDatabase(admin?.uri ?? uri, name: database)
    try await home.command(
      "createUser", of: .string(user),
      ["pwd": .string(password), "roles": [["role": .string(role), "db": .string(database)]]])
    return AvalonDatabase(
      "mongodb://\(user):\(password)@127.0.0.1:\(port)/\(database)", name: database)
  }
}
