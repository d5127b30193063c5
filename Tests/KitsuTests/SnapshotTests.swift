import BSON
import Foundation
import Identity
import Mapping
import TestSupport
import Testing

@testable import Kitsu

@Suite("Snapshot files")
struct SnapshotTests {
  private let source = SourceDescription(
    address: "http://kitsu", name: "Zou", version: "1.0.97", account: nil, role: nil)

  private func temporaryFile() -> String {
    FileManager.default.temporaryDirectory.appending(path: "snapshot-\(UUID().uuidString).json")
      .path
  }

  private func recordedReading() throws -> ProjectReading {
    var entities: [EntityKind: [Document]] = [:]
    for kind in EntityKind.allCases {
      entities[kind] = try Recorded.list("tvshow-\(kind.listName)-with-tasks")
    }
    let studio = Studio(
      taskTypes: try Recorded.list("task-types"), taskStatuses: try Recorded.list("task-status"),
      entityTypes: try Recorded.list("entity-types"),
      departments: try Recorded.list("departments"), persons: try Recorded.list("persons"))
    return ProjectReading(
      production: Production(
        project: try Recorded.document("tvshow-project"), entities: entities,
        links: try Recorded.list("tvshow-entity-links"),
        descriptors: try Recorded.list("tvshow-metadata-descriptors"), studio: studio))
  }

  private func read(_ path: String, _ reading: ProjectReading) async throws -> ProjectReading {
    let project = try #require(EntityID(reading.production.project.element("id")))
    return try await SnapshotFile(path: path).read(
      project: project, needs: .everything, progress: nil)
  }

  private func texts(_ documents: [Document]?) -> [String] {
    SnapshotOrder.sorted(documents ?? []).map {
      JSONText.write(SnapshotOrder.entity($0), sortsNames: true)
    }
  }

