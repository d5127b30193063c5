import Controller
import CoreMetrics
import Foundation
import Identity
import Logging
import Planning
import Report
import StatusServer
import Synchronization
import TestSupport
import Testing

/// A service's state that a test sets, served on a free port.
final class ServedState: ServiceState {
  private struct Told {
    var report: ServiceReport
    var isAlive = true
  }

  private let told: Mutex<Told>

  init(_ report: ServiceReport) { told = Mutex(Told(report: report)) }

  func report() async -> ServiceReport { told.withLock { $0.report } }
  var isAlive: Bool { told.withLock { $0.isAlive } }

  func set(_ report: ServiceReport) { told.withLock { $0.report = report } }
  func hang() { told.withLock { $0.isAlive = false } }
}

/// Runs a server as long as the body takes.
func serving(
  _ state: ServedState, at address: String = "127.0.0.1:0",
  metrics: MetricsRegistry = MetricsRegistry(), patience: Duration = .seconds(15),
  _ body: (Curl) async throws -> Void
) async throws {
  let ports = AsyncStream<Int>.makeStream()
  let server = StatusServer(
    at: try #require(ListenAddress(address)), state, metrics: metrics,
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, patience: patience
  ) { port in
    ports.continuation.yield(port)
    ports.continuation.finish()
  }
  let running = Task { try await server.run() }
  defer { running.cancel() }
  let failed = Task {
    _ = await running.result
    ports.continuation.finish()
  }
  defer { failed.cancel() }
  var port: Int?
  for await bound in ports.stream { port = bound }
  guard let port else { return try await running.value }
  try await body(Curl(port: port))
}

// MARK: States

func state(
  _ projects: [ProjectStatus] = [], ready: Bool = true, feed: FeedReport.State = .streaming
) -> ServiceReport {
  let condition =
    ready
    ? Condition(.ready, true, .settled, "Kitsu and Avalon answer", since: 0)
    : Condition(.ready, false, .kitsuUnreachable, "Kitsu: connection refused", since: 0)
  return ServiceReport(
    version: "0.5.0", host: "sync1", startedAt: 1_000_500, now: 2_000_000,
    header: ReportHeader(
      kitsu: "https://kitsu", kitsuVersion: "Zou 1.0.97", account: nil, role: nil,
      targets: [
        ReportTarget(name: "avalon", address: "mongodb://db", database: "avalon", version: nil)
      ], usual: ProjectSetup(mapping: "avalon.yaml", target: "avalon", policy: .upsertOnly),
      owner: "studio", leftOut: []),
    feed: FeedReport(state: feed, since: 0, lastEventAt: 1_500_250),
    queue: QueueReport(depth: 2, running: 1, retries: 3, oldest: 0.5), conditions: [condition],
    projects: projects)
}

let firstProject = "00000000-0000-4000-8000-000000000001"

/// A project in which one entity is held.
func project(_ name: String, id: String = firstProject) throws -> ProjectStatus {
  let planned = PlannedProject(
    id: try #require(EntityID(id)), title: name, collection: "gulls")
  let held = HeldItem(
    scope: .entity, identity: nil, kind: "asset", title: "Gull", name: nil,
    reason: "the name is taken", remedy: "rename one of the two")
  return ProjectStatus(
    id: id, name: name, setup: nil,
    conditions: [Condition(.ready, true, .partlyHeld, "1 held", since: 0)],
    last: ProjectStatus.Reconcile(
      at: 1_900_000, duration: 0.2, trigger: "event", outcome: "settled"),
    lag: 0.75,
    report: ProjectReport(
      plan: Plan(project: planned, changes: [], held: [held], unchanged: 4, kept: 0)))
}
