import Identity
import Planning
import Report

/// The service's states that are shown in tests: invented, with plans of the planner.
enum ServiceSamples {
  static let now: Int64 = 1_795_898_000_000

  static func condition(
    _ kind: Condition.Kind, _ isTrue: Bool, _ reason: Condition.Reason, _ message: String,
    ago seconds: Int64 = 600
  ) -> Condition {
    Condition(kind, isTrue, reason, message, since: now - seconds * 1000)
  }

  static func service(
    _ projects: [ProjectStatus], feed: FeedReport.State = .streaming,
    conditions: [Condition] = [condition(.ready, true, .settled, "Kitsu and Avalon answer")],
    header: ReportHeader? = report().header
  ) -> ServiceReport {
    ServiceReport(
      version: "0.5.0", host: "sync1.studio", startedAt: now - 86_400_000 * 3, now: now,
      header: header,
      feed: FeedReport(state: feed, since: now - 3_600_000, lastEventAt: now - 42_000),
      queue: QueueReport(depth: 2, running: 1, retries: 3, oldest: 0.4), conditions: conditions,
      projects: projects)
  }

  static func project(
    _ number: Int, _ name: String, _ conditions: [Condition], lag: Double? = 0.42,
    report: ProjectReport? = nil
  ) -> ProjectStatus {
    ProjectStatus(
      id: entity(number).description, name: name, setup: usual, conditions: conditions,
      last: ProjectStatus.Reconcile(
        at: now - 65_000, duration: 0.318, trigger: "event", outcome: "settled"),
      lag: lag, report: report)
  }

  static let settled = [
    condition(.ready, true, .settled, "Avalon holds what the mapping makes of Kitsu")
  ]

  static func changed() throws -> ProjectReport {
    let plan = try plan(
      [
        Sample(
          1, "shot", "sh010", title: "EP01 / SH010", #"{"fps":24}"#,
          before: ("sh010", #"{"fps":23}"#)),
        Sample(2, "shot", "sh020", title: "EP01 / SH020", #"{"fps":24,"label":"Gulls dive"}"#),
        Sample(3, "asset", "heron", title: "Characters / Heron", before: ("hero", "{}")),
      ],
      held: [
        heldEntity(4, "asset", "Characters / Gull", "'gull' is the name of two assets"),
        heldEntity(5, "shot", "EP01 / SH 030", "the name has a blank"),
      ], title: "Gulls")
    return ProjectReport(
      plan: plan, setup: usual,
      applied: AppliedPlan(
        plan: plan,
        outcomes: plan.changes.enumerated().map {
          $0.offset == 0 ? .conflicted("somebody else changed it") : .applied
        },
        doubledNames: []))
  }

  static func three() throws -> ServiceReport {
    service([
      project(
        10, "Harbour Lights", settled,
        report: ProjectReport(plan: try plan([], title: "Harbour Lights"))),
      project(
        11, "Gulls",
        [
          condition(
            .ready, true, .partlyHeld, "2 held; all else is as the mapping makes it of Kitsu"),
          condition(.reconciling, true, .working, "it is being looked at", ago: 1),
        ], lag: 1.25, report: try changed()),
      project(
        12, "Winter Tide",
        [
          condition(.ready, false, .avalonUnreachable, "no server was found at db.studio:27017"),
          condition(.stalled, true, .avalonUnreachable, "no server was found at db.studio:27017"),
        ], lag: nil),
    ])
  }

  static func many(_ count: Int = 300) throws -> ServiceReport {
    service(
      try (0..<count).map { number in
        switch number % 60 {
        case 7:
          return project(
            number, "Show \(number)",
            [
              condition(
                .ready, false, .held,
                "the collection holds a project document that is not ours; to lift it: --adopt on"),
              condition(
                .stalled, true, .held,
                "the collection holds a project document that is not ours; to lift it: --adopt on"),
            ])
        case 13:
          return project(
            number, "Show \(number)",
            [
              condition(
                .ready, true, .partlyHeld, "2 held; all else is as the mapping makes it of Kitsu")
            ],
            report: try changed())
        case 29:
          return project(
            number, "Show \(number)",
            [
              condition(.ready, false, .paused, "paused by mara on desk4"),
              condition(.paused, true, .paused, "paused by mara on desk4"),
            ])
        default: return project(number, "Show \(number)", settled)
        }
      }, feed: .polling("the event stream answers 502"))
  }
}
