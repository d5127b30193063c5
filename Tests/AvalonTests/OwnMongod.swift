import BSON
import Foundation
import TestSupport
import Testing

@testable import Avalon

/// A real mongod of our own for what the shared one must not suffer: logins, a lost primary,
/// broken connections. One member of a replica set with access control; stopped by its own process.
final class OwnMongod {
  static let password = "s3cr&t/p@ss"

  let port: Int
  private let process: Task<Command.Outcome, any Error>
  private let home: URL

  private init(port: Int) throws {
    self.port = port
    home = FileManager.default.temporaryDirectory
      .appendingPathComponent("avalon-sync-mongod-" + UUID().uuidString)
    let data = home.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    let key = home.appendingPathComponent("key")
    try Data("c29tZSBrZXkgZm9yIGEgdGVzdA==".utf8).write(to: key)
    chmod(key.path, 0o400)
    let arguments = [
      "--dbpath", data.path, "--port", "\(port)", "--bind_ip", "127.0.0.1", "--nounixsocket",
      "--replSet", "own", "--keyFile", key.path, "--oplogSize", "64",
      "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "enableTestCommands=1",
      "--setParameter", "diagnosticDataCollectionEnabled=false",
      "--logpath", home.appendingPathComponent("log").path,
    ]
    process = Command(try Mongod.binary(), arguments).start()
  }

  /// Starts it, makes the set and its users, lends it, and stops it whatever happens.
  static func with(_ body: (OwnMongod) async throws -> Void) async throws {
    let server = try OwnMongod(port: Mongod.freePort())
    do {
      try await server.initiate()
      try await body(server)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func stop() async {
    process.cancel()
    _ = await process.result
    try? FileManager.default.removeItem(at: home)
  }

  private func initiate() async throws {
    let member = document(("_id", .int32(0)), ("host", "127.0.0.1:\(port)".value))
    let config = document(("_id", "own".value), ("members", list(.document(member))))
    let direct = try store(user: nil, timeout: .seconds(60))
    _ = try await direct.command(
      document(("replSetInitiate", .document(config))), on: "admin")
    try await waitForPrimary(direct)
    for (user, role, database) in [
      ("admin", "root", "admin"), ("reader", "read", "avalon"), ("writer", "readWrite", "avalon"),
    ] {
      let role = document(("role", role.value), ("db", database.value))
      let command = document(
        ("createUser", user.value), ("pwd", Self.password.value), ("roles", list(.document(role))))
      let creator = user == "admin" ? direct : try store(user: "admin")
      _ = try await creator.command(command, on: "admin")
      if user != "admin" { await creator.close() }
    }
    await direct.close()
  }

  private func waitForPrimary(_ store: MongoStore) async throws {
    for _ in 0..<300 {
      let hello = try await store.command(document(("hello", .int32(1))), on: "admin")
      if hello["isWritablePrimary"]?.bool == true { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("the set has no primary after 30 s")
  }

  /// A store of the database `avalon`.
  /// - Parameters:
  ///   - user: nil for none.
  ///   - options: as they stand in the URI after `?`; without `replicaSet` the connection is direct.
  func store(
    user: String?, password: String = OwnMongod.password, options: String = "",
    timeout: Duration = .seconds(10)
  ) throws -> MongoStore {
    let secret = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let login = user.map { "\($0):\(secret)@" } ?? ""
    let uri = "mongodb://\(login)127.0.0.1:\(port)/elsewhere?authSource=admin&\(options)"
    return try MongoStore(
      uri: user == nil ? "mongodb://127.0.0.1:\(port)/?\(options)" : uri, database: "avalon",
      timeout: timeout)
  }

  /// The controller's database beside it.
  func records() throws -> MongoRecords {
    let secret = Self.password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    return try MongoRecords(
      uri: "mongodb://admin:\(secret)@127.0.0.1:\(port)/?authSource=admin",
      database: "avalon_sync", avalon: "avalon", timeout: .seconds(10))
  }

  /// Which of the commands fail.
  enum Mode {
    case always, off
    case times(Int32)
    case after(Int32)

    var value: Value {
      switch self {
      case .always: "alwaysOn".value
      case .off: "off".value
      case .times(let count): .document(document(("times", .int32(count))))
      case .after(let count): .document(document(("skip", .int32(count))))
      }
    }
  }

  /// Makes the server misbehave: mongod's own fail point `failCommand`.
  func fail(
    _ commands: [String], mode: Mode, with fault: (FieldName, Value)
  ) async throws {
    let admin = try store(user: "admin")
    let data = DocumentWriter.document { writer in
      writer.appendArray("failCommands", commands.map(\.value))
      writer.append(fault.0, fault.1)
    }
    _ = try await admin.command(
      document(
        ("configureFailPoint", "failCommand".value), ("mode", mode.value),
        ("data", .document(data))), on: "admin")
    await admin.close()
  }

  /// Makes every command that has a `maxTimeMS` run out of it.
  func always(timesOut: Bool) async throws {
    let admin = try store(user: "admin")
    _ = try await admin.command(
      document(
        ("configureFailPoint", "maxTimeAlwaysTimeOut".value),
        ("mode", timesOut ? Mode.always.value : Mode.off.value)), on: "admin")
    await admin.close()
  }

  /// Gives up being primary for some time, or takes it back.
  func setPrimary(_ isPrimary: Bool) async throws {
    let admin = try store(user: "admin")
    let command =
      isPrimary
      ? document(("replSetFreeze", .int32(0)))
      : document(("replSetStepDown", .int32(120)), ("force", .bool(true)))
    _ = try await admin.command(command, on: "admin")
    if isPrimary { try await waitForPrimary(admin) }
    await admin.close()
  }
}
