import Controller
import Foundation
import Report
import StatusServer
import TestSupport
import Testing

/// Over real sockets, with a real client.
@Suite("The status server", .timeLimit(.minutes(2)))
struct StatusServerTests {
  @Test("Every page, with headers that let it do nothing else")
  func pages() async throws {
    let served = ServedState(state([try project("Gulls <b>")]))
    try await serving(served) { client in
      let types = [
        "/": "text/html; charset=utf-8", "/projects/\(firstProject)": "text/html; charset=utf-8",
        "/projects/\(firstProject)/plan.json": "application/json",
        "/status.json": "application/json",
        "/healthz": "text/plain; charset=utf-8", "/readyz": "text/plain; charset=utf-8",
        "/metrics": "text/plain; version=0.0.4; charset=utf-8", "/?x=1": "text/html; charset=utf-8",
      ]
      for (path, type) in types {
        let answer = try await client.get(path)
        #expect(answer.status == 200, "\(path)")
        #expect(answer.headers["content-type"] == type, "\(path)")
        #expect(answer.headers["content-security-policy"] == PagePolicy.header)
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["x-frame-options"] == "DENY")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["set-cookie"] == nil && answer.headers["server"] == nil)
      }
      let page = try await client.get("/projects/\(firstProject)").body
      #expect(page.contains("rename one of the two") && page.contains("Gulls &lt;b&gt;"))
      #expect(try await client.get("/status.json").body.contains("\"formatVersion\": 1"))
    }
  }

  @Test("What is not there, and what may not be done")
  func refusals() async throws {
    try await serving(ServedState(state())) { client in
      for path in [
        "/x", "/projects", "/projects/", "/projects/../status.json", "/projects/\(firstProject)",
        "/projects/\(firstProject)/plan.json", "//", "/%2e%2e/etc/passwd",
      ] { #expect(try await client.get(path).status == 404, "\(path)") }
      for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = try await client.get("/", "-X", method)
        #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD", "\(method)")
      }
      #expect(try await client.get("/", "-X", "GET", "-d", "x").status == 413)
      let head = try await client.get("/healthz", "--head")
      #expect(head.status == 200 && head.body.isEmpty)
      let long = String(repeating: "x", count: 40_000)
      #expect(try await client.get("/", "-H", "X-Long: \(long)").status != 200)
    }
  }

  @Test("On loopback a page from elsewhere reads nothing")
  func rebinding() async throws {
    try await serving(ServedState(state())) { client in
      for host in [
        "evil.example", "evil.example:\(client.port)", "127.0.0.1.evil.example", "10.0.0.7",
      ] {
        let answer = try await client.get("/status.json", "-H", "Host: \(host)")
        #expect(answer.status == 421, "\(host)")
      }
      for host in ["localhost", "LOCALHOST:1", "127.0.0.1:\(client.port)", "[::1]:80", "[::1]"] {
        let answer = try await client.get("/status.json", "-H", "Host: \(host)")
        #expect(answer.status == 200, "\(host)")
      }
    }
    // Where it is open to the network, others give it names that it cannot know.
    try await serving(ServedState(state()), at: "0.0.0.0:0") { client in
      let answer = try await client.get("/readyz", "-H", "Host: sync.studio")
      #expect(answer.status == 200)
    }
  }

  @Test("Health and readiness follow the service")
  func probes() async throws {
    let served = ServedState(state(ready: false))
    try await serving(served) { client in
      let waiting = try await client.get("/readyz")
      #expect(waiting.status == 503)
      #expect(waiting.body == "not ready: KitsuUnreachable: Kitsu: connection refused\n")
      #expect(try await client.get("/healthz").status == 200)
      served.set(state())
      #expect(try await client.get("/readyz").status == 200)
      served.hang()
      #expect(try await client.get("/healthz").status == 503)
    }
  }

  @Test("Who takes nothing of an answer is let go, and keeps nobody's connection")
  func deafClient() async throws {
    let projects = try (0..<10_000).map { number in
      let digits = String(format: "%012d", number)
      return try project("Show \(number)", id: "00000000-0000-4000-8000-\(digits)")
    }
    let served = ServedState(state(projects))
    var whole = 0
    try await serving(served) { client in
      whole = try await client.get("/status.json").body.utf8.count
    }
    #expect(whole > 8 << 20, "more than a connection buffers: \(whole)")
    try await serving(served, patience: .milliseconds(500)) { client in
      let descriptor = try await DeafClient.ask(client.port, "/status.json")
      defer { close(descriptor) }
      try await Task.sleep(for: .seconds(5))
      #expect(DeafClient.rest(descriptor) < whole)
    }
  }

  @Test("An address that is taken is told")
  func taken() async throws {
    try await serving(ServedState(state())) { client in
      let error = await #expect(throws: StatusServerError.self) {
        try await serving(ServedState(state()), at: "127.0.0.1:\(client.port)") { _ in }
      }
      let told = try #require(error).description
      #expect(told.contains("127.0.0.1:\(client.port)"))
    }
  }

  @Test(
    "Where it listens",
    arguments: [
      ("127.0.0.1:9464", "127.0.0.1:9464", true), ("localhost:1", "localhost:1", true),
      ("[::1]:80", "[::1]:80", true), (":9464", "0.0.0.0:9464", false),
      ("0.0.0.0:0", "0.0.0.0:0", false), ("127.evil.example:1", "127.evil.example:1", false),
      ("host", nil, false), ("host:x", nil, false), ("::1:80", nil, false), ("h:70000", nil, false),
    ] as [(String, String?, Bool)])
  func addresses(_ text: String, _ expected: String?, _ isLoopback: Bool) {
    let address = ListenAddress(text)
    #expect(address?.description == expected)
    #expect(address?.isLoopback ?? false == isLoopback)
  }
}

/// Asks, and listens much later.
private enum DeafClient {
  static func ask(_ port: Int, _ path: String) async throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isConnected)
    let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
    try #require(send(descriptor, request, request.count, 0) == request.count)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var first: UInt8 = 0
    // Waiting in the call would take a thread from the server, of which there are few.
    for _ in 0..<400 {
      if recv(descriptor, &first, 1, Int32(MSG_DONTWAIT)) == 1 { return descriptor }
      try await Task.sleep(for: .milliseconds(50))
    }
    close(descriptor)
    throw POSIXError(.ETIMEDOUT)
  }

  /// How many bytes come until the server ends the connection.
  static func rest(_ descriptor: Int32) -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { total += count }
    return total
  }
}
