import BSON
import Foundation
import Identity
import Mapping
import Testing

@testable import Kitsu

@Suite("Recorded answers of Zou 1.0.97")
struct RecordedAnswersTests {
  private let project = EntityID("b7a8db3b-dec7-557b-8a78-9792211a384e")

  @Test(
    "A compact board gives the documents of the plain one",
    arguments: [
      ("tvshow-shots-with-tasks", EntityKind.shot), ("short-shots-with-tasks", .shot),
      ("tvshow-assets-with-tasks", .asset), ("short-assets-with-tasks", .asset),
    ])
  func compactEqualsPlain(name: String, kind: EntityKind) throws {
    let route = Route.board(kind, try #require(project), nil)
    let plain = try Recorded.list(name, table: route.table)
    let compact = try Recorded.list("\(name)-compact", table: route.table)
    #expect(!plain.isEmpty)
    #expect(compact.count == plain.count)
    for (one, other) in zip(compact, plain) {
      // The plain form may leave out nothing and the compact form may add nothing.
      #expect(JSONText.write(one, sortsNames: true) == JSONText.write(other, sortsNames: true))
    }
  }

  @Test("The studio's lists hold every id that a board names")
  func referencesResolve() throws {
    let lists = [
      Route.taskTypes.name: try Recorded.list("task-types"),
      Route.taskStatuses.name: try Recorded.list("task-status"),
      Route.entityTypes.name: try Recorded.list("entity-types"),
      Route.persons.name: try Recorded.list("persons"),
    ]
    let boards = try ["shots", "assets", "sequences", "episodes", "edits", "concepts"]
      .flatMap { try Recorded.list("tvshow-\($0)-with-tasks") }
    let references = References(of: boards)
    #expect(!references.persons.isEmpty)
    #expect(references.taskTypes.count > 3)
    #expect(references.dangling(in: lists).isEmpty)
  }

  @Test("A missing task type is told by its list")
  func danglingTaskType() throws {
    let boards = try Recorded.list("tvshow-shots-with-tasks")
    let references = References(of: boards)
    let used = try #require(references.taskTypes.first)
    let types = try Recorded.list("task-types").filter { EntityID($0.element("id")) != used }
    let dangling = references.dangling(in: [Route.taskTypes.name: types])
    #expect(dangling.map(\.name) == ["task_types"])
  }

  @Test("Projects carry their status, and one without is looked up")
  func projectSummaries() throws {
    let projects = try Recorded.list("projects-all")
    let summaries = ProjectSummary.list(projects) { _ in "Closed" }
    #expect(summaries.count == projects.count)
    #expect(summaries.allSatisfy { $0.statusName == "Open" && $0.isOpen })
    #expect(summaries.map(\.name) == summaries.map(\.name).sorted())
    let bare = try JSON.document(
      #"{"id": "b7a8db3b-dec7-557b-8a78-9792211a384e", "name": "P", "code": ""}"#)
    let closed = try #require(ProjectSummary.list([bare]) { _ in "Closed" }.first)
    #expect(closed.statusName == "Closed" && !closed.isOpen && closed.code == nil)
  }

  @Test("The status of a healthy server names no store")
  func healthyStatus() throws {
    let body = ResponseBody(String(decoding: try Recorded.bytes("status"), as: UTF8.self))
    let response = Response(status: 200, headers: [:], body: body, redirect: nil)
    let status = try #require(ServerStatus(response))
    #expect(status.name == "Zou" && status.version == "1.0.97" && status.downStores == nil)
  }
}
