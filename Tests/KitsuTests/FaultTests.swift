import BSON
import Foundation
import Identity
import Mapping
import Synchronization
import TestSupport
import Testing

@testable import Kitsu

@Suite("Networks that fail, before the real Kitsu", .enabled(if: KitsuStack.isAvailable))
struct FaultTests {
  typealias Fault = FaultProxy.Fault

  private static let busy =
    "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
  private static let html =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
  private static let badGateway =
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
  private static let garbage =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[{\"id\": x"

  private static func json(_ status: String, _ body: String) -> String {
    """
    HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\
    Connection: close\r\n\r\n\(body)
    """
  }

  /// The fault for the first `times` requests of a route.
  private static func first(
    _ times: Int, of route: String, _ fault: Fault
  ) -> @Sendable (FaultProxy.Request) -> Fault {
    let left = Mutex(times)
    return { request in
      guard request.line.contains(route) else { return .pass }
      return left.withLock { left in
        left -= 1
        return left >= 0 ? fault : .pass
      }
    }
  }

  @Test(
    "What passes is tried again",
    arguments: [
      ("/assets/with-tasks", Fault.drop, 2), ("/assets/with-tasks", .cut(700), 2),
      ("compact=true", .cut(300), 1),
      ("/data/persons", .reply(busy), 1), ("/data/persons", .reply(badGateway), 3),
      ("/data/task-types", .reply("HTTP/1.1 200 OK\r\n\r\n[{\"id\": \"a\", "), 1),
      ("/auth/login", .drop, 1), ("/status", .reply(busy), 1),
      ("/data/departments", .delay(0.5), 1),
    ])
  func retried(route: String, fault: Fault, times: Int) async throws {
    let show = try await SmallShow.make()
    let faulty = try proxy(FaultTests.first(times, of: route, fault))
    let kitsu = try server(faulty.address)
    let started = ContinuousClock.now
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.names(.shot) == ["SH010"])
    #expect(reading.names(.asset) == ["Big Bob", "Été à l'Île"])
    #expect(reading.consistency == .consistent)
    if case .reply(FaultTests.busy) = fault {
      #expect(started.duration(to: .now) >= .seconds(1))
    }
  }

  @Test(
    "What does not pass is told clearly",
    arguments: [
      (Fault.drop, KitsuError.Code.dropped, "connection", true),
      (.cut(500), .dropped, "connection", true),
      (.reply(garbage), .invalidAnswer, "line 1, column", false),
      (.reply(html), .notKitsu, "GAZU_URL", false),
      (.reply(badGateway), .server, "502", true),
      (.reply(json("500 Oops", "{\"message\": \"boom\"}")), .server, "boom", true),
      (.reply(json("404 No", "{\"message\": \"no\"}")), .notFound, "404", false),
    ])
  func told(fault: Fault, code: KitsuError.Code, words: String, isRetryable: Bool) async throws {
    let show = try await SmallShow.make()
    let faulty = try proxy(FaultTests.first(100, of: "/assets/with-tasks", fault))
    let kitsu = try server(faulty.address)
    let project = try show.entityID()
    let error = try await failure { () throws(KitsuError) in
      try await kitsu.read(project: project, needs: .everything, progress: nil)
    }
    #expect(error.code == code)
    #expect("\(error)".contains(words))
    #expect(error.isRetryable == isRetryable)
    #expect(!error.subject.contains("?"))
  }

  @Test("A Zou without the boards is too old")
  func tooOld() async throws {
    let show = try await SmallShow.make()
    let missing = FaultTests.json("404 No", "{\"message\": \"404 Not Found\"}")
    let old = try proxy(FaultTests.first(9, of: "/shots/with-tasks", .reply(missing)))
    let kitsu = try server(old.address)
    let project = try show.entityID()
    let error = try await failure { () throws(KitsuError) in
      try await kitsu.read(project: project, needs: .everything, progress: nil)
    }
    #expect(error.code == .tooOld)
  }

  @Test("A token that the server no longer takes costs one renewal and one repeat each")
  func expiredToken() async throws {
    let show = try await SmallShow.make()
    let stale = Mutex<String?>(nil)
    let refused = Mutex(0)
    let faulty = try proxy { request in
      guard !request.line.contains("/auth/"), let token = bearer(request) else { return .pass }
      let isStale = stale.withLock { known in
        if known == nil { known = token }
        return known == token
      }
      if isStale { refused.withLock { $0 += 1 } }
      return isStale ? .garbleToken : .pass
    }
    let kitsu = try server(faulty.address)
    _ = try await kitsu.describe()
    let project = try show.entityID()
    try await withThrowingTaskGroup(of: ProjectReading.self) { group in
      for _ in 0..<4 {
        group.addTask { try await kitsu.read(project: project, needs: .everything, progress: nil) }
      }
      for try await reading in group {
        #expect(reading.names(.shot) == ["SH010"])
      }
    }
    // The first request of each, and no other.
    #expect((1...4).contains(refused.withLock { $0 }))
    #expect(faulty.count("/auth/refresh-token") == 1)
    #expect(faulty.count("/auth/login") == 1)
  }

  @Test("When the renewal is refused too, there is a new login")
  func refusedRenewal() async throws {
    _ = try await SmallShow.make()
    let garbled = Mutex(false)
    let faulty = try proxy { request in
      if request.line.contains("/auth/refresh-token") { return .garbleToken }
      guard request.line.contains("/data/") else { return .pass }
      return garbled.withLock { done in
        defer { done = true }
        return done ? .pass : .garbleToken
      }
    }
    let kitsu = try server(faulty.address)
    #expect(try await !kitsu.projects().isEmpty)
    #expect(faulty.count("/auth/refresh-token") == 1)
    #expect(faulty.count("/auth/login") == 2)
  }

  @Test("A store that is down is waited for, then named")
  func storeDown() async throws {
    let down =
      #"{"name": "Zou", "version": "1.0.97", "database-up": false, "key-value-store-up": true}"#
    let refused = Fault.reply(FaultTests.json("400 Bad", #"{"message": "invalid format"}"#))
    let isDown = Mutex(false)
    let faulty = try proxy { request in
      guard isDown.withLock({ $0 }) else { return .pass }
      return request.line.contains("/status ") ? .reply(FaultTests.json("200 OK", down)) : refused
    }
    _ = try await SmallShow.make()
    let kitsu = try server(faulty.address)
    _ = try await kitsu.describe()
    isDown.withLock { $0 = true }
    let error = try await failure { () throws(KitsuError) in try await kitsu.projects() }
    #expect(error.code == .storeDown && error.isRetryable)
    #expect("\(error)".contains("PostgreSQL"))
    #expect(faulty.count("/data/project-status") == impatient.attempts)
    isDown.withLock { $0 = false }
    #expect(try await !kitsu.projects().isEmpty)
  }

  @Test("Redirects stay on the host")
  func redirects() async throws {
    func moved(_ target: String) -> Fault {
      .reply("HTTP/1.1 301 Moved\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
    }
    let here = try proxy(
      FaultTests.first(1, of: "/data/project-status", moved("/api/data/project-status?again=1")))
    _ = try await SmallShow.make()
    let kitsu = try server(here.address)
    #expect(try await !kitsu.projects().isEmpty)
    #expect(here.count("again=1") == 1)
    let away = try proxy(
      FaultTests.first(9, of: "/data/project-status", moved("http://elsewhere.invalid/?token=1")))
    let other = try server(away.address)
    let error = try await failure { () throws(KitsuError) in try await other.projects() }
    #expect(error.code == .notKitsu)
    #expect("\(error)".contains("elsewhere.invalid") && !"\(error)".contains("token=1"))
  }

  @Test("A reading that is cancelled says so and does not wait for its answer")
  func cancelled() async throws {
    let show = try await SmallShow.make()
    let slow = try proxy(FaultTests.first(1, of: "/assets/with-tasks", .delay(20)))
    let kitsu = try server(slow.address)
    let project = try show.entityID()
    let reading = Task { () async -> KitsuError? in
      do throws(KitsuError) {
        _ = try await kitsu.read(project: project, needs: .everything, progress: nil)
        return nil
      } catch {
        return error
      }
    }
    try await Task.sleep(for: .seconds(1))
    reading.cancel()
    #expect(await reading.value?.code == .cancelled)
  }
}

private func bearer(_ request: FaultProxy.Request) -> String? {
  request.head.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") }.map(String.init)
}
