import BSON
import Planning
import Report
import TestSupport
import Testing

/// Each report as text, plain, coloured and in full, and as JSON.
@Suite("Plans as people and programs read them")
struct PlanReportTests {
  private func expectGoldens(
    _ report: PlanReport, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let plain = PlanText.render(report)
    let coloured = PlanText.render(report, style: TextStyle(isColoured: true))
    expectGolden(plain, "report/\(name).txt", sourceLocation: sourceLocation)
    expectGolden(
      coloured.replacing("\u{1B}", with: "␛"), "report/\(name).colour.txt",
      sourceLocation: sourceLocation)
    expectGolden(
      PlanText.render(report, view: PlanView(isFull: true)), "report/\(name).full.txt",
      sourceLocation: sourceLocation)
    expectGolden(PlanJSON.render(report), "report/\(name).json", sourceLocation: sourceLocation)
    expectGolden(PlanMarkdown.render(report), "report/\(name).md", sourceLocation: sourceLocation)
    expectGoldenPage(PlanHTML.render(report), "report/\(name).html", sourceLocation)
    // Colours add nothing but themselves.
    #expect(
      coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain, sourceLocation: sourceLocation)
  }

  private func sameShots(_ count: Int) -> [Sample] {
    (1...count).map { Sample($0, "shot", "sh\($0)", before: ("sh\($0)", "{}")) }
  }

  @Test("Nothing to do")
  func noChanges() throws {
    let report = report(ProjectReport(plan: try plan(sameShots(3))))
    expectGoldens(report, "no-changes")
    #expect(!report.hasChanges && !report.hasFailures)
  }

  @Test("No project is selected, and what was left out")
  func noProjects() {
    let leftOut = (1...12).map {
      ReportHeader.LeftOut(name: "Show \($0)", reason: $0 == 1 ? "closed" : "not selected")
    }
    expectGoldens(report(leftOut: leftOut), "no-projects")
  }

  @Test("Many new documents are one line")
  func creates() throws {
    let shots = (10..<35).map { number in
      Sample(number, "shot", "ep01_sh\(number)", title: "EP01 / SH\(number)", #"{"fps":24}"#)
        .with { $0.on = [1] }
    }
    let samples =
      [
        Sample(0, "project", "gulls", #"{"label":"Gulls"}"#),
        Sample(1, "episode", "ep01", #"{"label":"EP01","tasks":["edit"]}"#).with {
          $0.tasks = ["edit"]
          $0.notes = ["more than one item is named 'edit': merged into one"]
        },
      ] + shots
    expectGoldens(report(ProjectReport(plan: try plan(samples))), "creates")
  }

  @Test("Updates, with items of lists, maps by leaf and long values")
  func updates() throws {
    let samples = [
      Sample(
        1, "shot", "sh1", #"{"fps":25,"status":{"anim":"wip"},"tasks":["anim","fx"]}"#,
        before: (
          "sh1", #"{"fps":24,"status":{"anim":"todo","old":"done"},"tasks":["anim","mine"]}"#
        )
      ).with { $0.tasks = ["anim", "fx"] },
      Sample(
        2, "shot", "sh2", #"{"label":"\#(String(repeating: "long ", count: 40))"}"#,
        before: ("sh2", #"{"label":"short","fps":23.976}"#)),
      Sample(3, "asset", "hero", #"{"label":"Hero"}"#, before: ("hero", #"{"label":"Hero"}"#))
        .with { $0.isUnlinked = true },
      Sample(4, "asset", "prop", before: ("prop", "{}")),
    ]
    expectGoldens(report(ProjectReport(plan: try plan(samples))), "updates")
  }

  @Test("Alike updates are one line")
  func foldedUpdates() throws {
    let samples = (1...21).map {
      Sample($0, "shot", "sh\($0)", #"{"fps":25}"#, before: ("sh\($0)", #"{"fps":24}"#))
    }
    expectGoldens(report(ProjectReport(plan: try plan(samples))), "folded-updates")
  }

  @Test("Renames, a swap among them")
  func renames() throws {
    let samples = [
      Sample(1, "shot", "b", title: "SQ / B", #"{"fps":25}"#, before: ("a", #"{"fps":24}"#)),
      Sample(2, "shot", "a", title: "SQ / A", before: ("b", "{}")),
      Sample(3, "asset", "hero", before: ("heros", "{}")),
    ]
    let report = report(ProjectReport(plan: try plan(samples)))
    expectGoldens(report, "renames")
    #expect(report.totals.rename == 3)
  }

  @Test("Held items of each scope")
  func held() throws {
    let samples = [
      Sample(1, "shot", "sh1", #"{"label":"B"}"#, before: ("sh1", #"{"label":"A"}"#)).with {
        $0.heldFields = [HeldField(path: ["data", "fps"], reason: "the text 'abc' is no number")]
      },
      Sample(2, "shot", "sh2", before: ("sh2", "{}")).with {
        $0.nameHold = "it would be named 'sh1', but the name 'sh1' is also that of shot 'SH1'"
      },
    ]
    let entities = [heldEntity(3, "asset", "日本", "the name is empty")]
    let project = PlannedProject(id: entity(9), title: "Gulls II", collection: "gulls")
    expectGoldens(
      report(
        ProjectReport(plan: try plan(samples, held: entities)),
        ProjectReport(
          plan: .held(
            project, "the collection 'gulls' holds a project document that is not ours",
            remedy: "rename the project in Kitsu"))), "held")
  }

  @Test("Many held alike are one line")
  func foldedHeld() throws {
    let held = (1...25).map { heldEntity($0, "shot", "SH\(10 + $0)", "the name is empty") }
    expectGoldens(report(ProjectReport(plan: try plan([], held: held))), "folded-held")
  }

  @Test("Projects that failed, lists that were not read")
  func failures() throws {
    let lost = PlannedProject(id: entity(8), title: "Lost", collection: nil)
    let report = report(
      ProjectReport(
        plan: Plan(project: lost, changes: [], held: [], unchanged: 0, kept: 0),
        failure: "cannot read project Lost: the server closed the connection"),
      ProjectReport(
        plan: try plan([Sample(1, "shot", "sh1")]),
        unreadable: ["persons": "403: not allowed", "links": "not on this server"],
        caution: "the project kept changing while it was read"))
    expectGoldens(report, "failures")
    #expect(report.hasFailures && report.hasChanges)
  }

  @Test("A failed project is not one without changes")
  func onlyFailures() {
    let lost = PlannedProject(id: entity(8), title: "Lost", collection: nil)
    let text = PlanText.render(
      report(
        ProjectReport(
          plan: Plan(project: lost, changes: [], held: [], unchanged: 0, kept: 0), failure: "x")))
    #expect(!text.contains("Avalon holds"))
    #expect(text.hasSuffix("1 project could not be planned.\n"))
  }

  @Test("What became of each change")
  func applied() throws {
    let samples = [
      Sample(1, "shot", "sh1", #"{"fps":25}"#, before: ("sh1", #"{"fps":24}"#)),
      Sample(2, "sequence", "sq", title: "SQ"),
      Sample(3, "shot", "sq_sh", title: "SQ / SH").with { $0.on = [2] },
      Sample(4, "shot", "free"),
    ]
    let plan = try plan(samples)
    let outcomes: [Outcome] = plan.changes.map { change in
      switch change.name {
      case "sh1": .conflicted("the document changed or went away since the plan was made")
      case "sq": .failed("document too large")
      case "sq_sh": .skipped("'SQ', on which it stands, was not applied")
      default: .applied
      }
    }
    let report = report(
      ProjectReport(
        plan: plan,
        applied: AppliedPlan(plan: plan, outcomes: outcomes, doubledNames: ["free"])))
    expectGoldens(report, "applied-with-conflicts")
    #expect(report.hasFailures)
  }

  @Test("All was applied")
  func appliedAll() throws {
    let plan = try plan([Sample(1, "shot", "sh1"), Sample(2, "shot", "sh2", before: ("sh2", "{}"))])
    let report = report(
      ProjectReport(
        plan: plan, applied: AppliedPlan(plan: plan, outcomes: [.applied], doubledNames: [])))
    expectGoldens(report, "applied")
    #expect(!report.hasFailures)
  }

  @Test("The format of the JSON is told in it")
  func formatVersion() throws {
    let document = try JSON.document(PlanJSON.render(report(ProjectReport(plan: try plan([])))))
    #expect(document["formatVersion"]?.int == 1 && PlanJSON.formatVersion == 1)
  }
}
