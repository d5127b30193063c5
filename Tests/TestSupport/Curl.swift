/// Asks a server on loopback with curl, which is on every machine that runs the test stack.
package struct Curl: Sendable {
  package struct Answer: Sendable {
    package let status: Int
    /// Lower-case names.
    package let headers: [String: String]
    package let body: String
  }

  package struct Failure: Error {
    let text: String
  }

  package let port: Int

  package init(port: Int) { self.port = port }

  /// - Parameter options: curl's, before the address.
  package func get(_ path: String, _ options: String...) async throws -> Answer {
    let outcome = try await Command(
      "/usr/bin/curl",
      ["-sS", "-i", "--max-time", "100", "--path-as-is"] + options
        + ["http://127.0.0.1:\(port)\(path)"]
    ).run()
    guard outcome.code == 0 else {
      throw Failure(text: "curl ended with \(outcome.code): \(outcome.errors)")
    }
    // A CR and LF are one character to Swift.
    let lines = outcome.output.split(separator: "\r\n", omittingEmptySubsequences: false)
    let end = lines.firstIndex(of: "") ?? lines.endIndex
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let headers = lines[..<end].dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (line[..<colon].lowercased(), String(line[colon...].dropFirst(2)))
    }
    return Answer(
      status: status ?? 0, headers: Dictionary(headers) { first, _ in first },
      body: lines[end...].dropFirst().joined(separator: "\r\n"))
  }
}
