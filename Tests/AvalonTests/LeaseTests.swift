import Foundation
import Identity
import TestSupport
import Testing

@testable import Avalon

/// Replicas that share projects, on real servers.
@Suite("Leases", .enabled(if: !LeaseRoom.kinds.isEmpty)) struct LeaseTests {
  private let projects = (1...5).map(Wanted.entity)

  @Test("One holds, and gives back to the other at once", arguments: LeaseRoom.kinds)
  func givesBack(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let (one, other) = (try room.replica("one"), try room.replica("other"))
      let held = try await one.hold(projects)
      #expect(Set(held.keys) == Set(projects))
      #expect(held.values.allSatisfy { $0.term == 1 && $0.settlesAt == nil })
      #expect(try await other.hold(projects).isEmpty)
      #expect(one.gate(of: projects[0]).refusal == nil)
      #expect(other.gate(of: projects[0]).refusal?.contains("not ours") == true)

      try await other.release(projects)
      #expect(try await one.hold(projects).count == 5, "what is another's cannot be given back")
      try await one.release(Array(projects.prefix(2)))
      #expect(one.gate(of: projects[0]).refusal != nil)
      #expect(one.gate(of: projects[4]).refusal == nil)
      let taken = try await other.hold(projects)
      #expect(Set(taken.keys) == Set(projects.prefix(2)))
      #expect(taken.values.allSatisfy { $0.term == 2 && $0.settlesAt == nil })

      try await one.leave()
      #expect(try await other.hold(projects).count == 5)
      let overview = try await other.overview()
      #expect(overview.members.map(\.holder) == [other.holder])
      #expect(overview.nextEnd(besides: other.holder) == nil)
    }
  }

  @Test(
    "Who dies is followed within the lease's time, and the project settles",
    arguments: LeaseRoom.kinds)
  func follows(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let duration = Duration.seconds(10)
      let dead = try room.replica("dead", duration: duration)
      let heir = try room.replica("heir", duration: duration)
      #expect(try await dead.hold(projects).count == 5)
      #expect(try await heir.hold(projects).isEmpty)
      let left = try #require(try await heir.overview().nextEnd(besides: heir.holder))
      #expect(left <= duration)
      try await Task.sleep(for: left)
      let before = ContinuousClock.now
      let held = try await heir.hold(projects)
      for lease in held.values {
        let settles = try #require(lease.settlesAt)
        #expect(settles >= before + duration + heir.maxTime)
        #expect(lease.term == 2)
      }
      #expect(held.count == 5)
      let renewed = try await heir.hold(projects)
      for (project, lease) in renewed {
        #expect(lease.settlesAt == held[project]?.settlesAt && lease.term == 2)
        #expect(try lease.until > #require(held[project]).until)
      }
      // The dead one was only stopped: it sees by its own clock that its time is over.
      #expect(dead.gate(of: projects[0]).refusal?.contains("ends before") == true)
      #expect(try await dead.hold(projects).isEmpty)
      #expect(dead.gate(of: projects[0]).refusal?.contains("not ours") == true)
    }
  }

  @Test("A process that was stopped writes nothing before it renewed", arguments: LeaseRoom.kinds)
  func isStopped(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let clock = BootClock()
      let leases = try room.replica("stopped", duration: .seconds(40), now: { clock.now })
      let held = try await leases.hold(projects)
      #expect(held[projects[0]]?.until == clock.now + .seconds(40))
      let gate = leases.gate(of: projects[0])
      #expect(gate.maxTime == .seconds(10))
      clock.pass(.seconds(30))
      #expect(gate.refusal == nil, "ten seconds are left, and a batch takes no more")
      clock.pass(.milliseconds(1))
      #expect(gate.refusal != nil)
      clock.pass(.seconds(3600))
      #expect(gate.refusal != nil)
      // Nobody else had it meanwhile: it goes on.
      let again = try await leases.hold(projects)
      #expect(again[projects[0]]?.term == 1 && again[projects[0]]?.settlesAt == nil)
      #expect(gate.refusal == nil)
    }
  }

  @Test("The time of a request counts against the lease", arguments: LeaseRoom.kinds)
  func countsFromBefore(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let clock = BootClock()
      let leases = try room.replica(
        "slow", duration: .seconds(40),
        now: {
          defer { clock.pass(.seconds(7)) }
          return clock.now
        })
      _ = try await leases.hold(projects)
      let before = clock.now
      #expect(try await leases.hold(projects)[projects[0]]?.until == before + .seconds(40))
    }
  }

  @Test("Of those who run for the same, each gets what no other has", arguments: LeaseRoom.kinds)
  func race(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let wanted = (1...300).map(Wanted.entity)
      let replicas = try (0..<6).map { try room.replica("host\($0)") }
      let held = try await withThrowingTaskGroup(of: [EntityID].self) { group in
        for (number, replica) in replicas.enumerated() {
          let order = Array(wanted[(number * 50)...] + wanted[..<(number * 50)])
          group.addTask { Array(try await replica.hold(order).keys) }
        }
        return try await group.reduce(into: [EntityID]()) { $0 += $1 }
      }
      #expect(held.count == 300 && Set(held) == Set(wanted))
      let overview = try await replicas[0].overview()
      #expect(overview.members.count == 6 && overview.holdings.count == 300)
      #expect(Set(overview.members.map(\.holder)) == Set(replicas.map(\.holder)))
      #expect(overview.holdings.values.allSatisfy { $0.left > .seconds(5) })
      let first = try await replicas[0].overview().members
      _ = try await replicas[0].hold([])
      #expect(try await replicas[0].overview().members.map(\.since) == first.map(\.since))
    }
  }

  @Test("A thousand projects at once", arguments: LeaseRoom.kinds)
  func many(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let leases = try room.replica("host")
      let wanted = (1...1000).map(Wanted.entity)
      #expect(try await leases.hold(wanted).count == 1000)
      #expect(try await leases.hold(wanted).values.allSatisfy { $0.term == 1 })
      #expect(try await leases.overview().holdings.count == 1000)
    }
  }

  @Test("Groups are apart", arguments: LeaseRoom.kinds)
  func groups(_ kind: StoreKind) async throws {
    try await LeaseRoom.with(kind) { room in
      let one = try room.replica("host", group: "$one")
      let other = try room.replica("host", group: "other")
      #expect(try await one.hold(projects).count == 5)
      #expect(try await other.hold(projects).count == 5)
      #expect(try await one.overview().members.map(\.holder) == [one.holder])
      #expect(try await one.overview().holdings.count == 5)
    }
  }

  @Test("A server that is lost leaves what is known, until it ends")
  func unreachable() async throws {
    let clock = BootClock()
    let leases = try MongoLeases(
      uri: "mongodb://127.0.0.1:\(Mongod.freePort())", database: "sync", avalon: "avalon",
      group: "studio", holder: LeaseHolder(host: "host"), timeout: .milliseconds(200),
      now: { clock.now })
    let error = await #expect(throws: AvalonError.self) { _ = try await leases.hold(projects) }
    #expect(error?.code == .unreachable && error?.isRetryable == true)
    #expect(leases.gate(of: projects[0]).refusal != nil)
    await leases.disconnect()
  }

  @Test("A server before 4.2 is told of by its version")
  func tooOld() throws {
    for version in ["4.2.0", "4.4.29", "5.0.1-rc0", "7.0.14", "10.1"] {
      #expect(LeaseCommands.flaw(ofVersion: version) == nil)
    }
    for version in ["4.0.28", "3.6.23", "2.4"] {
      let flaw = try #require(LeaseCommands.flaw(ofVersion: version))
      #expect(flaw.contains(version) && flaw.contains("4.2") && flaw.contains("one process"))
    }
  }

  @Test("No two holders are the same") func holders() {
    #expect(LeaseHolder(host: "a").id != LeaseHolder(host: "a").id)
    #expect(LeaseHolder(host: "a").process == ProcessInfo.processInfo.processIdentifier)
  }

  @Test("Records in files are one process's") func lock() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("avalon-sync-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    do {
      let lock = try ReplicaLock(directory.path)
      let error = #expect(throws: AvalonError.self) { try ReplicaLock(directory.path) }
      #expect(error?.code == .exists && error?.cause.contains("another process") == true)
      withExtendedLifetime(lock) {}
    }
    _ = try ReplicaLock(directory.path)
    let none = #expect(throws: AvalonError.self) { try ReplicaLock(directory.path + "/none") }
    #expect(none?.code == .io)
  }
}
