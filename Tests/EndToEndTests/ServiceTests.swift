import Foundation
import TestSupport
import Testing

@Suite("The service", .enabled(if: RealServers.areAvailable), .timeLimit(.minutes(4)))
struct ServiceTests {
  private static let settings = "{service: {sweep: 2s}}\n"

  @Test("What happens in Kitsu is in Avalon without a command", arguments: Deployment.allCases)
  func follows(_ deployment: Deployment) async throws {
    let show = try await TVShow.make()
    let studio = show.studio
    let database = try deployment.database()
    let service = try await RunningService(
      .servers(database, project: show.project), settings: ServiceTests.settings)
    let collection = try await firstCollection(of: database)
    try await RunningService.eventually("all documents are there") {
      try await database.assets(collection)["e02_sq02_sh030"] != nil
    }
    try await studio.updateEntity(show.shots[0], ["name": "SH015"])
    try await RunningService.eventually("the shot is renamed") {
      try await database.assets(collection)["e02_sq01_sh015"] != nil
    }
    let made = try await studio.createShot(
      "SH099", project: show.project, sequence: show.sequences[0])
    _ = try await studio.createTask("Animation", entity: made, project: show.project)
    try await RunningService.eventually("the new shot is there with its task") {
      try await database.assets(collection)["e02_sq01_sh099"]?["data", "tasks"] == ["animation"]
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0 && !outcome.isKilled, "\(outcome.all)")
    #expect(!outcome.all.contains(KitsuStack.password))
    let site = Site.servers(database, project: show.project)
    #expect(try await site.run("plan", "--detailed-exitcode").code == 0)
    try await database.drop()
  }

  @Test("Settings are read again by SIGHUP; those with mistakes are refused")
  func reload() async throws {
    let show = try await TVShow.make()
    let database = try Deployment.standalone.database()
    let service = try await RunningService(
      .servers(database, project: show.project),
      settings: "{policy: observe, service: {sweep: 2s}}\n")
    try await Task.sleep(for: .seconds(5))
    #expect(try await database.collections().isEmpty)
    try replace(service, "{policy: observ}\n")
    service.signal(SIGHUP)
    try await Task.sleep(for: .seconds(2))
    try replace(service, ServiceTests.settings)
    service.signal(SIGHUP)
    let collection = try await firstCollection(of: database)
    try await RunningService.eventually("all documents are there") {
      try await database.assets(collection)["e02_sq02_sh030"] != nil
    }
    let outcome = try await service.stop()
    #expect(outcome.code == 0, "\(outcome.all)")
    #expect(outcome.all.contains("there is no policy 'observ': did you mean 'observe'?"))
    try await database.drop()
  }

  private func replace(_ service: RunningService, _ settings: String) throws {
    _ = try service.folder.write(settings, to: "avalon-sync.yaml")
  }

  private func firstCollection(of database: AvalonDatabase) async throws -> String {
    var found: String?
    try await RunningService.eventually("the project has a collection") {
      found = try await database.collections().first
      return found != nil
    }
    return try #require(found)
  }
}
