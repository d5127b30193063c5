internal import BSON
internal import Identity

/// The ids of studio lists that entities and tasks name.
struct References: Sendable {
  private(set) var taskTypes: Set<EntityID> = []
  private(set) var taskStatuses: Set<EntityID> = []
  private(set) var entityTypes: Set<EntityID> = []
  private(set) var persons: Set<EntityID> = []

  init() {}

  init(of entities: [Document]) {
    for entity in entities { collect(entity) }
  }

  mutating func formUnion(_ other: References) {
    taskTypes.formUnion(other.taskTypes)
    taskStatuses.formUnion(other.taskStatuses)
    entityTypes.formUnion(other.entityTypes)
    persons.formUnion(other.persons)
  }

  /// The lists that lack an id which is named here.
  func dangling(in lists: [String: [Document]]) -> [Route] {
    let wanted = [
      (Route.taskTypes, taskTypes), (.taskStatuses, taskStatuses), (.entityTypes, entityTypes),
      (.persons, persons),
    ]
    return wanted.compactMap { route, ids in
      guard let list = lists[route.name] else { return nil }
      let known = Set(list.compactMap { EntityID($0.element("id")) })
      return ids.isSubset(of: known) ? nil : route
    }
  }

  // Made once: 60,000 tasks are looked through.
  private static let assetType: FieldName = "asset_type_id"
  private static let entityType: FieldName = "entity_type_id"
  private static let tasks: FieldName = "tasks"
  private static let taskType: FieldName = "task_type_id"
  private static let taskStatus: FieldName = "task_status_id"
  private static let assignees: FieldName = "assignees"

  private mutating func collect(_ entity: Document) {
    insert(entity.element(References.entityType), into: &entityTypes)
    insert(entity.element(References.assetType), into: &entityTypes)
    guard let tasks = entity.element(References.tasks)?.array else { return }
    for task in tasks {
      guard let task = task.document else { continue }
      insert(task.element(References.taskType), into: &taskTypes)
      insert(task.element(References.taskStatus), into: &taskStatuses)
      guard let people = task.element(References.assignees)?.array else { continue }
      for person in people { insert(person, into: &persons) }
    }
  }

  private func insert(_ field: Element?, into ids: inout Set<EntityID>) {
    if let id = EntityID(field) { ids.insert(id) }
  }
}
