import Foundation
import TestSupport
import Testing

/// A standalone mongod with no other clients: for its counters, and for accounts of its own.
/// Stopped by its own process id when the test ends.
final class PrivateMongod: Sendable {
  let uri: String
  private let port: Int
  private let task: Task<Void, any Error>
  private let folder: TemporaryFolder

  private init(withLogin: Bool) throws {
    port = try Mongod.freePort()
    uri = "mongodb://127.0.0.1:\(port)/"
    folder = try TemporaryFolder()
    let data = try folder.folder("data").path
    let arguments = [
      "--dbpath", data, "--port", "\(port)", "--bind_ip", "127.0.0.1", "--nounixsocket",
      "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false",
      "--setParameter", "enableTestCommands=1", "--logpath", folder.file("log").path,
    ]
    let command = Command(try Mongod.binary(), arguments + (withLogin ? ["--auth"] : []))
    task = Task { _ = try await command.run() }
  }

  /// Starts one, lends it, and stops it whatever happens.
  static func with(
    login: Bool = false, _ body: (PrivateMongod) async throws -> Void
  ) async throws {
    let server = try PrivateMongod(withLogin: login)
    let result: Result<Void, any Error>
    do {
      // Python's driver waits for the server to come up.
      _ = try await AvalonDatabase(server.uri, name: "admin").command("ping", of: 1)
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    server.task.cancel()
    _ = await server.task.result
    try result.get()
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
