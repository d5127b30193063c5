import Foundation
import TestSupport
import Testing

@Suite(
  "The service as people and programs see it", .enabled(if: RealServers.areAvailable),
  .timeLimit(.minutes(4)))
struct SeenServiceTests {
  @Test("Its page, its state, its metrics and its log tell what it does")
  func seen() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let port = try Mongod.freePort()
    let service = try await RunningService(
      .servers(database, project: show.project), settings: "{service: {sweep: 2s}}\n", "--listen",
      "127.0.0.1:\(port)", "--log-format", "json")
    let curl = Curl(port: port)
    try await RunningService.eventually("it is ready") {
      do { return try await curl.get("/readyz").status == 200 } catch is Curl.Failure {
        return false
      }
    }
    // Other tests make people meanwhile, and then it is looked at once more.
    try await RunningService.eventually("the project was looked at") {
      try await curl.get("/metrics").body
        .contains(/avalon_sync_reconcile_total\{result="success"\} [1-9]/)
    }
    let metrics = try await curl.get("/metrics").body
    #expect(metrics.contains("avalon_sync_projects{standing=\"ready\"} 1"))
    #expect(metrics.contains(/action="create",outcome="applied"\} [1-9]/))
    #expect(metrics.contains(/kitsu_requests_total [1-9]/))
    let page = try await curl.get("/").body
    #expect(page.contains("1 of 1 project is as Kitsu and the mapping say."))
    let project = try await curl.get("/projects/\(show.project)")
    #expect(project.status == 200 && project.body.contains("Conditions"))
    var plan = ""
    var edits = 0
    try await RunningService.eventually("the last plan is one that was applied") {
      edits += 1
      try await show.studio.updateEntity(show.shots[0], ["name": "SH9\(edits)0"])
      for _ in 0..<20 where !plan.contains("\"outcome\": \"applied\"") {
        plan = try await curl.get("/projects/\(show.project)/plan.json").body
        try await Task.sleep(for: .milliseconds(50))
      }
      return plan.contains("\"outcome\": \"applied\"")
    }
    let state = try await curl.get("/status.json").body
    #expect(state.contains("\"status\": true") && state.contains(show.project))
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    let lines = outcome.errors.split(separator: "\n")
    for line in lines {
      let read = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(read?["message"] is String && read?["time"] is String, "\(line)")
    }
    #expect(lines.contains { $0.contains("http://127.0.0.1:\(port)/") })
    #expect(!outcome.all.contains(KitsuStack.password))
    for text in [metrics, page, project.body, plan, state] {
      #expect(!text.contains(KitsuStack.password))
    }
    try await database.drop()
  }
}
