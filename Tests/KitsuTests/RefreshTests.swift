import BSON
import Foundation
import Identity
import TestSupport
import Testing

@testable import Kitsu
@testable import Mapping

@Suite("Reading again by a hint, on the real Kitsu", .enabled(if: KitsuStack.isAvailable))
struct RefreshTests {
  private static let some = SourceNeeds(
    kinds: [.episode, .sequence, .shot, .asset], casting: true,
    fields: SourceFields(
      entity: ["id", "name", "canceled", "data", "sequence_id", "episode_id", "asset_type_id"],
      task: ["id", "task_type_id", "task_status_id", "assignees", "priority"]))

  @Test(
    "After any edits, what the events hint gives what a whole reading gives",
    arguments: [
      (role: "admin", needs: SourceNeeds.everything, seed: UInt64(1)),
      ("manager", .everything, 2), ("manager", some, 3),
    ])
  func equalsWhole(role: String, needs: SourceNeeds, seed: UInt64) async throws {
    var edits = try await RandomEdits.make(seed: seed)
    let project = try id(edits.project)
    let person =
      role == "admin"
      ? nil : try await edits.studio.createPerson(role: role, team: edits.project)
    let kitsu = try server(as: person)
    let listener = await FeedListener.start(kitsu)
    try await listener.waitForStream()
    var reading = try await kitsu.read(project: project, needs: needs, progress: nil)
    var done: [String] = []
    var refreshes = 0
    for _ in 0..<10 {
      let mark = await listener.signals.count
      done = []
      for _ in 0..<2 { done.append(try await edits.attempt()) }
      // Events come in the order of the changes: with this one, all before it were heard.
      let end = try await edits.studio.createConcept(in: edits.project)
      try await listener.wait(forChangeOf: end, after: mark)
      var hint = ChangeHint()
      for event in await Array(listener.signals.dropFirst(mark)).events
      where event.project == project || (event.project == nil && !event.hint.isWhole) {
        hint.formUnion(event.hint)
      }
      let whole = try await kitsu.read(project: project, needs: needs, progress: nil)
      let before = try await kitsu.version(of: project)
      guard
        let refreshed = try await kitsu.refresh(reading, of: project, by: hint, needs: needs)
      else {
        #expect(hint.isWhole, "\(done)")
        reading = whole
        continue
      }
      refreshes += 1
      let different = differences(refreshed.reading.production, whole.production)
      #expect(different.isEmpty, "\(done), hint \(hint)")
      #expect(
        edits.typeNames(refreshed.reading.production) == edits.typeNames(whole.production),
        "\(done)")
      // The asset types of other tests are part of it, too.
      if try await kitsu.version(of: project) == before {
        #expect(refreshed.reading.version == before, "\(done)")
      }
      #expect((refreshed.reading.version != nil) == KitsuStack.hasETags)
      let changed = refreshed.changed.map(\.description)
      #expect(
        RefreshTests.changedEntities(reading.production, whole.production)
          .isSubset(of: changed), "\(done)")
      reading = refreshed.reading
    }
    #expect(refreshes > 3)
    await listener.stop()
    await kitsu.close()
  }

  private static func changedEntities(_ old: Production, _ new: Production) -> Set<String> {
    let kinds = Set(EntityKind.allCases.map(\.rawValue))
    let (before, after) = (old.canonical, new.canonical)
    return Set(
      Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.compactMap { key in
        let parts = key.split(separator: " ")
        return parts.count == 2 && kinds.contains(String(parts[0])) ? String(parts[1]) : nil
      })
  }

  private func refreshed(
    _ show: SmallShow, _ kitsu: KitsuServer, _ reading: ProjectReading, _ hint: ChangeHint
  ) async throws -> RefreshedReading {
    try #require(
      try await kitsu.refresh(reading, of: show.entityID(), by: hint, needs: .everything))
  }

  @Test("A shot costs two requests, a task three, a hint that says nothing one")
  func costs() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    let probe = KitsuStack.hasETags ? 1 : 0
    let shotID = try id(show.shot)
    #expect((reading.version != nil) == KitsuStack.hasETags)
    try await show.studio.updateEntity(show.shot, ["name": "SH020"])
    let shot = try await refreshed(
      show, kitsu, reading, ChangeHint(entities: [try id(show.shot)]))
    #expect(shot.reading.requestCount == probe + 1)
    #expect(shot.reading.names(.shot) == ["SH020"] && shot.changed == [shotID])
    #expect(!shot.isStudioChanged && !shot.isProjectChanged && !shot.isCastingChanged)
    try await show.studio.updateTask(show.task, ["priority": 3])
    let task = try await refreshed(
      show, kitsu, shot.reading, ChangeHint(tasks: [try id(show.task)]))
    #expect(task.reading.requestCount == probe + 2 && task.changed == [shotID])
    let nothing = try await refreshed(show, kitsu, task.reading, ChangeHint())
    #expect(nothing.reading.requestCount == probe && nothing.changed.isEmpty)
    await kitsu.close()
  }

  @Test("What all projects share is read once for an event, however many projects come to it")
  func sharedLists() async throws {
    let shows = [
      try await SmallShow.make(), try await SmallShow.make(), try await SmallShow.make(),
    ]
    let recorder = try proxy { _ in .pass }
    let kitsu = try server(recorder.address)
    var readings: [ProjectReading] = []
    for show in shows {
      readings.append(
        try await kitsu.read(project: show.entityID(), needs: .everything, progress: nil))
    }
    func refresh(_ hint: ChangeHint) async throws -> [RefreshedReading] {
      var all: [RefreshedReading] = []
      for (show, reading) in zip(shows, readings) {
        all.append(try await refreshed(show, kitsu, reading, hint))
      }
      return all
    }
    for round in 1...2 {
      let person = try await shows[0].studio.createPerson(role: "user")
      var hint = ChangeHint(studio: true)
      hint.studioSince = .now
      let before = recorder.count("/data/persons")
      for one in try await refresh(hint) {
        #expect(one.isStudioChanged, "\(round)")
        #expect(one.reading.production.studio.persons.contains { $0["id"]?.string == person.id })
      }
      #expect(recorder.count("/data/persons") == before + 1, "\(round)")
    }
    // Without a time nothing that was read before is believed.
    let before = recorder.count("/data/persons")
    _ = try await refresh(ChangeHint(studio: true))
    #expect(recorder.count("/data/persons") == before + shows.count)
    await kitsu.close()
  }

  @Test("A deleted task is found by the last reading, a deleted entity takes its links along")
  func deleted() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    try await show.studio.delete("/data/tasks/\(show.task)?force=true")
    let task = try await refreshed(
      show, kitsu, reading, ChangeHint(tasks: [try id(show.task)]))
    #expect(task.changed == [try id(show.shot)])
    try await show.studio.delete("/data/assets/\(show.asset)?force=true")
    let asset = try await refreshed(
      show, kitsu, task.reading, ChangeHint(entities: [try id(show.asset)]))
    #expect(asset.reading.production.links?.isEmpty == true && asset.isCastingChanged)
    #expect(asset.reading.names(.asset) == ["Été à l'Île"])
    await kitsu.close()
  }

  @Test("Many ids are read by their board")
  func manyIDs() async throws {
    let show = try await SmallShow.make()
    var shots: [String] = []
    for number in 0..<6 {
      shots.append(
        try await show.studio.createShot(
          "S\(number)", project: show.project, sequence: show.sequence))
    }
    let recorder = try proxy { _ in .pass }
    let kitsu = try server(recorder.address)
    let reading = try await kitsu.read(
      project: show.entityID(), needs: .everything, progress: nil)
    for shot in shots { try await show.studio.updateEntity(shot, ["data": ["take": 2]]) }
    let before = recorder.lines.count
    let result = try await refreshed(
      show, kitsu, reading, ChangeHint(entities: Set(shots.map { try id($0) })))
    #expect(result.changed.count == 6)
    #expect(recorder.lines.dropFirst(before).count { $0.contains("compact=true") } == 1)
    await kitsu.close()
  }

  @Test("What only a whole reading can tell is left to it")
  func wholeOnly() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let project = try show.entityID()
    let reading = try await kitsu.read(project: project, needs: .everything, progress: nil)
    let whole = try await kitsu.refresh(reading, of: project, by: .whole, needs: .everything)
    #expect(whole == nil)
    var torn = reading
    torn.consistency = .torn
    let hint = ChangeHint(entities: [try id(show.shot)])
    #expect(try await kitsu.refresh(torn, of: project, by: hint, needs: .everything) == nil)
    await kitsu.close()
  }

  @Test("Who may not read the event log keeps the old version: the next look reads the whole")
  func withoutLog() async throws {
    let show = try await SmallShow.make()
    let kitsu = try server()
    let project = try show.entityID()
    let reading = try await kitsu.read(project: project, needs: .everything, progress: nil)
    let hint = ChangeHint(entities: [try id(show.shot)])
    // The event of the asset is lost; the shot's is heard.
    for isRefused in [true, false] {
      await kitsu.client.session.logIs(refused: isRefused)
      try await show.studio.updateEntity(show.asset, ["name": KitsuStudio.unique("Bob")])
      try await show.studio.updateEntity(show.shot, ["name": KitsuStudio.unique("SH")])
      let refreshed = try await refreshed(show, kitsu, reading, hint)
      let isOld = refreshed.reading.version == reading.version
      #expect(isOld == isRefused || !KitsuStack.hasETags)
    }
    await kitsu.close()
  }

  /// Zou's lists of all entities and tasks show nothing of it to a manager.
  @Test("A project that is not open is read whole where a manager is not shown what is there")
  func closedToManagers() async throws {
    let show = try await SmallShow.make()
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    let type = try #require(show.studio.taskTypeNames.first)
    let loose = try await show.studio.createShot("loose", project: show.project)
    _ = try await show.studio.createTask(
      type, entity: loose, project: show.project, assignees: [manager.id])
    let statuses = try await KitsuHTTP.login(
      email: KitsuStack.email, password: KitsuStack.password
    ).idsByName("/data/project-status")
    let closed = try #require(statuses["Closed"])
    try await show.studio.put("/data/projects/\(show.project)", ["project_status_id": closed])
    let kitsu = try server(as: manager)
    let project = try show.entityID()
    let reading = try await kitsu.read(project: project, needs: .everything, progress: nil)
    #expect(reading.names(.shot) == ["SH010", "loose"])
    let row = reading.production.entities[.shot]?.first { $0["name"]?.string == "loose" }
    let task = row?["tasks"]?.array?.first { _ in true }?.document
    #expect(task?["assignees"]?.array?.first { _ in true }?.string == manager.id)
    for shot in [loose, try await show.studio.createShot("new", project: show.project)] {
      let hint = ChangeHint(entities: [try id(shot)])
      let refreshed = try await kitsu.refresh(reading, of: project, by: hint, needs: .everything)
      #expect(refreshed == nil)
    }
    let hint = ChangeHint(tasks: [try id(loose)])
    #expect(
      try await kitsu.refresh(reading, of: project, by: hint, needs: .everything) == nil)
    await kitsu.close()
  }

  @Test("A project that is gone, or no longer allowed, is told and never read as empty")
  func goneProject() async throws {
    let show = try await SmallShow.make()
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    let kitsu = try server()
    let limited = try server(as: manager)
    let project = try show.entityID()
    let hint = ChangeHint(entities: [try id(show.shot)])
    let reading = try await limited.read(project: project, needs: .everything, progress: nil)
    var refused: KitsuError?
    // Where somebody else reads the project in this moment, Zou may cache the old team for minutes; taking
    // the manager out again drops that.
    for _ in 0..<10 where refused == nil {
      try await show.studio.delete("/data/projects/\(show.project)/team/\(manager.id)")
      do throws(KitsuError) {
        _ = try await limited.refresh(reading, of: project, by: hint, needs: .everything)
      } catch {
        refused = error
      }
    }
    #expect(refused?.code == .forbidden)
    try await show.studio.deleteProject(show.project)
    let gone = try await failure { () async throws(KitsuError) in
      try await kitsu.refresh(reading, of: project, by: hint, needs: .everything)
    }
    #expect(gone.code == .notFound)
    await kitsu.close()
    await limited.close()
  }
}

extension KitsuStudio {
  /// A change that no other follows: a mark in the stream of events.
  fileprivate func createConcept(in project: String) async throws -> String {
    try await createEntity(KitsuStudio.unique("Mark"), type: "Concept", project: project)
  }
}
