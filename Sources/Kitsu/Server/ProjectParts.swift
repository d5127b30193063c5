internal import BSON
internal import Mapping

/// What a reading holds so far.
struct ProjectParts: Sendable {
  var project: Document?
  /// By ``Route/name``.
  var lists: [String: [Document]] = [:]
  var etags: [String: String] = [:]
  var unreadable: [String: String] = [:]
  var references = References()
  /// How many shots the project has, with those that the board leaves out.
  var shotTotal: Int?

  mutating func merge(_ other: ProjectParts) {
    project = other.project ?? project
    lists.merge(other.lists) { $1 }
    etags.merge(other.etags) { $1 }
    unreadable.merge(other.unreadable) { $1 }
    references.formUnion(other.references)
    shotTotal = other.shotTotal ?? shotTotal
  }

  func production(_ project: Document, _ needs: SourceNeeds) -> Production {
    var entities: [EntityKind: [Document]] = [:]
    for kind in needs.kinds { entities[kind] = lists[kind.listName] }
    return Production(
      project: project, entities: entities,
      links: needs.casting ? lists["links"] : nil,
      descriptors: lists["metadata_descriptors"] ?? [], studio: studio)
  }

  private var studio: Studio {
    Studio(
      taskTypes: lists[Route.taskTypes.name] ?? [],
      taskStatuses: lists[Route.taskStatuses.name] ?? [],
      entityTypes: lists[Route.entityTypes.name] ?? [],
      departments: lists[Route.departments.name] ?? [], persons: lists[Route.persons.name] ?? [])
  }
}
