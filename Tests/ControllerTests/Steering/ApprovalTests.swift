import Controller
import Kitsu
import Mapping
import Planning
import Report
import TestSupport
import Testing

/// An approval lets pass just what it was given for, once.
@Suite("Approvals") struct ApprovalTests {
  private static let now: Int64 = 1_795_582_800_000

  /// A show of which too many names would change.
  private func renamed(_ suffix: String) -> Show {
    ApprovalTests.wide.with { edited in
      for index in edited.items.indices.suffix(10) { edited.items[index].name += suffix }
    }
  }

  private static var wide: Show {
    Show.small.with { show in
      for number in 10..<30 {
        show.items.append(Show.Item(number: number, kind: .asset, name: "a\(number)"))
      }
    }
  }

  private func with(_ body: (DiskStudio) async throws -> Void) async throws {
    try await DiskStudio.with { (studio) async throws in
      try await studio.sync(ApprovalTests.wide)
      try await body(studio)
    }
  }

  private func site(_ studio: DiskStudio, _ show: Show) throws -> Site {
    var site = try studio.site([show])
    site.allowed = []
    return site
  }

  private func approval(
    _ plan: LiftedPlan, hours: Int64 = 24, lifts: Set<Lift>? = nil
  ) -> Approval {
    Approval(
      digest: plan.digest, lifts: lifts ?? plan.lifts, until: ApprovalTests.now + hours * 3_600_000)
  }

  @Test("What is held is planned with just its guards lifted, and has the digest of the saved plan")
  func fits() async throws {
    try await with { (studio) async throws in
      let site = try site(studio, renamed("x"))
      let held = try #require(try await site.projectPlans().values.first)
      #expect(held.plan.lifts == [.allow(.pathChanges)])
      let lifted = try await site.lifted(held.plan.lifts)
      #expect(lifted.planned.plan.changes.count == 10 && lifted.isWorthAsking)
      #expect(lifted.verdict(on: approval(lifted), at: ApprovalTests.now) == .fits)
      #expect(lifted.digest.count == 64)
      let again = try await site.lifted(held.plan.lifts)
      #expect(again.digest == lifted.digest)
    }
  }

  @Test("Another plan, an approval that is old, or other guards do not fit")
  func stale() async throws {
    try await with { (studio) async throws in
      let first = try await site(studio, renamed("x")).lifted([.allow(.pathChanges)])
      let other = try await site(studio, renamed("y")).lifted([.allow(.pathChanges)])
      #expect(first.digest != other.digest)
      func refusal(_ verdict: ApprovalVerdict) -> String? {
        if case .refused(let reason) = verdict { reason } else { nil }
      }
      #expect(
        refusal(other.verdict(on: approval(first), at: ApprovalTests.now))?
          .contains("the plan is stale") == true)
      #expect(
        refusal(first.verdict(on: approval(first, hours: 0), at: ApprovalTests.now))
          == "the approval has expired")
      #expect(
        refusal(
          first.verdict(on: approval(first, lifts: [.allow(.removals)]), at: ApprovalTests.now))
          != nil)
      // What was approved is done already.
      let done = try await site(studio, ApprovalTests.wide).lifted([.allow(.pathChanges)])
      #expect(!done.isWorthAsking)
      #expect(
        refusal(done.verdict(on: approval(first), at: ApprovalTests.now))
          == "the plan is stale: there is nothing to do any more")
    }
  }

  @Test("Nothing is told of a reading that was torn")
  func torn() async throws {
    try await with { (studio) async throws in
      let site = try site(studio, renamed("x"))
      let lifted = try await site.lifted([.allow(.pathChanges)])
      var source = MemorySource(productions: [])
      var random = SeededRandom(1)
      source.productions = [renamed("x").production(&random)]
      source.consistency = .torn
      var torn = try Site(source, studio.store)
      torn.allowed = []
      let seen = try await torn.lifted([.allow(.pathChanges)])
      guard case .waits = seen.verdict(on: approval(lifted), at: ApprovalTests.now) else {
        Issue.record("a torn reading was judged")
        return
      }
    }
  }

  @Test("A collection's rename is offered too, and lifted")
  func collection() async throws {
    try await with { (studio) async throws in
      let site = try site(studio, ApprovalTests.wide.with { $0.name = "Terns" })
      let held = try #require(try await site.projectPlans().values.first)
      #expect(held.plan.lifts == [.allow(.projectRename)])
      let lifted = try await site.lifted(held.plan.lifts)
      #expect(lifted.planned.plan.collectionRename?.to == "terns" && lifted.isWorthAsking)
    }
  }
}

extension Site {
  fileprivate func lifted(_ lifts: Set<Lift>) async throws -> LiftedPlan {
    let project = try #require(try await source.projects().first)
    return try await reconciler.liftedPlan(
      project, in: try await directory([project]), lifts: lifts, setup: nil)
  }
}
