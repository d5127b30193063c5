import BSON
import Identity
import Planning
import Report
import TestSupport
import Testing

/// What `status` and `held` show of the controller's records, and what those are.
@Suite("Steering reports") struct SteeringReportTests {
  private static let offer = RecordedStatus.Offer(
    digest: String(repeating: "1a2b3c4d", count: 8), lifts: [.allow(.pathChanges)],
    work: "12 to rename")

  private func told(_ status: ProjectStatus, offer: RecordedStatus.Offer? = nil) throws
    -> RecordedStatus
  {
    try #require(RecordedStatus(RecordedStatus(status, offer: offer).record))
  }

  private func steering(
    replicas: [SteeringReport.Replica], isFresh: Bool = true
  ) throws -> SteeringReport {
    let service = try ServiceSamples.three()
    let projects = try service.projects.enumerated().map { index, status in
      SteeringReport.Project(
        id: status.id, name: status.name,
        status: try told(status, offer: index == 0 ? SteeringReportTests.offer : nil),
        replica: "sync1.studio", toldAt: ServiceSamples.now - 5000, isFresh: isFresh,
        pause: index == 2 ? "paused by anna on ws1 since 2026-11-28 08:00:00 UTC: we move" : nil)
    }
    let request = ServiceRequest(
      id: try #require(ObjectID(hex: "65aabbccddeeff0011223344")),
      scope: JournalScope(database: "avalon", owner: "studio", project: entity(1)),
      title: "Gulls\u{1B}[31m", kind: .sync, user: "anna", host: "ws1",
      time: ServiceSamples.now - 9000, why: "a doubt")
    return SteeringReport(
      now: ServiceSamples.now, places: ["mongodb://db.studio:27017, database avalon_sync"],
      owner: "studio", replicas: replicas, projects: projects, open: [request])
  }

  private func replica(_ secondsAgo: Int64, stopped: Bool = false) throws -> SteeringReport.Replica
  {
    let heard = ServiceSamples.now - secondsAgo * 1000
    let told = RecordedReplica(
      try ServiceSamples.three(), projects: 3, stoppedAt: stopped ? heard : nil)
    return SteeringReport.Replica(
      try #require(RecordedReplica(told.record)), heardAt: heard, now: ServiceSamples.now)
  }

  @Test("A record is read as it was written")
  func records() throws {
    for status in try ServiceSamples.three().projects {
      let written = RecordedStatus(status, offer: SteeringReportTests.offer)
      #expect(RecordedStatus(written.record) == written)
    }
  }

  @Test("As text")
  func text() throws {
    let running = try steering(replicas: [replica(5)])
    expectGolden(SteeringText.status(running), "report/steering-status.txt")
    expectGolden(SteeringText.held(running), "report/steering-held.txt")
    expectGolden(SteeringJSON.render(running), "report/steering-status.json")
    #expect(!SteeringText.status(running).contains("\u{1B}"))
    #expect(running.isRunning && running.asksForSomebody)
  }

  @Test("A replica that is gone is told as such, and what it told as old")
  func gone() throws {
    let silent = try steering(replicas: [replica(91)], isFresh: false)
    #expect(!silent.isRunning)
    #expect(SteeringText.status(silent).contains("was heard last at"))
    #expect(SteeringText.status(silent).contains("(old)"))
    let stopped = try steering(replicas: [replica(10, stopped: true)], isFresh: false)
    #expect(!stopped.isRunning)
    #expect(SteeringText.status(stopped).contains("was stopped at"))
    #expect(
      try SteeringText.status(steering(replicas: [])).contains("none ever told of itself here"))
  }

  @Test("What is told is bounded, however much is held")
  func bounded() throws {
    let long = String(repeating: "x", count: 5000)
    let plan = try plan([], held: (1...500).map { heldEntity($0, "shot", long, long) })
    let status = ServiceSamples.project(
      1, "Gulls", ServiceSamples.settled, report: ProjectReport(plan: plan, setup: usual))
    let told = RecordedStatus(status, offer: nil)
    #expect(told.heldCount == 500 && told.held.count == 100)
    #expect(told.record.byteCount < 400_000)
  }

  @Test("A plan that was saved has the digest of the plan itself")
  func digest() throws {
    let one = try ServiceSamples.changed()
    let whole = PlanReport(header: try #require(try ServiceSamples.three().header), projects: [one])
    let text = SavedPlanWriter.text(
      whole, for: SavedInstallation(whole.header, folder: "/studio"),
      SavedRequest(projects: []), engine: "1.2.3")
    let saved = try SavedPlanReader.read(Array(text.utf8), engine: "1.2.3")
    #expect(saved.projects.map(\.digest) == [try one.digest])
    let other = ProjectReport(
      plan: try plan([Sample(1, "shot", "sh010", #"{"fps":25}"#, before: ("sh010", #"{"fps":23}"#))]
      ))
    #expect(try other.digest != one.digest)
  }

  @Test("Webhooks get text as text")
  func messages() throws {
    let notices = (1...30).map { number in
      Notice(
        project: "\(number)", name: "<!channel> & @all \(number)", event: .held, reason: .held,
        message: "a > b\n<http://x|y>", since: ServiceSamples.now, isReminder: number == 2)
    }
    let slack = String(
      decoding: NoticeMessage.body(notices, .slack, host: "sync1", at: ServiceSamples.now),
      as: UTF8.self)
    #expect(!slack.contains("<") && !slack.contains("@all"))
    #expect(slack.contains("&lt;!channel&gt; &amp;") && slack.contains("and 10 more projects"))
    #expect(slack.contains("*held*, still: "))
    let json = String(
      decoding: NoticeMessage.body(notices, .json, host: "sync1", at: ServiceSamples.now),
      as: UTF8.self)
    #expect(json.contains(#""name":"<!channel> & @all 30""#))
  }
}
