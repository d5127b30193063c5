internal import Avalon
import BSON
import CoreMetrics
import Identity
import Kitsu
import Logging
import Planning
import Report
import Testing

@testable import Controller

/// A studio whose list of projects changes; nothing of them can be done.
private actor ChangingList: ServiceWorld {
  private var projects: [ProjectSummary]

  init(_ projects: [ProjectSummary]) { self.projects = projects }

  func list(_ projects: [ProjectSummary]) { self.projects = projects }

  func survey() async throws -> Survey {
    Survey(
      usual: projects.map {
        SurveyedProject(
          summary: $0, setup: .usual, way: .blocked(Hold("it is away", remedy: "wait")))
      })
  }

  nonisolated func feed(from position: FeedPosition?) -> AsyncStream<FeedSignal>? { nil }

  func position() async throws -> FeedPosition? { nil }

  func version(of project: EntityID) async throws -> String? { nil }
}

@Suite("What is asked of the service")
struct AskedTests {
  @Test("An approval is forgotten with its project: whoever has it then is asked anew")
  func forgotten() async throws {
    let id = "00000000-0000-4000-8000-000000000001"
    let summaries = ProjectSummary.list(
      [
        DocumentWriter.document {
          $0.append("id", id); $0.append("name", "Gulls")
        }
      ]
    ) { _ in nil }
    let world = ChangingList(summaries)
    let controller = ServiceController(
      world, ServiceSettings(), ServiceIdentity(version: "1", host: "sync1"),
      clock: ServiceClock(elapsed: { .zero }, now: { 0 }, hour: { 12 }, chance: { 0 }),
      metrics: ServiceMetrics(NOOPMetricsHandler.instance), logger: Logger(label: "test"))
    let project = try #require(EntityID(id))
    let request = ObjectID.run(at: 1, chance: 1)
    let approval = Approval(digest: "1a2b", lifts: [], until: 1000)
    #expect(await !controller.approve(project, approval, request: request))
    await controller.survey()
    #expect(await controller.approve(project, approval, request: request))
    #expect(await controller.isAsked(request))
    await world.list([])
    await controller.survey()
    #expect(await !controller.isAsked(request))
    await world.list(summaries)
    await controller.survey()
    #expect(await !controller.isAsked(request))
  }
}
