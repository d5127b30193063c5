import ArgumentParser
import BSON
import Controller
import Identity
import Kitsu
import Mapping
import Planning

/// One edit of one shot, planned from what a cache holds, against all that a project of one shot costs
/// when it is parsed, evaluated and compared. From memory, so that no server is measured.
struct IncrementalBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incremental", abstract: "One edit, in projects of several sizes.")

  @Option(help: "Shots, five tasks each; repeat it for several sizes.")
  var entities: [Int] = [100, 10_000, 60_000]

  @Option(help: "Rounds.")
  var rounds = 15

  func run() async throws {
    var figures: [Figure] = []
    for count in entities {
      figures.append(try await whole(count))
      for edit in ShotEdit.allCases { figures.append(try await figure(count, edit)) }
    }
    show(figures)
  }

  /// What it costs to keep what an edit needs, when all is planned.
  private func whole(_ count: Int) async throws -> Figure {
    let site = try await EditedSite(shotCount: count, .frames)
    let results = try await medians(
      rounds: min(rounds, 5),
      [
        { try await site.kept() },
        {
          let spent = try await seconds { _ = try await site.whole() }
          return spent
        },
      ])
    return Figure(
      name: "all of \(count) shots, kept", ours: results[0], floorName: "the same, not kept",
      floor: results[1], goal: nil)
  }

  private func figure(_ count: Int, _ edit: ShotEdit) async throws -> Figure {
    let site = try await EditedSite(shotCount: count, edit)
    let least = try await EditedSite(shotCount: 1, edit)
    let results = try await medians(
      rounds: rounds,
      [
        { try await site.edit() },
        {
          let spent = try await seconds { _ = try await least.whole() }
          return spent
        },
      ])
    let size = try await site.bytes() / (1 << 20)
    return Figure(
      name: "\(edit.rawValue) of 1 in \(count) shots, \(size) MB kept", ours: results[0],
      floorName: "a project of one shot as a whole", floor: results[1], goal: nil)
  }
}

/// What is changed of a shot.
private enum ShotEdit: String, CaseIterable {
  case frames, name, canceled

  func applied(to shot: Document) -> Document {
    DocumentWriter.document { writer in
      for element in shot {
        switch (self, element.name) {
        case (.frames, "description"): writer.append("description", "Another one.")
        case (.name, "name"): writer.append("name", "SH9999")
        case (.canceled, "canceled"): writer.append("canceled", .bool(true))
        default: writer.append(element)
        }
      }
    }
  }
}

/// A project that is in Avalon as it should be, and a shot that is edited to and fro.
private final class EditedSite {
  private let reconciliation: Reconciliation
  private let source: EditedSource
  private let reconciler: Reconciler
  private let directory: ProjectDirectory
  private let cache = ProjectCache()
  private let edit: ShotEdit

  init(shotCount: Int, _ edit: ShotEdit) async throws {
    let production = GeneratedProduction(shotCount: shotCount, assetCount: 0)
    reconciliation = try await Reconciliation(production)
    self.edit = edit
    let first = try await reconciliation.firstPlan(
      MemoryStore([]), creates: production.documentCount)
    let store = MemoryStore(first.created)
    source = try await EditedSource(reconciliation.source, shot: shotCount / 2, edit)
    reconciler = reconciliation.reconciler(store, source: source)
    directory = try await reconciliation.directory(store)
    _ = try await reconciler.plan(
      reconciliation.project, in: directory, cache: cache, hint: .whole)
  }

  /// - Returns: how long it takes to plan the edit; then it is taken back.
  func edit() async throws -> Double {
    var plan: Plan?
    let spent = try await seconds { plan = try await planned(isEdited: true) }
    let back = try await planned(isEdited: false)
    guard let plan, plan.changes.count + plan.kept == 1, back.isEmpty, back.kept == 0 else {
      throw BenchmarkError("the plan of one edit is not that of one document")
    }
    return spent
  }

  private func planned(isEdited: Bool) async throws -> Plan {
    await source.shot.set(isEdited)
    return try await reconciler.plan(
      reconciliation.project, in: directory, cache: cache,
      hint: ChangeHint(entities: [source.id])
    ).plan
  }

  /// - Returns: how long it takes to plan all of it and keep what the next edit needs.
  func kept() async throws -> Double {
    let cache = ProjectCache()
    return try await seconds {
      _ = try await reconciler.plan(
        reconciliation.project, in: directory, cache: cache, hint: .whole)
    }
  }

  func whole() async throws -> Plan {
    try await reconciler.plan(reconciliation.project, in: directory).plan
  }

  func bytes() async throws -> Int { await cache.byteCount }
}

/// Generated answers of which one shot is read again.
private struct EditedSource: KitsuSource {
  let id: EntityID
  let shot: EditedShot
  private let index: Int
  private let source: MemorySource

  init(_ source: MemorySource, shot index: Int, _ edit: ShotEdit) async throws {
    self.source = source
    self.index = index
    let project = try await source.projects()[0].id
    let reading = try await source.read(project: project, needs: .everything, progress: nil)
    guard let shot = reading.production.entities[.shot]?[index],
      let id = EntityID(shot.element("id"))
    else { throw BenchmarkError("there is no shot") }
    self.id = id
    self.shot = EditedShot(shot, edit.applied(to: shot))
  }

  func describe() async throws(KitsuError) -> SourceDescription { try await source.describe() }

  func projects() async throws(KitsuError) -> [ProjectSummary] { try await source.projects() }

  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    try await source.read(project: project, needs: needs, progress: progress)
  }

  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? {
    var refreshed = reading
    refreshed.production.entities[.shot]?[index] = await shot.now
    return RefreshedReading(reading: refreshed, changed: [id])
  }

  func close() async {}
}

private actor EditedShot {
  private(set) var now: Document
  private let plain: Document
  private let edited: Document

  init(_ plain: Document, _ edited: Document) {
    self.plain = plain
    self.edited = edited
    now = plain
  }

  func set(_ isEdited: Bool) { now = isEdited ? edited : plain }
}
