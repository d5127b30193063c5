import Planning
import Report
import TestSupport
import Testing

/// Reports where projects differ in mapping, target and policy.
@Suite("Reports by project")
struct ProjectSetupTests {
  private func mixed() throws -> PlanReport {
    let whole = try plan([
      Sample(1, "shot", "b", #"{"fps":25}"#, before: ("a", #"{"fps":24}"#)),
      Sample(2, "shot", "a", before: ("b", "{}")),
      Sample(3, "shot", "sh3", #"{"fps":25}"#, before: ("sh3", #"{"fps":24}"#)),
      Sample(4, "asset", "heron"), Sample(5, "asset", "tern", before: ("tern", "{}")),
    ])
    func project(_ mapping: String, _ target: String, _ policy: Policy) -> ProjectReport {
      let limited = policy.limit(whole)
      return ProjectReport(
        plan: limited.plan, leftOut: limited.leftOut,
        setup: ProjectSetup(mapping: mapping, target: target, policy: policy))
    }
    let header = report().header
    return PlanReport(
      header: ReportHeader(
        kitsu: header.kitsu, kitsuVersion: header.kitsuVersion, account: header.account,
        role: header.role,
        targets: header.targets + [ReportTarget(name: "openpype", failure: "cannot connect")],
        usual: usual, owner: header.owner, leftOut: []),
      projects: [
        project("studio.yaml", "avalon", .createOnly),
        project(usual.mapping, "openpype", .observe), project(usual.mapping, "avalon", .upsertOnly),
      ])
  }

  @Test("What differs stands beside the project, what is left out below its changes")
  func mixedReport() throws {
    let report = try mixed()
    expectGolden(PlanText.render(report), "report/by-project.txt")
    expectGolden(PlanJSON.render(report), "report/by-project.json")
    // Each of the two renames of a swap counts once, its detour not at all.
    #expect(report.totals.leftOut == 3 + 4 && report.totals.add == 2)
  }

  @Test("A plan of which all is left out has no changes")
  func allLeftOut() throws {
    let whole = try plan([Sample(1, "shot", "sh1")])
    let report = report(
      ProjectReport(
        plan: Policy.observe.limit(whole).plan, leftOut: Policy.observe.limit(whole).leftOut))
    #expect(!report.hasChanges && report.totals.leftOut == 1)
    let text = PlanText.render(report)
    #expect(
      text.hasSuffix("No changes. 1 left out by policy.\n") && !text.contains("nothing to do"))
  }

  @Test("Names and reasons from elsewhere are fit for a terminal")
  func hostileProjects() {
    let bad = "x\u{1B}[2J\n\u{202E}"
    let text = ProjectsText.render(
      ProjectsReport(rows: [
        ProjectsReport.Row(
          id: entity(1), name: bad, status: bad,
          setup: ProjectSetup(mapping: bad, target: bad, policy: .observe), place: .unknown(bad),
          why: bad),
        ProjectsReport.Row(
          id: entity(2), name: bad, status: nil, setup: nil, place: .held(bad), why: bad),
      ]))
    #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
    #expect(text.split(separator: "\n").count == 5)
  }

  @Test("No project at all is said")
  func noProject() {
    #expect(ProjectsText.render(ProjectsReport(rows: [])) == "This account sees no project.\n")
  }
}
