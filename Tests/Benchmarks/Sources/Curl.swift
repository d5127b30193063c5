import BSON
import Foundation

/// The `curl` program with a token, which is given to it by standard input and is never an argument.
struct Curl {
  private let base: String
  private let token: String

  /// Logs in.
  init(base: String, email: String, password: String) async throws {
    let login = DocumentWriter.document { writer in
      writer.append("email", email)
      writer.append("password", password)
    }
    let config = """
      url = "\(base)/auth/login"
      header = "Content-Type: application/json"
      data = \(Curl.quoted(JSONText.write(login)))
      """
    let answer = try await Curl.run(["--silent", "--show-error", "--fail"], config)
    guard let token = try JSON.document(answer)["access_token"]?.string else {
      throw BenchmarkError("Kitsu's login gave no token")
    }
    self.base = base
    self.token = token
  }

  /// Reads every route and throws the answers away.
  /// - Returns: the bytes of all answers.
  func fetch(_ routes: [String], parallel: Bool) async throws -> Int {
    var config = "header = \"Authorization: Bearer \(token)\"\n"
    for route in routes {
      config += "url = \"\(base)\(route)\"\noutput = \"/dev/null\"\n"
    }
    var arguments = [
      "--silent", "--show-error", "--no-progress-meter", "--fail", "--compressed", "--globoff",
      "--write-out", "%{size_download}\n",
    ]
    if parallel { arguments.append("--parallel") }
    let sizes = try await Curl.run(arguments, config).split(separator: "\n").compactMap { Int($0) }
    guard sizes.count == routes.count else {
      throw BenchmarkError("curl gave \(sizes.count) answers to \(routes.count) requests")
    }
    return sizes.reduce(0, +)
  }

  /// A text for curl's configuration.
  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }

  /// Runs curl with a configuration; gives its standard output.
  private static func run(_ arguments: [String], _ config: String) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["curl"] + arguments + ["--config", "-"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    let status = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(config.utf8))
        try input.fileHandleForWriting.close()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    guard status == 0 else { throw BenchmarkError("curl ended with \(status)") }
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}
