import Identity
import Planning
import TestSupport
import Testing

@testable import Controller

@Suite("What a reconcile comes to") struct PassOutcomeTests {
  private let plan = Plan(
    project: PlannedProject(id: kitsuID(1), title: "Gulls", collection: "gulls"), changes: [],
    held: [], unchanged: 3, kept: 0)

  @Test("Nothing to do is settled, and torn is looked at again") func plain() {
    let applied = AppliedPlan(plan: plan, outcomes: [], doubledNames: [])
    #expect(PassOutcome(applied, isTorn: false) == .settled)
    #expect(PassOutcome(applied, isTorn: true).word == "unsettled")
  }

  @Test("A folder that could not follow has failed: it waits longer each time")
  func folder() {
    let applied = AppliedPlan(plan: plan, outcomes: [], doubledNames: []).with([
      RefusedDirectory(identity: nil, title: "hero", reason: "no right to write")
    ])
    #expect(
      PassOutcome(applied, isTorn: false)
        == .failed("the folder of hero could not follow: no right to write"))
  }
}
