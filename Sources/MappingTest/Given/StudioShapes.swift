// Projects and what all projects share; see EntityShapes.swift.
extension Shape {
  /// `/data/projects/{id}`.
  static let project = Shape(
    #"""
    {"name": null, "code": null, "description": null, "shotgun_id": null, "file_tree": null,
    "data": {}, "has_avatar": false, "fps": "25", "ratio": "16:9", "resolution": "1920x1080",
    "production_type": "short", "production_style": "2d3d", "start_date": null,
    "end_date": null, "man_days": null, "nb_episodes": 0, "episode_span": 0, "max_retakes": 0,
    "is_clients_isolated": false, "is_client_stats_visible": true,
    "is_client_task_list_visible": true, "is_client_task_panel_visible": true,
    "is_preview_download_allowed": false, "is_set_preview_automated": false,
    "homepage": "assets", "is_publish_default_for_artists": false,
    "is_bot_collaboration_enabled": false, "is_single_preview_per_revision": false,
    "is_frame_in_numbering": false, "revision_padding": 0, "hd_bitrate_compression": null,
    "ld_bitrate_compression": null, "project_status_id": null,
    "default_preview_background_file_id": null, "from_schedule_version_id": null, "team": [],
    "asset_types": [], "task_statuses": [], "task_types": [], "status_automations": [],
    "preview_background_files": [], "id": null, "created_at": "2026-01-05T09:00:00",
    "updated_at": "2026-01-05T09:00:00", "type": "Project", "descriptors": [],
    "task_type_links": {}, "task_types_priority": {}, "task_statuses_link": {},
    "project_status_name": "Open"}
    """#, settable: ["fps"])

  /// An item of `/data/task-types`.
  static let taskType = Shape(
    #"""
    {"name": null, "short_name": "", "description": null, "color": "#999999", "priority": 1,
    "for_entity": "Asset", "allow_timelog": true, "archived": false, "shotgun_id": null,
    "department_id": null, "id": null, "created_at": "2026-01-05T09:00:00",
    "updated_at": "2026-01-05T09:00:00", "type": "TaskType"}
    """#)

  /// An item of `/data/task-status`.
  static let taskStatus = Shape(
    #"""
    {"name": null, "archived": false, "short_name": "", "description": null,
    "color": "#999999", "priority": 1, "is_done": false, "is_artist_allowed": true,
    "is_client_allowed": true, "is_retake": false, "is_feedback_request": false,
    "is_default": false, "is_wip": false, "shotgun_id": null, "for_concept": false,
    "id": null, "created_at": "2026-01-05T09:00:00", "updated_at": "2026-01-05T09:00:00",
    "type": "TaskStatus"}
    """#)

  /// An item of `/data/entity-types`.
  static let entityType = Shape(
    #"""
    {"name": null, "short_name": "", "description": null, "archived": false, "id": null,
    "created_at": "2026-01-05T09:00:00", "updated_at": "2026-01-05T09:00:00",
    "type": "EntityType"}
    """#)

  /// An item of `/data/departments`.
  static let department = Shape(
    #"""
    {"name": null, "color": "#999999", "archived": false, "id": null,
    "created_at": "2026-01-05T09:00:00", "updated_at": "2026-01-05T09:00:00",
    "type": "Department"}
    """#)

  /// An item of `/data/persons`.
  static let person = Shape(
    #"""
    {"first_name": "", "last_name": "", "email": "", "phone": null, "country": null,
    "contract_type": "open-ended", "active": true, "archived": false, "last_presence": null,
    "desktop_login": "", "totp_enabled": false, "email_otp_enabled": false,
    "fido_enabled": false, "preferred_two_factor_authentication": null, "shotgun_id": null,
    "timezone": "Europe/Paris", "locale": "en_US", "use_12_hour_clock": false,
    "display_date_format": "YYYY-MM-DD", "data": null, "role": "user", "position": "artist",
    "seniority": "mid", "daily_salary": 0, "has_avatar": false,
    "notifications_enabled": false, "notifications_slack_enabled": false,
    "notifications_slack_userid": null, "notifications_mattermost_enabled": false,
    "notifications_mattermost_userid": null, "notifications_discord_enabled": false,
    "notifications_discord_userid": null, "is_bot": false, "is_guest": false,
    "preview_project_id": null, "preview_opened_at": null, "preview_open_until": null,
    "expiration_date": null, "is_generated_from_ldap": false, "ldap_uid": null,
    "departments": [], "studio_id": null, "full_name": "", "id": null,
    "created_at": "2026-01-05T09:00:00", "updated_at": "2026-01-05T09:00:00",
    "type": "Person"}
    """#)

  /// An item of `/data/projects/{id}/metadata-descriptors`.
  static let descriptor = Shape(
    #"""
    {"project_id": null, "entity_type": null, "task_type_id": null, "name": null,
    "data_type": "string", "field_name": null, "choices": [], "for_client": false,
    "position": 0, "departments": [], "id": null, "created_at": "2026-01-05T09:00:00",
    "updated_at": "2026-01-05T09:00:00", "type": "MetadataDescriptor"}
    """#)

  /// An item of `/data/projects/{id}/entity-links`.
  static let link = Shape(
    #"""
    {"id": null, "entity_in_id": null, "entity_out_id": null, "nb_occurences": 1, "label": "",
    "data": null, "created_at": "2026-01-05T09:00:00", "type": "EntityLink"}
    """#)
}
