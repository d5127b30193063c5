import BSON
import Foundation
import Identity
import Mapping

@testable import Kitsu

/// A production that is read as a whole, or only where a hint says so: what the hint does not name
/// is taken from the older reading, be it right or not.
struct HintedSource: KitsuSource {
  let production: Production
  private let plain: MemorySource

  init(_ production: Production) {
    self.production = production
    plain = MemorySource(productions: [production])
  }

  func describe() async throws(KitsuError) -> SourceDescription { try await plain.describe() }

  func projects() async throws(KitsuError) -> [ProjectSummary] { try await plain.projects() }

  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    try await plain.read(project: project, needs: needs, progress: progress)
  }

  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? {
    var refreshed = reading
    for kind in EntityKind.allCases {
      func id(_ document: Document) -> EntityID? { EntityID(document.element("id")) }
      var now: [EntityID: Document] = [:]
      for document in production.entities[kind] ?? [] {
        if let id = id(document), hint.entities.contains(id) { now[id] = document }
      }
      let old = reading.production.entities[kind] ?? []
      let known = Set(old.compactMap(id))
      refreshed.production.entities[kind] =
        old.compactMap { document in
          id(document).map { hint.entities.contains($0) ? now[$0] : document } ?? document
        } + now.filter { !known.contains($0.key) }.values
    }
    if hint.project { refreshed.production.project = production.project }
    return RefreshedReading(
      reading: refreshed, changed: hint.entities, isProjectChanged: hint.project)
  }

  func close() async {}
}

extension Show {
  /// What is different from an earlier state.
  func hint(since before: Show) -> ChangeHint {
    let old = Dictionary(uniqueKeysWithValues: before.items.map { ($0.number, $0) })
    let new = Dictionary(uniqueKeysWithValues: items.map { ($0.number, $0) })
    let numbers = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
    return ChangeHint(
      entities: Set(numbers.compactMap { EntityID(Show.uuid(9, $0)) }),
      project: name != before.name || fps != before.fps || resolution != before.resolution
        || taskTypes != before.taskTypes || isOpen != before.isOpen)
  }
}
