import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// An event stream of the test stack's Kitsu with a Redis of its own, to be stopped and started
/// again, as the shared ones must not be. What it brings is what `publish` puts into its Redis, as
/// Zou's API does.
final class OwnEventServer {
  private let home: URL
  private let port: Int
  private let redisPort: Int
  private var server: Process?
  private var redis: Process?

  var address: String { "http://127.0.0.1:\(port)" }

  private init() throws {
    home = FileManager.default.temporaryDirectory
      .appendingPathComponent("avalon-sync-events-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    port = try Mongod.freePort()
    redisPort = try Mongod.freePort()
  }

  /// Starts both, lends them, and stops them whatever happens.
  static func with(_ body: (OwnEventServer) async throws -> Void) async throws {
    let own = try OwnEventServer()
    do {
      try own.startRedis()
      try await own.startServer()
      try await body(own)
    } catch {
      own.end()
      throw error
    }
    own.end()
  }

  private func end() {
    stopServer()
    stopRedis()
    do { try FileManager.default.removeItem(at: home) } catch { Issue.record(error) }
  }

  // MARK: Redis

  func startRedis() throws {
    redis = try run(
      "/usr/bin/redis-server",
      ["--port", "\(redisPort)", "--bind", "127.0.0.1", "--save", "", "--dir", home.path])
  }

  func stopRedis() {
    OwnEventServer.stop(redis, by: SIGKILL)
    redis = nil
  }

  /// Says that a shot changed, by the words of Zou's `publisher_store`.
  func publish(shot: String, project: String) async throws {
    let script = """
      from flask_socketio import SocketIO
      SocketIO(message_queue="redis://127.0.0.1:\(redisPort)/2").emit(
        "shot:update", {"shot_id": "\(shot)", "project_id": "\(project)"}, namespace="/events")
      """
    let outcome = try await Command(try #require(Stack.python), ["-c", script]).run()
    #expect(outcome.code == 0, "\(outcome.all)")
  }

  // MARK: The server

  /// Returns when it answers; it imports all of Zou, which takes seconds.
  func startServer() async throws {
    let python = try #require(Stack.python)
    let bin = URL(fileURLWithPath: python).deletingLastPathComponent()
    server = try run(
      python,
      [
        "-c", OwnEventServer.unblocked, bin.appendingPathComponent("gunicorn").path,
        "--bind", "127.0.0.1:\(port)", "--workers", "1", "--chdir", home.path, "--worker-class",
        "geventwebsocket.gunicorn.workers.GeventWebSocketWorker", "zou.event_stream:app",
      ], environment: try settings())
    let url = try #require(URL(string: address))
    for _ in 0..<300 {
      do {
        _ = try await URLSession.shared.data(from: url)
        return
      } catch {
        try await Task.sleep(for: .milliseconds(200))
      }
    }
    throw POSIXError(.ETIMEDOUT)
  }

  /// A child inherits the blocked signals of a worker thread: it would not hear that it is to stop.
  private static let unblocked = """
    import os, signal, sys
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execv(sys.argv[1], sys.argv[1:])
    """

  func stopServer() {
    OwnEventServer.stop(server, by: SIGQUIT)
    server = nil
  }

  private func settings() throws -> [String: String] {
    func value(_ name: String) throws -> String { try #require(Stack.value(name)) }
    let secret = URL(fileURLWithPath: try value("TEST_STACK_HOME")).appendingPathComponent("secret")
    return [
      "DB_HOST": try value("TEST_PG_HOST"), "DB_PORT": try value("TEST_PG_PORT"),
      "DB_USERNAME": try value("TEST_PG_USER"), "DB_PASSWORD": try value("TEST_PG_PASSWORD"),
      "DB_DATABASE": try value("TEST_PG_DATABASE"), "KV_HOST": "127.0.0.1",
      "KV_PORT": "\(redisPort)", "SECRET_KEY": try String(contentsOf: secret, encoding: .utf8),
      "PREVIEW_FOLDER": home.path, "TMP_DIR": home.path, "HOME": home.path,
      "MAIL_ENABLED": "False", "TELEMETRY_URL": "http://127.0.0.1:9/", "IS_SELF_HOSTED": "True",
    ]
  }

  // MARK: Processes

  private func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = home
    process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func stop(_ process: Process?, by signal: Int32) {
    guard let process, process.isRunning else { return }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }
}