  @Test("What is written is what is read")
  func roundTrip() async throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let written = try recordedReading()
    try SnapshotWriter(path: path).write(source, [written])
    let back = try await read(path, written)
    #expect(back.unreadable.isEmpty && back.consistency == .consistent)
    for name in SnapshotFormat.projectLists {
      #expect(texts(back.production[list: name]) == texts(written.production[list: name]))
      #expect(back.production[list: name]?.isEmpty == false)
    }
    for name in SnapshotFormat.studioLists where name != "persons" {
      let expected = texts(written.production.studio[list: name])
      #expect(texts(back.production.studio[list: name]) == expected)
    }
    #expect(texts([back.production.project]) == texts([written.production.project]))
    let description = try await SnapshotFile(path: path).describe()
    #expect(description.address == "snapshot:\(path)" && description.version == "1.0.97")
    #expect(try await SnapshotFile(path: path).projects().map(\.isOpen) == [true])
  }

  @Test("Order of rows, names and ids does not show in the file")
  func deterministic() throws {
    let (one, other) = (temporaryFile(), temporaryFile())
    defer {
      for path in [one, other] { try? FileManager.default.removeItem(atPath: path) }
    }
    let reading = try recordedReading()
    var shuffled = reading
    for kind in EntityKind.allCases {
      shuffled.production.entities[kind] = reading.production.entities[kind]?.reversed()
        .map(SnapshotTests.reversed)
    }
    shuffled.production.links = reading.production.links?.shuffled()
    shuffled.production.studio.persons.shuffle()
    try SnapshotWriter(path: one).write(source, [reading])
    try SnapshotWriter(path: other).write(source, [shuffled])
    #expect(FileManager.default.contentsEqual(atPath: one, andPath: other))
  }

  private static func reversed(_ document: Document) -> Document {
    DocumentWriter.document { writer in
      for field in Array(document).reversed() {
        if let tasks = field.array, field.hasName("tasks") {
          writer.appendArray("tasks", Array(tasks).reversed().map(\.value))
        } else {
          writer.append(field)
        }
      }
    }
  }

  @Test("Of people just the allowed fields are kept")
  func persons() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SnapshotWriter(path: path).write(source, [try recordedReading()])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("desktop_login"))
    for secret in ["@example.com", "daily_salary", "phone", "\"email\"", "contract_type"] {
      #expect(!text.contains(secret))
    }
  }

  @Test("What was not readable is left out, and comes back as unreadable")
  func missingIsNotEmpty() async throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var reading = try recordedReading()
    reading.unreadable = ["links": "403", "persons": "403", "concepts": "403"]
    reading.production.links = nil
    reading.production.entities[.concept] = nil
    reading.production.entities[.edit] = []
    try SnapshotWriter(path: path).write(source, [reading])
    let back = try await read(path, reading)
    #expect(Set(back.unreadable.keys) == ["links", "persons", "concepts"])
    #expect(back.production.links == nil && back.production.entities[.concept] == nil)
    #expect(back.production.entities[.edit]?.isEmpty == true)
  }

  @Test("A value that MongoDB cannot hold stays one")
  func unrepresentable() async throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var reading = try recordedReading()
    let odd = try JSON.document(
      #"{"id": "b7a8db3b-dec7-557b-8a78-000000000000", "data": {"x": [NaN, 1.5, {"y": "\ud800"}]}}"#
    )
    reading.production.entities[.edit] = [odd]
    try SnapshotWriter(path: path).write(source, [reading])
    let back = try await read(path, reading)
    #expect(
      back.production.entities[.edit]?.first.map { JSONText.write($0, sortsNames: true) }
        == JSONText.write(odd, sortsNames: true))
    let list = back.production.entities[.edit]?.first?["data"]?.document?["x"]?.array
    #expect(list?.map(\.type) == [.code, .double, .document])
  }

  @Test(
    "A file that is no snapshot says where and why",
    arguments: [
      ("{\"format\": \n  oops}", ":2:3", KitsuError.Code.damaged),
      ("{\"format\":\"avalon-sync-snapshot\",", "cut off", .damaged),
      ("{\"format\":\"other\"}", "no snapshot", .damaged),
      ("{\"format\":\"avalon-sync-snapshot\",\"formatVersion\":9}", "formatVersion is 9", .damaged),
      ("{\"format\":\"avalon-sync-snapshot\",\"formatVersion\":1}", "'projects'", .damaged),
      (
        "{\"format\":\"avalon-sync-snapshot\",\"formatVersion\":1,\"projects\":[{}]}",
        "projects[0].project", .damaged
      ),
      (
        """
        {"format":"avalon-sync-snapshot","formatVersion":1,\
        "projects":[{"project":{},"shots":{}}]}
        """, "projects[0].shots", .damaged
      ),
    ])
  func damaged(text: String, words: String, code: KitsuError.Code) async throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let file = SnapshotFile(path: path)
    let error = try await failure { () throws(KitsuError) in try await file.describe() }
    #expect(error.code == code)
    #expect("\(error)".contains(words) && "\(error)".contains(path))
  }

  @Test("A missing file and an unknown project are told")
  func missing() async throws {
    let path = temporaryFile()
    let file = SnapshotFile(path: path)
    let error = try await failure { () throws(KitsuError) in try await file.projects() }
    #expect(error.code == .io && "\(error)".contains("no such file"))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SnapshotWriter(path: path).write(source, [])
    let nobody = try id("00000000-0000-0000-0000-000000000001")
    let gone = try await failure { () throws(KitsuError) in
      try await file.read(project: nobody, needs: .everything, progress: nil)
    }
    #expect(gone.code == .notFound)
  }

  @Test("A write that fails leaves the old file and no other")
  func atomic() throws {
    let directory = temporaryFile()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = directory + "/taken"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try "x".write(toFile: path + "/inside", atomically: true, encoding: .utf8)
    let reading = try recordedReading()
    let error = #expect(throws: KitsuError.self) {
      try SnapshotWriter(path: path).write(source, [reading])
    }
    #expect(error?.code == .io)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["taken"])
    #expect(throws: KitsuError.self) {
      try SnapshotWriter(path: directory + "/none/file").write(source, [reading])
    }
  }

  @Test("Two snapshots of an unchanged Kitsu are equal", .enabled(if: KitsuStack.isAvailable))
  func unchangedServer() async throws {
    let show = try await SmallShow.make()
    let paths = [temporaryFile(), temporaryFile()]
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    let manager = try await show.studio.createPerson(role: "manager", team: show.project)
    for path in paths {
      let kitsu = try server(as: manager)
      var reading = try await kitsu.read(
        project: show.entityID(), needs: .everything, progress: nil)
      // Other tests make people and asset types meanwhile.
      reading.production.studio.persons = []
      reading.production.studio.entityTypes = []
      try SnapshotWriter(path: path).write(try await kitsu.describe(), [reading])
      await kitsu.close()
    }
    #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
  }
}
