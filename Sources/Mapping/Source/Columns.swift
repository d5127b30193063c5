internal import BSON

/// Fields of Kitsu's answers that evaluation reads for every entity, made once.
extension FieldName {
  static let id: FieldName = "id"
  static let tasks: FieldName = "tasks"
  static let taskTypes: FieldName = "task_types"
  static let taskTypesPriority: FieldName = "task_types_priority"
  static let taskTypeID: FieldName = "task_type_id"
  static let assignees: FieldName = "assignees"
  static let parentID: FieldName = "parent_id"
  static let episodeID: FieldName = "episode_id"
  static let priority: FieldName = "priority"
  static let entityInID: FieldName = "entity_in_id"
  static let entityOutID: FieldName = "entity_out_id"
}
