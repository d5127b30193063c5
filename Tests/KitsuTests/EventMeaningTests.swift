import BSON
import Foundation
import Identity
import Testing

@testable import Kitsu

@Suite("What Kitsu's events mean")
struct EventMeaningTests {
  /// Every change that Zou 1.0.97 was made to tell, with its events.
  private static func recorded() throws -> [(did: String, events: [KitsuEvent])] {
    try Recorded.list("events-by-change").map { change in
      let events = change["events"]?.array?.compactMap { pair -> KitsuEvent? in
        guard let parts = pair.array.map(Array.init), let name = parts.first?.string else {
          return nil
        }
        return KitsuEvent(name: name, payload: parts.last?.document ?? .empty)
      }
      return (change["did"]?.string ?? "", events ?? [])
    }
  }

  private static func hint(_ did: String) throws -> ChangeHint {
    let events = try #require(try recorded().first { $0.did == did }).events
    return events.reduce(into: ChangeHint()) { $0.formUnion($1.hint) }
  }

  @Test("Every recorded event is known, and none but these says that all may have changed")
  func allKnown() throws {
    let changes = try EventMeaningTests.recorded()
    #expect(changes.count == 63)
    for (did, events) in changes {
      #expect(!events.isEmpty)
      let isVague =
        ["metadata descriptor update", "metadata descriptor delete", "person delete"].contains(did)
      #expect(events.contains { $0.hint.isWhole } == isVague, "\(did)")
    }
  }

  @Test("Every recorded change hints something, but for milestones")
  func allHint() throws {
    for (did, events) in try EventMeaningTests.recorded() {
      let isSilent = events.allSatisfy { $0.hint.isEmpty }
      #expect(isSilent == did.hasPrefix("milestone"), "\(did)")
    }
  }

  @Test("An entity is named; a task is, unless its entity is known")
  func entitiesAndTasks() throws {
    let shot = try id("6c7e7b25-30f2-4bc2-b10d-4744ab6777d7")
    #expect(try EventMeaningTests.hint("shot rename") == ChangeHint(entities: [shot]))
    let task = try id("214a8620-cf0c-4105-b67d-88e55bca18c6")
    for did in ["task update", "task assign", "task unassign", "task status by comment"] {
      #expect(try EventMeaningTests.hint(did) == ChangeHint(tasks: [task]), "\(did)")
    }
    let asset = try id("091d6811-5d09-4959-965b-66b5ad56bb52")
    #expect(try EventMeaningTests.hint("task delete") == ChangeHint(entities: [asset]))
    #expect(try EventMeaningTests.hint("shot delete (force)") == ChangeHint(entities: [shot]))
  }

  @Test("Casting names the entity and the assets that came and went")
  func casting() throws {
    let hint = try EventMeaningTests.hint("shot casting less one")
    #expect(hint.casting && !hint.isWhole)
    for entity in [
      "6c7e7b25-30f2-4bc2-b10d-4744ab6777d7", "fc8d87b0-c84b-4be4-8037-2ff9172eee66",
      "cab2570f-e963-404b-b449-8d620f46ff1d",
    ] {
      #expect(hint.entities.contains(try id(entity)))
    }
  }

  @Test("A link by the generic route is in nobody knows which project")
  func genericLink() throws {
    let event = try #require(
      try EventMeaningTests.recorded().first { $0.did == "entity link create (crud)" }?.events.first
    )
    #expect(event.project == nil && event.hint == ChangeHint(casting: true))
  }

  @Test("Studio lists, projects and columns")
  func lists() throws {
    for did in ["task type update", "task status create", "asset type delete", "person update"] {
      #expect(try EventMeaningTests.hint(did) == ChangeHint(studio: true), "\(did)")
    }
    let project = try #require(
      try EventMeaningTests.recorded().first { $0.did == "project rename" }?.events.first)
    #expect(project.isProjectList && project.hint == ChangeHint(project: true))
    #expect(project.project == EntityID("afb13584-9ca6-4e5e-adea-2c3ec31bc747"))
    #expect(try EventMeaningTests.hint("metadata descriptor create") == ChangeHint(project: true))
  }

  @Test("A new comment alone says nothing yet; one that is changed or deleted names its task")
  func comments() throws {
    let task = "214a8620-cf0c-4105-b67d-88e55bca18c6"
    let payload = try JSON.document(#"{"task_id": "\#(task)"}"#)
    #expect(KitsuEvent(name: "comment:new", payload: payload).hint.isEmpty)
    for name in ["comment:update", "comment:delete", "preview-file:add-file"] {
      #expect(KitsuEvent(name: name, payload: payload).hint == ChangeHint(tasks: [try id(task)]))
    }
  }

  @Test(
    "What is not known, or names nothing, may be anything",
    arguments: ["camera:update", "shot:update", "task:new", "no colon", ""])
  func unknown(name: String) {
    #expect(KitsuEvent(name: name, payload: .empty).hint == .whole)
  }

  @Test("Quiet ones stay quiet, however the table is written")
  func quiet() {
    for name in ["news:new", "notification:new", "production_schedule_version:update"] {
      #expect(KitsuEvent(name: name, payload: .empty).hint.isEmpty)
    }
  }
}
