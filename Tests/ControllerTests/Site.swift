import Avalon
import BSON
import Controller
import Foundation
import Identity
import Mapping
import Planning
import ShippedMappings
import Testing
import YAML

@testable import Kitsu

/// The shipped mapping with a source and a store: what the program wires for one project.
struct Site {
  static let owner = "studio"

  let source: any KitsuSource
  let store: any AvalonStore
  let mapping: CompiledMapping
  let policy: Policy
  let owner: String
  /// Generated productions are small and change wildly: guards have tests of their own.
  var allowed = Set(Guard.allCases).subtracting([.projectRename, .foreignProject])
  var adoption = AdoptionSettings()
  var directories: DirectoryTree?
  var journal: TargetJournal?

  init(
    _ source: any KitsuSource, _ store: any AvalonStore, mapping: CompiledMapping? = nil,
    policy: Policy = .upsertOnly, owner: String = Site.owner
  ) throws {
    self.policy = policy
    self.owner = owner
    self.source = source
    self.store = store
    self.mapping = try mapping ?? Site.shipped()
  }

  static func shipped(_ name: String = ShippedMappings.defaultName) throws -> CompiledMapping {
    try #require(compiled[name]).get()
  }

  /// Each compiled once.
  private static let compiled = ShippedMappings.all.map { name, bytes in
    (
      name,
      Result {
        let source = SourceText(name: name, bytes: bytes)
        return try CompiledMapping.compile(
          MergedMapping.merge(source, library: MappingLibrary { _, _ in nil }))
      }
    )
  }.reduce(into: [:]) { $0[$1.0] = $1.1 }

  private var reconciler: Reconciler {
    Reconciler(
      source: source, store: store,
      settings: Reconciler.Settings(
        mapping: mapping, policy: policy, owner: owner, adoption: adoption, allowed: allowed,
        directories: directories),
      journal: journal)
  }

  /// Plans each project by its id.
  func plans() async throws -> [EntityID: Plan] {
    try await projectPlans().mapValues(\.plan)
  }

  private func directory(_ projects: [ProjectSummary]) async throws -> ProjectDirectory {
    try await ProjectDirectory(
      projects.map { ProjectDirectory.Claim($0, mapping) }, store: store, owner: owner,
      adoption: adoption)
  }

  func projectPlans() async throws -> [EntityID: ProjectPlan] {
    let projects = try await source.projects()
    let directory = try await directory(projects)
    var plans: [EntityID: ProjectPlan] = [:]
    for project in projects {
      plans[project.id] = try await reconciler.plan(project, in: directory)
    }
    return plans
  }

  func apply(_ plan: Plan) async -> AppliedPlan { await reconciler.apply(plan) }

  // MARK: With a cache

  /// Plans the one project.
  func plan(cache: ProjectCache, hint: ChangeHint) async throws -> ProjectPlan {
    let project = try #require(try await source.projects().first)
    return try await reconciler.plan(project, in: directory([project]), cache: cache, hint: hint)
  }

  func apply(_ plan: Plan, cache: ProjectCache) async -> AppliedPlan {
    await reconciler.apply(plan, cache: cache)
  }
}

/// One reading of Kitsu that does not change.
struct MemorySource: KitsuSource {
  var productions: [Production]
  var consistency = ProjectReading.Consistency.consistent

  func describe() async throws(KitsuError) -> SourceDescription {
    SourceDescription(address: "memory", name: "Zou", version: "1.0.97", account: nil, role: nil)
  }

  func projects() async throws(KitsuError) -> [ProjectSummary] {
    ProjectSummary.list(productions.map(\.project)) { _ in nil }
  }

  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading {
    guard
      let production = productions.first(where: { EntityID($0.project.element("id")) == project })
    else {
      throw KitsuError(
        .notFound, operation: "read", subject: "project \(project)", cause: "there is none")
    }
    return ProjectReading(production: production, consistency: consistency)
  }

  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading? { nil }

  func close() async {}
}
