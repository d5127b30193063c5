import Foundation
import TestSupport
import Testing

/// `examples/container` and `examples/kubernetes`, judged by linters and by the schemas themselves: no engine runs
/// where the tests do.
@Suite(
  "Containers", .enabled(if: Stack.has("TEST_MANIFESTS_PYTHON")), .timeLimit(.minutes(4)))
struct ManifestTests {
  private static let examples = Golden.fixtures.deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples")
  private static let container = examples.appending(path: "container")
  private static let kubernetes = examples.appending(path: "kubernetes")

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Returns: what is wrong, a line each.
  private func mistakes(_ what: String, _ paths: [String]) async throws -> String {
    let outcome = try await Command(
      try #require(Stack.manifestsPython), [Fixture.path("manifest_check.py"), what] + paths
    ).run()
    #expect(outcome.code == 0, "\(outcome.all)")
    return outcome.output
  }

  /// A copy of a file with one mistake in it.
  private func spoilt(_ file: URL, _ text: String, _ mistake: String) throws -> String {
    let whole = try String(contentsOf: file, encoding: .utf8)
    try #require(whole.contains(text))
    return try folder.write(whole.replacing(text, with: mistake), to: file.lastPathComponent)
  }

  private func words(_ file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split { " \n\\".contains($0) }.map(String.init)
  }

  @Test("hadolint has nothing to say of the Dockerfile")
  func dockerfile() async throws {
    let hadolint = URL(filePath: try #require(Stack.manifestsPython))
      .deletingLastPathComponent().appending(path: "hadolint").path
    let file = ManifestTests.container.appending(path: "Dockerfile")
    let sound = try await Command(hadolint, [file.path]).run()
    #expect(sound.code == 0 && sound.all.isEmpty, "\(sound.all)")
    let mistake = try spoilt(file, "USER 10001:10001", "USER root")
    let told = try await Command(hadolint, [mistake]).run()
    #expect(told.code == 1 && told.all.contains("DL3002"), "\(told.all)")
  }

  @Test("The image holds the libraries that the tarball's test works out")
  func libraries() throws {
    let wanted = try words(ManifestTests.examples.appending(path: "release/runtime-packages"))
    let file = try words(ManifestTests.container.appending(path: "Dockerfile"))
    let last = try #require(file.lastIndex(of: "--no-install-recommends"))
    #expect(wanted.count == 7)
    #expect(Array(file[last...].dropFirst().prefix(wanted.count)) == wanted)
    #expect(file[last + wanted.count + 1] == "&&")
  }

  @Test("The compose file is one, and a mistake in it would be told")
  func compose() async throws {
    let file = ManifestTests.container.appending(path: "compose.yaml")
    #expect(try await mistakes("compose", [file.path]) == "")
    for (text, mistake, told) in [
      ("read_only:", "readonly:", "readonly"),
      ("condition: service_healthy", "condition: healthy", "healthy"),
      ("- kitsu-data:/", "- kitsu-date:/", "kitsu-date"),
      ("      - kitsu-password", "      - password", "`password`"),
    ] {
      let path = try spoilt(file, text, mistake)
      #expect(try await mistakes("compose", [path]).contains(told))
    }
  }

  @Test("Each manifest is what Kubernetes 1.27 and today's know, and a mistake would be told")
  func manifests() async throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: ManifestTests.kubernetes.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.count == 7)
    let files = names.map { ManifestTests.kubernetes.appending(path: $0).path }
    #expect(try await mistakes("kubernetes", files) == "")
    let deployment = ManifestTests.kubernetes.appending(path: "deployment.yaml")
    for (text, mistake, told) in [
      ("readOnlyRootFilesystem", "readonlyRootFilesystem", "readonlyRootFilesystem"),
      ("replicas: 2", "replicas: two", "two"),
    ] {
      let path = try spoilt(deployment, text, mistake)
      #expect(try await mistakes("kubernetes", [path]).contains(told))
    }
  }

  @Test("The settings and the mapping of the ConfigMap work")
  func configuration() async throws {
    let file = ManifestTests.kubernetes.appending(path: "configmap.yaml").path
    #expect(try await mistakes("data", [file, folder.url.path]) == "")
    let snapshot = ManifestTests.examples.appending(path: "demo/kitsu-snapshot.json").path
    for arguments in [
      ["mapping", "check", "studio.yaml"],
      ["plan", "--kitsu", "snapshot:\(snapshot)", "--avalon", "dump:avalon"],
    ] {
      var command = Command.avalonSync(arguments, environment: [:])
      command.folder = folder.url
      let outcome = try await command.run()
      #expect(outcome.code == 0 && !outcome.errors.contains("warning"), "\(outcome.all)")
    }
  }

  @Test("The health check passes where the service says that it is alive, and nowhere else")
  func health() async throws {
    let script = ManifestTests.container.appending(path: "healthcheck").path
    // Answers as it is told to; a request for another path or from another host gets 400.
    let server = """
      import http.server, sys
      class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          sound = self.path == "/healthz" and self.headers["Host"] == "localhost:%d" % port
          self.send_response(int(sys.argv[2]) if sound else 400)
          self.end_headers()
        def log_message(self, *_): pass
      port = int(sys.argv[1])
      server = http.server.HTTPServer(("127.0.0.1", port), Handler)
      open(sys.argv[3], "w").close()
      server.handle_request()
      """
    for (code, expected) in [(200, 0), (503, 1)] as [(Int, Int32)] {
      let port = try Mongod.freePort()
      let ready = folder.file("ready-\(code)").path
      let stand = Command(
        try #require(Stack.manifestsPython), ["-c", server, "\(port)", "\(code)", ready])
      async let served = stand.run()
      while !FileManager.default.fileExists(atPath: ready) {
        try await Task.sleep(for: .milliseconds(20))
      }
      let outcome = try await Command(script, ["\(port)"]).run()
      #expect(outcome.code == expected, "\(outcome.all)")
      let end = try await served
      #expect(end.code == 0, "\(end.all)")
      let alone = try await Command(script, ["\(port)"]).run()
      #expect(alone.code != 0, "\(alone.all)")
    }
  }
}
