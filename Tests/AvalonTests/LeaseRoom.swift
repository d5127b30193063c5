import BSON
import Foundation
import Identity
import Synchronization
import TestSupport
import Testing

@testable import Avalon

/// A controller's database in which some replicas share projects.
final class LeaseRoom: Sendable {
  /// Leases are in MongoDB alone.
  static var kinds: [StoreKind] { StoreKind.available.filter { $0 != .dump } }

  private let url: String
  private let database = "leases_" + UUID().uuidString.prefix(8).lowercased()
  private let made = Mutex<[MongoLeases]>([])

  private init(url: String) { self.url = url }

  /// Makes the room, and empties it whatever the test did.
  static func with(_ kind: StoreKind, _ body: (LeaseRoom) async throws -> Void) async throws {
    let url = try #require(kind == .replicaSet ? Stack.mongoURL : Stack.standaloneMongoURL)
    let room = LeaseRoom(url: url)
    do {
      try await body(room)
    } catch {
      try await room.clear()
      throw error
    }
    try await room.clear()
  }

  func replica(
    _ host: String, group: String = "studio", duration: Duration = .seconds(30),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) throws -> MongoLeases {
    let leases = try MongoLeases(
      uri: url, database: database, avalon: "avalon", group: group,
      holder: LeaseHolder(host: host), duration: duration, timeout: .seconds(10), now: now)
    made.withLock { $0.append(leases) }
    return leases
  }

  private func clear() async throws {
    for leases in made.withLock({ $0 }) { await leases.disconnect() }
    let store = try MongoStore(uri: url, database: database, timeout: .seconds(10))
    _ = try await store.command(document(("dropDatabase", .int32(1))))
    await store.close()
  }
}

/// A CLOCK_BOOTTIME that a test sets: a process that was stopped sees it jump.
final class BootClock: Sendable {
  private let time = Mutex(ContinuousClock.Instant.now)

  var now: ContinuousClock.Instant { time.withLock { $0 } }

  func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}

/// A gate that is open for some questions.
func gate(openFor count: Int) -> WriteGate {
  let left = CountDown(count)
  return WriteGate(maxTime: .seconds(5)) { left.next() ? .now + .seconds(60) : nil }
}

private final class CountDown: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  func next() -> Bool {
    left.withLock {
      $0 -= 1
      return $0 >= 0
    }
  }
}
