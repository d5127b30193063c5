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
  private var server: Task<Command.Outcome, any Error>?
  private var redis: Task<Command.Outcome, any Error>?

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
      own.startRedis()
      try await own.startServer()
      try await body(own)
    } catch {
      await own.end()
      throw error
    }
    await own.end()
  }

  private func end() async {
    await stopServer()
    await stopRedis()
    do { try FileManager.default.removeItem(at: home) } catch { Issue.record(error) }
  }

  // MARK: Redis

  func startRedis() {
    redis = Command(
      "/usr/bin/redis-server",
      ["--port", "\(redisPort)", "--bind", "127.0.0.1", "--save", "", "--dir", home.path]
    ).start()
  }

  func stopRedis() async {
    redis?.cancel()
    _ = await redis?.result
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
    var command = Command(
      bin.appendingPathComponent("gunicorn").path,
      [
        "--bind", "127.0.0.1:\(port)", "--workers", "1", "--timeout", "600", "--chdir", home.path,
        "--worker-class",
        "geventwebsocket.gunicorn.workers.GeventWebSocketWorker", "zou.event_stream:app",
      ], environment: try settings())
    command.ending = SIGQUIT  // it ends its worker
    server = command.start()
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

  func stopServer() async {
    server?.cancel()
    _ = await server?.result
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
}
