import Controller
import Foundation
import Kitsu
import Logging
import Planning
import Report
import TestSupport
import Testing

/// What webhooks get, from a real HTTP server on loopback.
@Suite("Notifier", .enabled(if: Stack.has("TEST_PYTHON")), .timeLimit(.minutes(4)))
struct NotifierTests {
  private static let clock = ServiceClock(
    elapsed: { .milliseconds(Int64(ProcessInfo.processInfo.systemUptime * 1000)) },
    now: { Int64(Date().timeIntervalSince1970 * 1000) }, hour: { 12 }, chance: { 0 })

  private func status(_ id: String, _ isHeld: Bool, notifyAt: String? = nil) -> ProjectStatus {
    let conditions =
      isHeld
      ? [
        Condition(.ready, false, .held, "10 of 20 <changed> & more", since: 0),
        Condition(.stalled, true, .held, "10 of 20 <changed> & more", since: 0),
      ] : [Condition(.ready, true, .settled, "as it should be", since: 0)]
    return ProjectStatus(
      id: id, name: "Gulls \(id)",
      setup: ProjectSetup(mapping: "m", target: "avalon", policy: .upsertOnly, notifyAt: notifyAt),
      conditions: conditions, last: nil, lag: nil, report: nil)
  }

  private func endpoint(
    _ webhook: Webhook, _ format: NoticeMessage.Format, _ path: String,
    _ events: Set<Notice.Event> = Set(Notice.Event.allCases)
  ) -> NotifySettings.Endpoint {
    NotifySettings.Endpoint(
      url: Secret("http://127.0.0.1:\(webhook.port)/\(path)"), format: format, events: events)
  }

  private func running(
    _ settings: NotifySettings, _ body: (Notifier) async throws -> Void
  ) async throws {
    let notifier = Notifier(
      settings, host: "sync1", clock: NotifierTests.clock, logger: Logger(label: "test"),
      patience: 0)
    let task = Task { await notifier.run() }
    do {
      try await body(notifier)
    } catch {
      task.cancel()
      throw error
    }
    task.cancel()
    await task.value
  }

  @Test("Several projects make one message; each webhook gets what it asked for")
  func joined() async throws {
    let webhook = try await Webhook()
    let settings = NotifySettings(
      usual: [endpoint(webhook, .json, "all"), endpoint(webhook, .slack, "slack", [.recovered])],
      own: ["here": [endpoint(webhook, .slack, "own")], "nowhere": []])
    try await running(settings) { (notifier) async throws in
      await notifier.observe(
        [
          status("1", true), status("2", true), status("3", true, notifyAt: "here"),
          status("4", true, notifyAt: "nowhere"),
        ], at: 1_000_000)
      try await webhook.eventually(2)
      let all = try #require(try await webhook.posts().first { $0.path == "/all" })
      #expect(all.type == "application/json")
      let body = try JSONDecoder().decode(Body.self, from: Data(all.body.utf8))
      #expect(body.notices.map(\.project) == ["1", "2"])
      #expect(body.notices.allSatisfy { $0.event == "held" && !$0.reminder })
      #expect(body.host == "sync1" && body.formatVersion == 1)
      let own = try #require(try await webhook.posts().first { $0.path == "/own" })
      #expect(own.body.contains("*held*: Gulls 3"))
      #expect(own.body.contains("10 of 20 &lt;changed&gt; &amp; more"))
      await notifier.observe([status("1", false), status("2", true)], at: 2_000_000)
      try await webhook.eventually(4)
      let paths = try await webhook.posts().map(\.path)
      #expect(paths.sorted() == ["/all", "/all", "/own", "/slack"])
    }
    webhook.stop()
  }

  @Test("A webhook that is away or overloaded is told later; one that refuses is not")
  func faults() async throws {
    let webhook = try await Webhook(statuses: [503, 200, 404])
    let settings = NotifySettings(usual: [endpoint(webhook, .json, "a")])
    try await running(settings) { (notifier) async throws in
      await notifier.observe([status("1", true)], at: 1_000_000)
      try await webhook.eventually(2)
      await notifier.observe([status("1", false)], at: 2_000_000)
      try await webhook.eventually(3)
      // It was refused, and stays so: only what is new is told.
      await notifier.observe([status("1", true)], at: 9_000_000)
      try await webhook.eventually(4)
      let bodies = try await webhook.posts().map(\.body)
      #expect(bodies[0].contains("\"held\"") && bodies[1].contains("\"held\""))
      #expect(bodies[2].contains("\"recovered\"") && bodies[3].contains("\"held\""))
    }
    webhook.stop()
  }

  @Test("An address is never told")
  func secret() async throws {
    let post = JSONPost(timeout: .seconds(2))
    for url in [
      "http://127.0.0.1:1/token-abc", "http://token-abc.invalid/", "ftp://token-abc",
      "https://127.0.0.1:1/x",
    ] {
      let failure = await #expect(throws: PostFailure.self) {
        try await post.send(Array("{}".utf8), to: Secret(url))
      }
      #expect(failure.map { "\($0)".contains("token-abc") } == false)
    }
    post.close()
  }

  private struct Body: Decodable {
    struct Item: Decodable {
      let project: String
      let event: String
      let reminder: Bool
    }

    let formatVersion: Int
    let host: String
    let notices: [Item]
  }
}

/// An HTTP server that writes down what it is sent.
private final class Webhook: Sendable {
  struct Post: Decodable {
    let path: String
    let type: String
    let body: String
  }

  let port: Int
  private let folder: URL
  private let process: Task<Command.Outcome, any Error>

  private static let program = """
    import http.server, json, sys
    statuses = [int(text) for text in sys.argv[2:]]
    log = open(sys.argv[1] + "/log", "a", buffering=1)
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            log.write(json.dumps({"path": self.path, "type": self.headers["Content-Type"], "body": body}) + "\\n")
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        def log_message(self, *arguments): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    open(sys.argv[1] + "/port.new", "w").write(str(server.server_address[1]))
    import os; os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
    server.serve_forever()
    """

  /// - Parameter statuses: of the first answers; later ones are 200.
  init(statuses: [Int] = []) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "webhook-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let arguments = ["-c", Webhook.program, folder.path] + statuses.map(String.init)
    process = Command(try #require(Stack.python), arguments).start()
    var found: Int?
    for _ in 0..<1200 where found == nil {
      try await Task.sleep(for: .milliseconds(50))
      found = (try? String(contentsOf: folder.appending(path: "port"), encoding: .utf8)).flatMap {
        Int($0)
      }
    }
    port = try #require(found)
  }

  func posts() async throws -> [Post] {
    let log = folder.appending(path: "log")
    guard FileManager.default.fileExists(atPath: log.path) else { return [] }
    return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Post.self, from: Data($0.utf8))
    }
  }

  /// Waits until so many were sent.
  func eventually(_ count: Int, _ location: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<1200 {
      if try await posts().count >= count { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("\(count) messages: not within 60 s", sourceLocation: location)
  }

  deinit { stop() }

  func stop() {
    process.cancel()
    try? FileManager.default.removeItem(at: folder)
  }
}
