import BSON
import Foundation
import Identity
import Mapping
import TestSupport
import Testing

@testable import Kitsu

/// Answers of a real Zou 1.0.97, in `Tests/Fixtures/kitsu`.
enum Recorded {
  static func bytes(_ name: String) throws -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Data(contentsOf: tests.appending(path: "Fixtures/kitsu/\(name).json"))
  }

  static func list(_ name: String, table: JSONTable? = nil) throws -> [Document] {
    try JSON.documents(String(decoding: bytes(name), as: UTF8.self), table: table)
  }

  static func document(_ name: String) throws -> Document {
    try JSON.document(String(decoding: bytes(name), as: UTF8.self))
  }
}

/// A quick policy, so that a test of a failure takes no seconds.
let impatient = RetryPolicy(attempts: 4, patience: .seconds(60), firstDelay: .milliseconds(20))

func settings(
  _ address: String = KitsuStack.url, as person: KitsuStudio.Person? = nil,
  retry: RetryPolicy = impatient
) -> KitsuServer.Settings {
  KitsuServer.Settings(
    address: address,
    credentials: .password(
      email: person?.email ?? KitsuStack.email, Secret(person?.password ?? KitsuStack.password)),
    connectTimeout: .seconds(3), retry: retry, clientVersion: "test")
}

func server(
  _ address: String = KitsuStack.url, as person: KitsuStudio.Person? = nil
) throws -> KitsuServer {
  try KitsuServer(settings(address, as: person))
}

func proxy(_ fault: @escaping @Sendable (FaultProxy.Request) -> FaultProxy.Fault) throws
  -> FaultProxy
{
  try .kitsu(fault: fault)
}

func id(_ text: String) throws -> EntityID { try #require(EntityID(text)) }

/// What an operation throws; fails when it throws nothing.
func failure<R>(
  of body: () async throws(KitsuError) -> R, _ location: SourceLocation = #_sourceLocation
) async throws -> KitsuError {
  do throws(KitsuError) {
    _ = try await body()
  } catch {
    return error
  }
  Issue.record("nothing was thrown", sourceLocation: location)
  throw CancellationError()
}

extension ProjectReading {
  func names(_ kind: EntityKind) -> [String]? {
    production.entities[kind]?.compactMap { $0["name"]?.string }.sorted()
  }
}

/// A small production of every kind: what most tests read.
struct SmallShow: Sendable {
  let studio: KitsuStudio
  let project: String
  let sequence: String
  let shot: String
  let asset: String
  let task: String

  static func make() async throws -> SmallShow {
    let studio = try await KitsuStudio.shared.value
    let project = try await studio.createProject("Small", kind: "tvshow")
    let episode = try await studio.createEpisode("E02", project: project)
    let sequence = try await studio.createSequence("SQ01", project: project, episode: episode)
    let shot = try await studio.createShot(
      "SH010", project: project, sequence: sequence,
      fields: ["data": ["frame_in": "1001", "frame_out": 1050] as KitsuStudio.Fields])
    let asset = try await studio.createAsset("Big Bob", project: project, episode: episode)
    _ = try await studio.createAsset("Été à l'Île", project: project)
    _ = try await studio.createEntity("Cut 1", type: "Edit", project: project)
    _ = try await studio.createEntity("Mood", type: "Concept", project: project)
    try await studio.cast(asset: asset, in: shot)
    _ = try await studio.createDescriptor("Mood", project: project)
    let type = try #require(studio.taskTypeNames.first)
    let task = try await studio.createTask(type, entity: shot, project: project)
    return SmallShow(
      studio: studio, project: project, sequence: sequence, shot: shot, asset: asset, task: task)
  }

  func entityID() throws -> EntityID { try #require(EntityID(project)) }
}
