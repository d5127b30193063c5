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

  /// A project that would have a collection in the database, with the mapping that names it.
  package struct Claim: Sendable {
    package let project: ProjectSummary
    package let mapping: CompiledMapping

    package init(_ project: ProjectSummary, _ mapping: CompiledMapping) {
      self.project = project
      self.mapping = mapping
    }
  }

  /// Asks every collection once, by `_id`, which has an index, for the documents of the projects.
  ///
  /// - Parameter claims: all that could be synced to this database, not only the selected ones: two
  ///   projects may not share a collection even where only one is selected.
  package init(
    _ claims: [Claim], store: any AvalonStore, owner: String
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
    homes = try await ProjectDirectory.findHomes(claims.map(\.project), store, owner)
  }

  /// The collections that hold our documents of the projects.
  private static func findHomes(
    _ projects: [ProjectSummary], _ store: any AvalonStore, _ owner: String
  ) async throws(AvalonError) -> [EntityID: [String]] {
    var byDocument: [ObjectID: EntityID] = [:]
    for project in projects {
      byDocument[Identity(project: project.id, entity: project.id).derivedID] = project.id
    }
    var homes: [EntityID: [String]] = [:]
    for collection in try await store.collections() {
      for document in try await store.read(collection: collection, ids: Array(byDocument.keys)) {
        guard let id = document.element(.documentID)?.value.objectID, let project = byDocument[id]
        else {
          continue
        }
        let link = Link(of: document)
        if link == nil || link?.owner == owner { homes[project, default: []].append(collection) }
      }
    }
    return homes
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
    if homes.contains(wanted) { return .place(ProjectPlace(collection: wanted)) }
    if homes.count > 1 {
      let shown = homes.map { "'\($0)'" }.joined(separator: " and ")
      return held(
        "the collections \(shown) both hold its project document",
        "remove the copy, or rename the project in Kitsu to '\(homes[0])'")
    }
    if let home = homes.first {
      return .place(ProjectPlace(collection: home, wantedName: wanted))
    }
    if let flaw = ProjectDirectory.flaw(of: wanted) {
      return held("'\(wanted)' cannot name a collection: \(flaw)", "change the mapping's name rule")
    }
    if let rival = (claimants[wanted] ?? []).first(where: { $0.id != project.id }) {
      return held(
        "the project '\(rival.name)' would use the same collection '\(wanted)'",
        "rename one of the two in Kitsu")
    }
    return .place(ProjectPlace(collection: wanted, isNew: true))
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
  /// Whether the project has no document in it yet.
  package let isNew: Bool

  init(collection: String, wantedName: String? = nil, isNew: Bool = false) {
    self.collection = collection
    self.wantedName = wantedName
    self.isNew = isNew
  }
}

/// Looks at a collection before anything is planned for it.
enum CollectionGuard {
  /// - Returns: a held plan where the collection is not ours to write to.
  static func check(_ observed: ObservedState, project: PlannedProject, owner: String) -> Plan? {
    let identity = Identity(project: project.id, entity: project.id)
    let foreign = observed.projects.filter { document in
      let id = document.element(.documentID)?.value.objectID
      return id != identity.derivedID && Link(of: document)?.entity != project.id
    }
    guard let first = foreign.first else { return nil }
    let id = first.element(.documentID)?.value.objectID.map(\.description) ?? "?"
    return .held(
      project,
      "the collection '\(project.collection ?? "")' holds a project document (_id \(id)) that is "
        + "not ours",
      remedy: "nothing is written there until its documents can be adopted; "
        + "rename the project in Kitsu, or use another database")
  }
}
