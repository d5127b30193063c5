internal import BSON
internal import Mapping
internal import YAML

extension ShowReader {
  /// The tasks of an entity, which replace those that it has.
  mutating func readTasks(_ node: Node, of entity: Entity) -> [Document] {
    var counts: [String: Int] = [:]
    return mistakes.items(node, of: "tasks").compactMap { item in
      readTask(item, of: entity, &counts)
    }
  }

  /// - Parameter counts: of tasks by their type, as an entity may have several of one.
  private mutating func readTask(
    _ item: Node, of entity: Entity, _ counts: inout [String: Int]
  ) -> Document? {
    let shape = Shape.task(of: entity.kind)
    let known = ["status", "assignees", "data"] + shape.settable
    guard let fields = fields(item, name: "type", known, of: "a task"),
      let type = mistakes.text(fields["type"], "'type' of a task", at: item.position)
    else { return nil }
    var values: [FieldName: Value] = [:]
    for key in shape.settable {
      guard let value = fields[key] else { continue }
      values[FieldName(key)] = shape.value(value, of: key, mistakes)
    }
    if let data = fields["data"] { values["data"] = Value(data) }
    let typeID = taskType(type, of: entity.kind)
    counts[typeID, default: 0] += 1
    values["id"] = .string(StableID.of("\(entity.id)/\(typeID)/\(counts[typeID] ?? 0)"))
    values["entity_id"] = .string(entity.id)
    values["task_type_id"] = .string(typeID)
    values["task_status_id"] = .string(status(fields["status"]))
    values["assignees"] = .list(ids(.persons, fields["assignees"], of: "assignees"))
    return shape.record(values)
  }

  /// A task type that nobody gave is for the kind of entity that first uses it.
  private mutating func taskType(_ name: String, of kind: EntityKind) -> String {
    if let known = show.first(.taskTypes, called: name) { return known.id }
    let id = show.id(.taskTypes, called: name)
    let last = (show.studio[.taskTypes]?.count ?? 1) - 1
    show.studio[.taskTypes]?[last].values["for_entity"] = .string(kind.kitsuName)
    return id
  }

  private mutating func status(_ node: Node?) -> String {
    let name = node.flatMap { mistakes.text($0, "a task's status", at: $0.position) }
    return show.id(.taskStatuses, called: name ?? Show.firstStatus)
  }
}
