import Controller
import Planning
import Report
import Testing

/// What is told of projects, and when: time is a number here.
@Suite("Notices") struct NoticeLedgerTests {
  private static let minute: Int64 = 60_000
  private static let day: Int64 = 86_400_000

  private static func status(_ standing: ProjectStanding, _ id: String = "1") -> ProjectStatus {
    func condition(_ kind: Condition.Kind, _ isTrue: Bool, _ reason: Condition.Reason) -> Condition
    {
      Condition(kind, isTrue, reason, "because", since: 0)
    }
    let conditions: [Condition] =
      switch standing {
      case .held: [condition(.ready, false, .held), condition(.stalled, true, .held)]
      case .stalled: [condition(.ready, false, .failing), condition(.stalled, true, .failing)]
      case .paused: [condition(.paused, true, .paused)]
      case .unsettled: [condition(.ready, false, .unsettled)]
      case .partlyHeld: [condition(.ready, true, .partlyHeld)]
      case .notSeenYet: []
      case .ready: [condition(.ready, true, .settled)]
      }
    return ProjectStatus(
      id: id, name: "Gulls \(id)", setup: nil, conditions: conditions, last: nil, lag: nil,
      report: nil)
  }

  /// Looks every ten seconds, and gives what was told, with the time in minutes.
  private func told(
    _ ledger: inout NoticeLedger, from: Int64 = 0, minutes: Int64,
    _ standing: (Int64) -> ProjectStanding
  ) -> [String] {
    stride(
      from: from * NoticeLedgerTests.minute, to: (from + minutes) * NoticeLedgerTests.minute,
      by: 10_000
    )
    .flatMap { now in
      ledger.notices(
        [NoticeLedgerTests.status(standing(now / NoticeLedgerTests.minute))], at: now
      ).map { notice in
        "\(now / NoticeLedgerTests.minute) \(notice.event.rawValue)\(notice.isReminder ? " again" : "")"
      }
    }
  }

  @Test("Once for each change, after a minute, and a reminder a day")
  func once() {
    var ledger = NoticeLedger()
    let lines = told(&ledger, minutes: 3 * 24 * 60) { $0 < 2 ? .ready : .held }
    #expect(lines == ["3 held", "1443 held again", "2883 held again"])
    #expect(
      told(&ledger, from: 4320, minutes: 10) { $0 < 4322 ? .held : .ready } == ["4323 recovered"])
    #expect(told(&ledger, from: 4330, minutes: 3000) { _ in .ready }.isEmpty)
  }

  @Test("What passes within a minute is not told, nor is what only looks on")
  func passing() {
    var ledger = NoticeLedger()
    #expect(told(&ledger, minutes: 60) { $0 % 2 == 0 ? .unsettled : .ready }.isEmpty)
    #expect(ledger.notices([NoticeLedgerTests.status(.stalled)], at: 3_600_000).isEmpty)
    #expect(ledger.notices([NoticeLedgerTests.status(.ready)], at: 3_610_000).isEmpty)
    #expect(ledger.notices([NoticeLedgerTests.status(.ready)], at: 3_800_000).isEmpty)
    // Paused while it is held: it is neither told again nor well.
    let lines = told(&ledger, from: 100, minutes: 60) { $0 < 110 || $0 >= 120 ? .held : .paused }
    #expect(lines == ["101 held"])
  }

  @Test("From held to stalled is told; partly held is well")
  func kinds() {
    var ledger = NoticeLedger()
    let lines = told(&ledger, minutes: 20) { $0 < 5 ? .held : $0 < 10 ? .stalled : .partlyHeld }
    #expect(lines == ["1 held", "6 stalled", "12 recovered"])
  }

  @Test("A project that flaps for hours is told of less and less")
  func flapping() {
    var ledger = NoticeLedger()
    let lines = told(&ledger, minutes: 6 * 60) { $0 % 6 < 3 ? .stalled : .ready }
    // It changes 120 times.
    #expect(lines.count <= 30, "\(lines)")
    #expect(lines.count >= 2)
  }

  @Test("What another process told is not told again, and its end is")
  func recalled() {
    var ledger = NoticeLedger()
    ledger.recall("1", .held, at: 0)
    let lines = told(&ledger, from: 5, minutes: 30) { $0 < 20 ? .held : .ready }
    #expect(lines == ["21 recovered"])
  }

  @Test("Each project by itself; one that is gone is forgotten")
  func projects() {
    var ledger = NoticeLedger()
    let both = [NoticeLedgerTests.status(.held, "1"), NoticeLedgerTests.status(.stalled, "2")]
    #expect(ledger.notices(both, at: 0).isEmpty)
    #expect(ledger.notices(both, at: 60_000).map(\.project) == ["1", "2"])
    #expect(ledger.notices([both[0]], at: 70_000).isEmpty)
    #expect(ledger.notices(both, at: 80_000).isEmpty)
    #expect(ledger.notices(both, at: 140_000).map(\.project) == ["2"])
  }
}
