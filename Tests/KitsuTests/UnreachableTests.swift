import Foundation
import TestSupport
import Testing

@testable import Kitsu

@Suite("A Kitsu that cannot be reached")
struct UnreachableTests {
  private func describe(
    _ address: String, connectTimeout: Duration = .seconds(1)
  ) async throws -> KitsuError {
    var unreachable = settings(address)
    unreachable.connectTimeout = connectTimeout
    unreachable.stallTimeout = .seconds(1)
    let kitsu = try KitsuServer(unreachable)
    return try await failure { () throws(KitsuError) in try await kitsu.describe() }
  }

  @Test("Nothing listens: said with the address")
  func refused() async throws {
    let port = try Mongod.freePort()
    let error = try await describe("http://127.0.0.1:\(port)")
    #expect(error.code == .unreachable && error.isRetryable)
    #expect("\(error)".contains("127.0.0.1:\(port)"))
  }

  @Test("The host is not known")
  func unknownHost() async throws {
    let error = try await describe("http://kitsu.invalid/api", connectTimeout: .seconds(30))
    #expect(error.code == .hostNotFound)
    #expect("\(error)".contains("kitsu.invalid") && "\(error)".contains("GAZU_URL"))
  }

  @Test("The host takes connections and says nothing")
  func silent() async throws {
    let silent = try FaultProxy(upstream: 1) { _ in .delay(60) }
    var patient = settings(silent.address)
    patient.stallTimeout = .seconds(1)
    patient.retry = RetryPolicy(attempts: 1)
    let kitsu = try KitsuServer(patient)
    let error = try await failure { () throws(KitsuError) in try await kitsu.describe() }
    #expect(error.code == .timedOut && error.isRetryable)
  }

  @Test("A web page, another service and a proxy's login are not Kitsu")
  func somethingElse() async throws {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<a/>"
    let service = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    let login = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    for (answer, words) in [(page, "web page"), (service, "something else"), (login, "login")] {
      let other = try FaultProxy(upstream: 1) { _ in .reply(answer) }
      let error = try await describe("http://127.0.0.1:\(other.port)")
      #expect(error.code == .notKitsu)
      #expect("\(error)".contains(words) && "\(error)".contains("GAZU_URL"))
    }
  }

  @Test("Requests after the end of the session fail as closed")
  func closed() async throws {
    let kitsu = try server("http://127.0.0.1:1")
    await kitsu.close()
    let error = try await failure { () throws(KitsuError) in try await kitsu.describe() }
    #expect(error.code == .cancelled)
  }
}
