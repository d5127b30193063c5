import Foundation
import TestSupport
import Testing

@testable import Kitsu

private let openssl = "/usr/bin/openssl"

@Suite(
  "Secure connections",
  .enabled(if: FileManager.default.isExecutableFile(atPath: openssl)))
struct SecureTests {
  @Test("A certificate of the studio's own needs its CA file, and is taken with it")
  func ownAuthority() async throws {
    let room = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: room, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: room) }
    let certificate = room.appending(path: "cert.pem").path
    let key = room.appending(path: "key.pem").path
    let make = try await Command(
      openssl,
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=kitsu",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
      ]
    ).run()
    #expect(make.code == 0, "\(make.all)")
    let port = try Mongod.freePort()
    let host = Command(
      openssl,
      [
        "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key, "-www",
        "-quiet",
      ]
    ).start()
    defer { host.cancel() }
    let address = "https://127.0.0.1:\(port)"
    let unknown = try await settled { try await describe(address, caFile: nil) }
    #expect(unknown.code == .tls && !unknown.isRetryable)
    #expect("\(unknown)".contains("CA file") && "\(unknown)".contains("certificate"))
    // openssl answers a web page: past the handshake.
    let known = try await describe(address, caFile: certificate)
    #expect(known.code == .notKitsu)
    let missing = try await describe(address, caFile: "/no/such/file.pem")
    #expect(missing.code == .tls)
  }

  /// Waits until the server listens.
  private func settled(_ ask: () async throws -> KitsuError) async throws -> KitsuError {
    for _ in 0..<600 {
      let error = try await ask()
      if error.code != .unreachable { return error }
      try await Task.sleep(for: .milliseconds(50))
    }
    return try await ask()
  }

  private func describe(_ address: String, caFile: String?) async throws -> KitsuError {
    var secure = settings(address)
    secure.caFile = caFile
    let kitsu = try KitsuServer(secure)
    return try await failure { () throws(KitsuError) in try await kitsu.describe() }
  }
}
