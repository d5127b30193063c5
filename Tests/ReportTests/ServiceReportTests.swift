import BSON
import Foundation
import Planning
import Report
import TestSupport
import Testing

@Suite("The state of a service as people and programs read it")
struct ServiceReportTests {
  @Test("Three projects, one of each kind")
  func three() throws {
    let report = try ServiceSamples.three()
    let page = ServiceHTML.render(report)
    expectGoldenPage(page, "report/service.html")
    expectGolden(ServiceJSON.render(report), "report/service.json")
    // What asks for somebody comes first.
    let names = page.matches(of: /href="projects\/[^"]*"><bdi>([^<]*)/).map(\.1)
    #expect(names == ["Winter Tide", "Gulls", "Harbour Lights"])
  }

  @Test("One project, with its last plan and what lifts what is held")
  func project() throws {
    let report = try ServiceSamples.three()
    let page = try #require(
      ProjectStatusHTML.render(report, project: report.projects[1].id))
    expectGoldenPage(page, "report/service-project.html")
    for text in ["correct it in Kitsu, then plan again", "conflicted", "PartlyHeld", "sh020"] {
      #expect(page.contains(text))
    }
    let fresh = try #require(ProjectStatusHTML.render(report, project: report.projects[2].id))
    expectSound(fresh)
    #expect(fresh.contains("It was not planned yet."))
    #expect(ProjectStatusHTML.render(report, project: "../etc") == nil)
  }

  @Test("Three hundred projects: every one has a row, and the page stays small")
  func many() throws {
    let report = try ServiceSamples.many()
    let page = ServiceHTML.render(report)
    expectSound(page)
    #expect(page.matches(of: /<tr id="r-/).count == 300)
    #expect(page.matches(of: /data-attention>/).count == 10)
    #expect(page.contains("polling") && page.contains("the event stream answers 502"))
    #expect(page.utf8.count < 250_000)
  }

  @Test("Before Kitsu was reached, and without it")
  func notReady() throws {
    let why = ServiceSamples.condition(
      .ready, false, .kitsuUnreachable, "https://kitsu.studio/api: connection refused")
    let report = ServiceSamples.service([], feed: .starting, conditions: [why], header: nil)
    let page = ServiceHTML.render(report)
    expectSound(page)
    #expect(page.contains("<strong>Not ready.</strong>"))
    #expect(page.contains("connection refused") && page.contains("KitsuUnreachable"))
    let json = try JSON.document(ServiceJSON.render(report))
    #expect(json["ready"]?.bool == false)
    #expect(json["kitsu"]?.document?["address"] == .null)
  }

  @Test(
    "How a project stands follows from its conditions",
    arguments: [
      ([], .notSeenYet),
      ([(.ready, false, .notSeenYet)], .notSeenYet),
      ([(.ready, true, .settled), (.reconciling, true, .working)], .ready),
      ([(.ready, true, .partlyHeld)], .partlyHeld),
      ([(.ready, false, .unsettled)], .unsettled),
      ([(.ready, false, .held), (.stalled, true, .held)], .held),
      ([(.ready, false, .changesFailed), (.stalled, true, .changesFailed)], .stalled),
      ([(.ready, true, .settled), (.paused, true, .paused)], .paused),
    ] as [([(Condition.Kind, Bool, Condition.Reason)], ProjectStanding)])
  func standing(
    _ conditions: [(Condition.Kind, Bool, Condition.Reason)], _ expected: ProjectStanding
  ) {
    let all = conditions.map { Condition($0.0, $0.1, $0.2, "", since: 0) }
    #expect(ProjectStanding(all) == expected)
  }

  @Test("Hostile names do nothing in a page")
  func hostile() throws {
    let bad = "</title></script><script>alert(1)</script>\" onload='x' &amp; \u{0}\u{202E}\u{7}<!--"
    let condition = ServiceSamples.condition(.ready, false, .failing, bad)
    let plan = try plan(
      [Sample(1, bad, bad, title: bad, "{}").with { $0.notes = [bad] }],
      held: [
        HeldItem(
          scope: .entity, identity: nil, kind: bad, title: bad, name: bad, reason: bad, remedy: bad)
      ], title: bad, collection: bad)
    let project = ServiceSamples.project(
      1, bad, [condition], report: ProjectReport(plan: plan, warnings: [bad], failure: bad))
    let report = ServiceSamples.service([project], feed: .silent(bad), conditions: [condition])
    let pages = [
      ServiceHTML.render(report),
      try #require(ProjectStatusHTML.render(report, project: project.id)),
      PlanHTML.render(
        PlanReport(header: try #require(report.header), projects: [try #require(project.report)])),
    ]
    for page in pages {
      expectSound(page)
      #expect(page.matches(of: /<script/).count == 1 && !page.contains("<!--"))
    }
    // Not by our own reader: a NUL in a text is nothing that Avalon can hold.
    let read = try JSONSerialization.jsonObject(with: Data(ServiceJSON.render(report).utf8))
    let projects = (read as? [String: Any])?["projects"] as? [[String: Any]]
    #expect(projects?.first?["name"] as? String == bad)
  }
}
