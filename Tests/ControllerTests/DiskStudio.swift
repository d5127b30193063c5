import BSON
import Foundation
import Identity
import Mapping
import Planning
import TestSupport
import Testing

@testable import Avalon
@testable import Kitsu

/// A snapshot file and a dump directory: real stores with nothing to start.
struct DiskStudio {
  let directory: String
  let store: DumpStore

  /// Makes the studio, and removes it whatever the test did.
  static func with(_ body: (DiskStudio) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "avalon-sync-" + UUID().uuidString).path
    let studio = DiskStudio(
      directory: directory, store: try DumpStore(directory: directory, database: "avalon"))
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(studio)
    await studio.store.close()
  }

  func site(
    _ shows: [Show], mapping: CompiledMapping? = nil, policy: Policy = .upsertOnly,
    owner: String = Site.owner
  ) throws -> Site {
    var random = SeededRandom(1)
    let path = directory + "/kitsu.json"
    let source = SourceDescription(
      address: "test", name: "Zou", version: "1.0.97", account: nil, role: nil)
    try SnapshotWriter(path: path).write(
      source, shows.map { ProjectReading(production: $0.production(&random)) })
    return try Site(
      SnapshotFile(path: path), store, mapping: mapping, policy: policy, owner: owner)
  }

  func plan(_ show: Show, among others: [Show] = [], owner: String = Site.owner) async throws
    -> Plan
  {
    let id = try #require(EntityID(show.projectID))
    return try #require(try await site([show] + others, owner: owner).plans()[id])
  }

  @discardableResult
  func sync(_ show: Show, among others: [Show] = [], owner: String = Site.owner) async throws
    -> AppliedPlan
  {
    let plan = try await plan(show, among: others, owner: owner)
    return await (try site([show], owner: owner)).apply(plan)
  }

  // MARK: Behind the store's back

  private func path(_ collection: String) -> String { "\(directory)/avalon/\(collection).bson" }

  func documents(_ collection: String = "gulls") throws -> [Document] {
    guard let data = FileManager.default.contents(atPath: path(collection)) else { return [] }
    return try data.withUnsafeBytes { try Document.sequence(in: Storage(copying: $0)) }
  }

  func document(_ number: Int) throws -> Document? {
    let entity = EntityID(Show.uuid(9, number))
    return try documents().first { Link(of: $0)?.entity == entity }
  }

  func write(_ documents: [Document], _ collection: String = "gulls") throws {
    try FileManager.default.createDirectory(
      atPath: directory + "/avalon", withIntermediateDirectories: true)
    var bytes = Data()
    for document in documents { document.withBytes { bytes.append(contentsOf: $0) } }
    try bytes.write(to: URL(fileURLWithPath: path(collection)))
  }

  func collections() async throws -> [String] { try await store.collections() }
}

extension Show {
  /// An episode (1) with a sequence (2), two shots (3, 4) and an asset (5).
  static var small: Show {
    var show = Show()
    show.items = [
      Item(number: 1, kind: .episode, name: "EP01"),
      Item(number: 2, kind: .sequence, name: "SQ010", parent: 1),
      Item(number: 3, kind: .shot, name: "SH010", parent: 2),
      Item(number: 4, kind: .shot, name: "SH020", parent: 2),
      Item(number: 5, kind: .asset, name: "Heron"),
    ]
    show.nextNumber = 6
    return show
  }

  func with(_ change: (inout Show) -> Void) -> Show {
    var copy = self
    change(&copy)
    return copy
  }

  /// The same show as another project.
  func asProject(_ number: Int, _ name: String) -> Show {
    with {
      $0.projectNumber = number
      $0.name = name
      $0.items = []
    }
  }
}

extension Plan {
  /// `shot: reason` of all that is held.
  var heldReasons: [String] { held.map { "\($0.scope.rawValue) \($0.title): \($0.reason)" } }

  /// The paths that are written, by the document's name.
  var written: [String: [String]] {
    Dictionary(
      changes.map { ($0.name, $0.fields.map(\.path.description)) }, uniquingKeysWith: { $0 + $1 })
  }
}
