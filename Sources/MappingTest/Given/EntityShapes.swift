internal import Mapping

// As Zou 1.0 answered when these were recorded; a test holds them against the recordings.
extension Shape {
  static func entity(_ kind: EntityKind) -> Shape {
    switch kind {
    case .shot: shot
    case .asset: asset
    case .sequence: sequence
    case .episode: episode
    case .edit: edit
    case .concept: concept
    }
  }

  /// A task as it stands inside an entity of that kind.
  static func task(of kind: EntityKind) -> Shape {
    switch kind {
    case .shot: task
    case .asset, .sequence, .episode: boardTask
    case .edit: editTask
    case .concept: conceptTask
    }
  }

  private static let boardTask = task.without(["nb_assets_ready", "nb_drawings"])
  private static let editTask = task.without(["difficulty", "done_date", "nb_drawings"])
  private static let conceptTask = editTask.without(["last_preview_file_id"])

  /// `/data/shots/with-tasks`.
  private static let shot = Shape(
    #"""
    {"canceled": false, "data": {}, "description": null, "entity_type_id": null,
    "episode_id": null, "episode_name": "", "fps": null, "frame_in": null, "frame_out": null,
    "id": null, "name": null, "nb_frames": null, "parent_id": null, "preview_file_id": null,
    "project_id": null, "project_name": null, "sequence_id": null, "sequence_name": null,
    "source_id": null, "nb_entities_out": 0, "is_casting_standby": false, "tasks": [],
    "type": "Shot"}
    """#)

  /// `/data/assets/with-tasks`.
  private static let asset = Shape(
    #"""
    {"id": null, "name": null, "preview_file_id": "", "description": null,
    "asset_type_name": null, "asset_type_id": null, "canceled": false, "ready_for": "None",
    "episode_id": "", "casting_episode_ids": [], "is_casting_standby": false,
    "is_shared": false, "data": {}, "tasks": []}
    """#)

  /// `/data/sequences/with-tasks`.
  private static let sequence = Shape(
    #"""
    {"id": null, "name": null, "status": "running", "episode_id": "None", "description": null,
    "frame_in": null, "frame_out": null, "fps": null, "preview_file_id": "",
    "canceled": false, "data": {}, "tasks": []}
    """#)

  /// `/data/episodes/with-tasks`.
  private static let episode = Shape(
    #"""
    {"id": null, "name": null, "status": "running", "episode_id": "None", "description": null,
    "frame_in": null, "frame_out": null, "fps": null, "preview_file_id": "",
    "canceled": false, "data": {}, "tasks": []}
    """#)

  /// `/data/edits/with-tasks`.
  private static let edit = Shape(
    #"""
    {"canceled": false, "data": {}, "description": null, "entity_type_id": null,
    "episode_id": null, "episode_name": "", "id": null, "name": null, "parent_id": null,
    "preview_file_id": null, "project_id": null, "project_name": null, "source_id": null,
    "nb_entities_out": 0, "tasks": [], "type": "Edit"}
    """#)

  /// `/data/concepts/with-tasks`.
  private static let concept = Shape(
    #"""
    {"canceled": false, "data": {}, "description": null, "entity_type_id": null, "fps": null,
    "frame_in": null, "frame_out": null, "id": null, "name": null, "nb_frames": null,
    "parent_id": null, "preview_file_id": null, "preview_file_status": null,
    "project_id": null, "project_name": null, "source_id": null, "nb_entities_out": 0,
    "is_casting_standby": false, "tasks": [], "entity_concept_links": [], "type": "Concept",
    "updated_at": "2026-01-05T09:00:00", "created_at": "2026-01-05T09:00:00",
    "created_by": null}
    """#)

  /// A task as it stands inside a shot.
  private static let task = Shape(
    #"""
    {"id": null, "duration": 0, "due_date": null, "end_date": null, "done_date": null,
    "entity_id": null, "estimation": 0, "is_subscribed": false, "last_comment_date": null,
    "last_preview_file_id": null, "nb_assets_ready": 0, "priority": 0,
    "real_start_date": null, "retake_count": 0, "start_date": null, "difficulty": 3,
    "nb_drawings": 0, "task_status_id": null, "task_type_id": null, "assignees": [],
    "data": null}
    """#)
}
