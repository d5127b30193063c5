import BSON
import Foundation
import Identity
import Mapping
import Synchronization
import TestSupport
import Testing

@testable import Kitsu

@Suite("Reading a project of the real Kitsu", .enabled(if: KitsuStack.isAvailable))
struct ReadingTests {
  @Test("All kinds come in 17 requests, with progress to the end")
  func everything() async throws {
    let (show, (reading, told)) = try await undisturbed { show, reader in
      let steps = Mutex<[ReadProgress]>([])
      let kitsu = try server(as: reader)
      let reading = try await kitsu.read(project: show.entityID(), needs: .everything) { step in
        steps.withLock { $0.append(step) }
      }
      await kitsu.close()
      return (reading, steps.withLock { $0 })
    }
    #expect(reading.requestCount == (KitsuStack.hasETags ? 17 : 19))
    #expect(reading.consistency == .consistent && !reading.isTorn)
    #expect(reading.byteCount > 10_000)
    #expect(reading.names(.episode) == ["E01", "E02"])
    #expect(reading.names(.sequence) == ["SQ01"])
    #expect(reading.names(.asset) == ["Big Bob", "Été à l'Île"])
    #expect(reading.names(.edit) == ["Cut 1"] && reading.names(.concept) == ["Mood"])
    let shot = try #require(reading.production.entities[.shot]?.first)
    #expect(shot["frame_in"]?.string == "1001" && shot["frame_out"]?.int == 1050)
    let task = shot["tasks"]?.array?.first { _ in true }?.document
    #expect(task?["id"]?.string == show.task)
    #expect(!reading.production.studio.taskTypes.isEmpty)
    #expect(!reading.production.studio.departments.isEmpty)
    #expect(told.map(\.done) == Array(1...14))
    #expect(told.allSatisfy { $0.total == 14 })
  }

  @Test("Only what is needed is asked for, and what was not asked is not empty")
  func needs() async throws {
    let show = try await SmallShow.make()
    let recorder = try proxy { _ in .pass }
    let kitsu = try server(recorder.address)
    let reading = try await kitsu.read(
      project: show.entityID(), needs: SourceNeeds(kinds: [.asset], casting: false), progress: nil)
    #expect(Set(reading.production.entities.keys) == [.asset])
    #expect(reading.production.links == nil && reading.unreadable.isEmpty)
    for part in [
      "shots/with-tasks?project_id=\(show.project)&compact", "sequences", "entity-links",
    ] {
      #expect(recorder.count(part) == 0)
    }
  }

  @Test("Shots without a sequence come with their tasks, more than one request's worth")
  func sequencelessShots() async throws {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Loose")
    let type = try #require(studio.taskTypeNames.first)
    let person = try await studio.createPerson(role: "user", team: project)
    let sequence = try await studio.createSequence("SQ", project: project)
    _ = try await studio.createShot("bound", project: project, sequence: sequence)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<4 {
        group.addTask {
          for index in stride(from: lane, to: 83, by: 4) {
            let shot = try await studio.createShot(
              "loose\(index)", project: project, fields: ["data": ["frame_in": index]])
            guard index == 82 || index == 3 else { continue }
            _ = try await studio.createTask(
              type, entity: shot, project: project, assignees: [person.id])
          }
        }
      }
      try await group.waitForAll()
    }
    let kitsu = try server()
    let reading = try await kitsu.read(project: id(project), needs: .everything, progress: nil)
    let shots = try #require(reading.production.entities[.shot])
    #expect(shots.count == 84)
    let loose = try #require(shots.first { $0["name"]?.string == "loose82" })
    #expect(loose["frame_in"]?.int == 82)
    #expect(loose.element("sequence_id")?.type == .null)
    let task = loose["tasks"]?.array?.first { _ in true }?.document
    #expect(task?["assignees"]?.array?.first { _ in true }?.string == person.id)
    #expect(shots.count { $0["tasks"]?.array?.isEmpty == false } == 2)
    #expect(reading.consistency == .consistent)
  }

  @Test("Sequences without an episode and cancelled entities are there")
  func oddEntities() async throws {
    let show = try await SmallShow.make()
    _ = try await show.studio.createSequence("Loose", project: show.project)
    try await show.studio.updateEntity(show.shot, ["canceled": true])
    let kitsu = try server()
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.names(.sequence) == ["Loose", "SQ01"])
    let shot = try #require(reading.production.entities[.shot]?.first)
    #expect(shot["canceled"]?.bool == true)
  }

  @Test("A closed project is listed as closed and still read")
  func closedProject() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let statuses = try await KitsuHTTP.login(
      email: KitsuStack.email, password: KitsuStack.password
    ).idsByName("/data/project-status")
    let closed = try #require(statuses["Closed"])
    try await show.studio.put("/data/projects/\(show.project)", ["project_status_id": closed])
    let listed = try await kitsu.projects().first { $0.id.description == show.project }
    #expect(listed?.isOpen == false && listed?.statusName == "Closed")
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    #expect(reading.names(.shot) == ["SH010"])
  }

  @Test("A change between the first and the last request is read again")
  func changeWhileReading() async throws {
    let (_, between) = try await undisturbed { try await readWhileItChanges($0, as: $1) }
    #expect(between.reading.consistency == .consistent)
    #expect(between.reading.names(.shot) == ["SH020"])
    #expect(between.proxy.count("metadata-descriptors") == 2)
    #expect(between.proxy.count("/data/persons") == 1)
  }

  /// Zou's version of a project moves with the asset types of the studio and the subscriptions of who
  /// reads, too: other tests make asset types, and then a reading tells nothing of its own change.
  private func undisturbed<Result>(
    _ read: (SmallShow, KitsuStudio.Person) async throws -> Result
  ) async throws -> (show: SmallShow, result: Result) {
    for _ in 0..<5 {
      let show = try await SmallShow.make()
      let reader = try await show.studio.createPerson(role: "admin")
      let types = try await show.studio.entityTypeStamps()
      let result = try await read(show, reader)
      if try await show.studio.entityTypeStamps() == types { return (show, result) }
    }
    throw POSIXError(.EBUSY)
  }

  private func readWhileItChanges(
    _ show: SmallShow, as reader: KitsuStudio.Person
  ) async throws -> (reading: ProjectReading, proxy: FaultProxy) {
    let gate = Gate { count in count == 1 }
    let between = try proxy { request in
      if request.line.contains("metadata-descriptors") { gate.pass() }
      return .pass
    }
    let edits = Task {
      for await _ in gate.arrivals {
        try await show.studio.updateEntity(show.shot, ["name": "SH020"])
        gate.open()
      }
    }
    defer { edits.cancel() }
    let reading = try await server(between.address, as: reader).read(
      project: show.entityID(), needs: .everything, progress: nil)
    return (reading, between)
  }

  @Test("A project that keeps changing is torn after two more readings")
  func torn() async throws {
    let show = try await SmallShow.make()
    let gate = Gate { _ in true }
    let between = try proxy { request in
      if request.line.contains("metadata-descriptors") { gate.pass() }
      return .pass
    }
    let edits = Task {
      var number = 0
      for await _ in gate.arrivals {
        number += 1
        try await show.studio.updateEntity(show.shot, ["name": "SH\(number)"])
        gate.open()
      }
    }
    let kitsu = try server(between.address)
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    edits.cancel()
    #expect(reading.isTorn)
    #expect(between.count("metadata-descriptors") == 3)
  }
}
