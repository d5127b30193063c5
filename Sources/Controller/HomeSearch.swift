internal import Avalon
internal import BSON
internal import Identity
internal import Planning

/// Finds the collections that hold the projects' documents.
struct HomeSearch {
  private(set) var homes: [EntityID: [String]] = [:]
  private let projects: [EntityID]
  private let collections: [String]
  private let owner: String
  private let adoption: AdoptionSettings

  init(
    _ projects: [EntityID], collections: [String], owner: String, adoption: AdoptionSettings
  ) {
    self.projects = projects
    self.collections = collections
    self.owner = owner
    self.adoption = adoption
  }

  /// - Parameter wanted: the names that the projects should have: there they are looked for first.
  mutating func run(
    in store: any AvalonStore, wanted: [EntityID: String?]
  ) async throws(AvalonError) {
    try await findMade(in: store)
    let likely = Set(homeless.compactMap { wanted[$0] ?? nil })
    try await findOthers(collections.filter(likely.contains), in: store)
    try await findOthers(collections.filter { !likely.contains($0) }, in: store)
  }

  private var homeless: [EntityID] { projects.filter { homes[$0] == nil } }

  /// Documents that we made have ids that are known beforehand.
  private mutating func findMade(in store: any AvalonStore) async throws(AvalonError) {
    var byDocument: [ObjectID: EntityID] = [:]
    for project in projects {
      byDocument[Identity(project: project, entity: project).derivedID] = project
    }
    for collection in collections {
      for document in try await store.read(collection: collection, ids: Array(byDocument.keys)) {
        guard let id = document.element(.documentID)?.value.objectID, let project = byDocument[id]
        else { continue }
        let link = Link(of: document)
        if link == nil || link?.owner == owner { homes[project, default: []].append(collection) }
      }
    }
  }

  /// A collection that is a project's home already holds no other project.
  private mutating func findOthers(
    _ names: [String], in store: any AvalonStore
  ) async throws(AvalonError) {
    let known = Set(homes.values.joined())
    for collection in names where !known.contains(collection) && !homeless.isEmpty {
      let documents = try await store.projects(collection: collection)
      for project in homeless where documents.contains(where: { isOf(project, $0) }) {
        homes[project, default: []].append(collection)
      }
    }
  }

  private func isOf(_ project: EntityID, _ document: Document) -> Bool {
    let observed = ObservedState(
      [document], project: project, owner: owner, sources: adoption.sources(of: project))
    return observed.linked[Identity(project: project, entity: project)] != nil
      || observed.claims[project] != nil
  }
}
