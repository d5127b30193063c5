package import Avalon
internal import BSON
internal import Identity
package import Kitsu
package import Mapping
package import Planning

/// Which collection of one database each project belongs to, judged over all projects at once.
package struct ProjectDirectory: Sendable {
  private let names: [EntityID: Result<String?, ProjectNameError>]
  private let claimants: [String: [ProjectSummary]]
  private let homes: [EntityID: [String]]
  private let collections: Set<String>

  /// A project that would have a collection in the database, with the mapping that names it.
  package struct Claim: Sendable {
    package let project: ProjectSummary
    package let mapping: CompiledMapping

    package init(_ project: ProjectSummary, _ mapping: CompiledMapping) {
      self.project = project
      self.mapping = mapping
    }
  }

  /// Asks every collection once, by `_id`, which has an index, for the documents of the projects. Only
  /// for projects that are in none, or whose document another tool made, are the project documents of
  /// collections looked through.
  ///
  /// - Parameter claims: all that could be synced to this database, not only the selected ones: two
  ///   projects may not share a collection even where only one is selected.
  package init(
    _ claims: [Claim], store: any AvalonStore, owner: String,
    adoption: AdoptionSettings = AdoptionSettings()
  ) async throws(AvalonError) {
    var names: [EntityID: Result<String?, ProjectNameError>] = [:]
    var claimants: [String: [ProjectSummary]] = [:]
    for claim in claims {
      let project = claim.project
      let name = Result { () throws(ProjectNameError) -> String? in
        try claim.mapping.projectName(of: project.document)
      }
      names[project.id] = name
      if case .success(let name?) = name { claimants[name, default: []].append(project) }
    }
    self.names = names
    self.claimants = claimants
    collections = Set(try await store.collections())
    let wanted = names.compactMapValues { try? $0.get() }
    var search = HomeSearch(
      claims.map(\.project.id), collections: collections.sorted(), owner: owner, adoption: adoption)
    try await search.run(in: store, wanted: wanted)
    homes = search.homes
  }

  package enum Answer: Sendable {
    case place(ProjectPlace)
    case held(Plan)
  }

  /// Finds the collection that a project has, or the one that it gets.
  package func place(of project: ProjectSummary) -> Answer {
    func held(_ reason: String, _ remedy: String) -> Answer {
      let planned = PlannedProject(id: project.id, title: project.name, collection: nil)
      return .held(.held(planned, reason, remedy: remedy))
    }
    let homes = homes[project.id] ?? []
    let wanted: String
    switch names[project.id] {
    case .success(let name?): wanted = name
    case .failure(let error):
      // A project that is in Avalon keeps its name there, and all else goes on.
      if homes.count == 1 { return .place(ProjectPlace(collection: homes[0])) }
      return held(error.reason, "rename the project in Kitsu")
    case .success(nil), nil:
      return held("no rule of the mapping is for it", "add a rule 'from: project'")
    }
    // As it is spelled there: MongoDB tells names apart by their bytes.
    if let home = homes.first(where: { $0 == wanted }) {
      return .place(ProjectPlace(collection: home))
    }
    if homes.count > 1 {
      let shown = homes.map { "'\($0)'" }.joined(separator: " and ")
      return held(
        "the collections \(shown) both hold its project document",
        "remove the copy, or rename the project in Kitsu to '\(homes[0])'")
    }
    let obstacle = obstacle(to: wanted, for: project)
    if let home = homes.first {
      let isTaken = collections.contains(wanted)
      let taken = Hold(
        "there is a collection '\(wanted)' already",
        remedy: "look with 'avalon-sync audit' what it holds; nothing is ever replaced")
      return .place(
        ProjectPlace(
          collection: home, wantedName: wanted, obstacle: obstacle ?? (isTaken ? taken : nil)))
    }
    if let obstacle { return held(obstacle.reason, obstacle.remedy) }
    return .place(ProjectPlace(collection: wanted, isNew: true))
  }

  /// Why a project cannot have a collection of that name.
  private func obstacle(to wanted: String, for project: ProjectSummary) -> Hold? {
    if let flaw = ProjectDirectory.flaw(of: wanted) {
      return Hold(
        "'\(wanted)' cannot name a collection: \(flaw)", remedy: "change the mapping's name rule")
    }
    if let rival = (claimants[wanted] ?? []).first(where: { $0.id != project.id }) {
      return Hold(
        "the project '\(rival.name)' would use the same collection '\(wanted)'",
        remedy: "rename one of the two in Kitsu")
    }
    return nil
  }

  /// The database's name takes its part of what MongoDB allows for both.
  private static func flaw(of name: String) -> String? {
    if name.utf8.count > 200 { return "it is longer than 200 bytes" }
    return NamespaceName.flaw(ofCollection: name)
  }
}

/// The collection of a project.
package struct ProjectPlace: Sendable {
  package let collection: String
  /// What the mapping would name it, where it has another name in Avalon already.
  package let wantedName: String?
  /// Why it cannot have that name.
  package let obstacle: Hold?
  /// Whether the project has no document in it yet.
  package let isNew: Bool

  init(
    collection: String, wantedName: String? = nil, obstacle: Hold? = nil, isNew: Bool = false
  ) {
    self.isNew = isNew
    self.collection = collection
    self.wantedName = wantedName
    self.obstacle = obstacle
  }
}
