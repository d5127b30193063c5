import BSON
import Identity
import Planning
import TestSupport
import Testing

@testable import Avalon

/// What the service and people tell one another, on real stores.
@Suite("Records of the service") struct ServiceRecordTests {
  /// 2026-11-25 05:00 UTC.
  private static let now: Int64 = 1_795_582_800_000
  private static let hour: Int64 = 3_600_000

  private static func project(_ number: Int) throws -> EntityID {
    try #require(EntityID("00000000-0000-4000-8000-00000000000\(number)"))
  }

  private func with(
    _ kind: StoreKind, _ body: (ServiceRecords, RecordRoom) async throws -> Void
  ) async throws {
    try await RecordRoom.with(kind) { (room) async throws in
      let records = ServiceRecords(records: room.records, database: "avalon", owner: "us")
      try await records.prepare(at: ServiceRecordTests.now)
      try await body(records, room)
    }
  }

  private func request(
    _ number: UInt64, _ kind: ServiceRequest.Kind, project: Int = 1, owner: String = "us"
  ) throws -> ServiceRequest {
    let time = ServiceRecordTests.now + Int64(number) * 1000
    return ServiceRequest(
      id: .run(at: time, chance: number),
      scope: JournalScope(
        database: "avalon", owner: owner, project: try ServiceRecordTests.project(project)),
      title: "Snow", kind: kind, user: "anna", host: "ws1", time: time, why: "a film")
  }

  private func approval(_ digest: String, hours: Int64 = 24) -> ServiceRequest.Kind {
    .approve(
      Approval(
        digest: digest, lifts: [.allow(.removals), .adoptOverwrites],
        until: ServiceRecordTests.now + hours * ServiceRecordTests.hour))
  }

  @Test(arguments: StoreKind.available)
  func aRequestIsSettledByJustOne(_ kind: StoreKind) async throws {
    try await with(kind) { (records, _) async throws in
      let requests = [
        try request(1, .sync), try request(2, approval("d1")),
        try request(3, .pause(until: ServiceRecordTests.now)), try request(4, .pause(until: nil)),
        try request(5, .resume, project: 2),
      ]
      for request in requests { #expect(try await records.ask(request) == request.id) }
      #expect(try await records.openRequests() == requests)
      #expect(try await records.settle(requests[0].id, .done, "settled on a"))
      #expect(try await !records.settle(requests[0].id, .refused, "by b"))
      let settled = try #require(try await records.request(requests[0].id))
      #expect(settled.state == .done && settled.outcome == "settled on a")
      #expect(try await records.openRequests() == Array(requests.dropFirst()))
      #expect(
        try await records.requests(limit: 2).map(\.id)
          == Array(requests.map(\.id).reversed().prefix(2)))
    }
  }

  @Test(arguments: StoreKind.available)
  func whatIsAskedForAlreadyIsNotAskedForTwice(_ kind: StoreKind) async throws {
    try await with(kind) { (records, _) async throws in
      let first = try request(1, .sync)
      _ = try await records.ask(first)
      #expect(try await records.ask(request(2, .sync)) == first.id)
      let other = try request(3, .sync, project: 2)
      #expect(try await records.ask(other) == other.id)
      _ = try await records.settle(first.id, .done, "")
      let again = try request(4, .sync)
      #expect(try await records.ask(again) == again.id)

      let approved = try request(5, approval("d1"))
      _ = try await records.ask(approved)
      #expect(try await records.ask(request(6, approval("d1"))) == approved.id)
      let next = try request(7, approval("d2"))
      #expect(try await records.ask(next) == next.id)
      let old = try #require(try await records.request(approved.id))
      #expect(old.state == .refused && old.outcome == "another plan was approved after it")
    }
  }

  @Test(arguments: StoreKind.available)
  func installationsDoNotMix(_ kind: StoreKind) async throws {
    try await with(kind) { (records, room) async throws in
      let others = ServiceRecords(records: room.records, database: "avalon", owner: "others")
      _ = try await records.ask(request(1, .sync))
      _ = try await others.ask(request(2, .sync, owner: "others"))
      #expect(try await records.openRequests().map(\.scope.owner) == ["us"])
      try await records.keep("2026-11-25T05:00:00", of: "https://kitsu.studio/api")
      #expect(try await others.position(of: "https://kitsu.studio/api") == nil)
      #expect(
        try await records.position(of: "https://kitsu.studio/api") == "2026-11-25T05:00:00")
      try await records.keep("2026-11-25T05:00:09", of: "https://kitsu.studio/api")
      #expect(
        try await records.position(of: "https://kitsu.studio/api") == "2026-11-25T05:00:09")
    }
  }

  @Test(arguments: StoreKind.available)
  func requestsAreBounded(_ kind: StoreKind) async throws {
    try await with(kind) { (records, room) async throws in
      let many = try (1...1200).map { try request(UInt64($0), .resume) }
      try await room.records.insert(many.map(\.record), into: ServiceRecords.requests)
      let last = try request(1201, .resume)
      _ = try await records.ask(last)
      let kept = try await records.requests(limit: 2000)
      #expect(kept.count == 1000 && kept.first == last && kept.last == many[201])
    }
  }

  @Test(arguments: StoreKind.available)
  func statusesAreThoseOfTheReplicaThatHoldsTheProject(_ kind: StoreKind) async throws {
    try await with(kind) { (records, _) async throws in
      func status(_ number: Int, _ replica: String, _ text: String) throws -> StatusRecord {
        StatusRecord(
          project: try ServiceRecordTests.project(number), replica: replica,
          time: ServiceRecordTests.now, content: document(("state", text.value)))
      }
      let (one, two) = (try status(1, "a", "ready"), try status(2, "a", "held"))
      try await records.publish([one, two])
      #expect(Set(try await records.statuses().map(\.project)) == [one.project, two.project])
      // Another replica holds the second one now.
      let taken = try status(2, "b", "ready")
      try await records.publish([taken])
      try await records.withdraw([one.project, two.project], by: "a")
      #expect(try await records.statuses() == [taken])
    }
  }

  @Test(arguments: StoreKind.available)
  func replicasThatWereNotHeardForLongAreForgotten(_ kind: StoreKind) async throws {
    try await with(kind) { (records, _) async throws in
      let day = 24 * ServiceRecordTests.hour
      let old = ReplicaRecord(
        id: "a", time: ServiceRecordTests.now - 31 * day, content: document(("n", .int32(1))))
      let new = ReplicaRecord(id: "b", time: ServiceRecordTests.now, content: old.content)
      try await records.publish(old)
      try await records.publish(old)
      try await records.publish(new)
      #expect(try await records.replicas() == [old, new])
      try await records.prepare(at: ServiceRecordTests.now)
      #expect(try await records.replicas() == [new])
    }
  }
}
