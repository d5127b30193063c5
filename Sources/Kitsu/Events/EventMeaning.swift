internal import BSON
internal import Identity
internal import Mapping

/// What an event of Zou says about documents, by its name and the ids that it carries.
///
/// The names are those that Zou emits (`events.emit` in its services, and its generic routes, which
/// make `table:new|update|delete` of every table). An unknown one may mean anything.
struct EventMeaning {
  private(set) var hint = ChangeHint()
  private(set) var isProjectList = false

  init(_ name: String, _ payload: Document) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    // The generic routes write a table's name as it is: production_schedule_version.
    let subject = String(parts[0].map { $0 == "_" ? "-" : $0 })
    let action = parts.count > 1 ? String(parts[1]) : ""
    if let kind = EntityKind(rawValue: subject) {
      entity(kind, action, payload)
    } else if subject == "task" {
      task(payload)
    } else if EventMeaning.ofStudio.contains(subject) {
      hint.studio = true
      // A person who is deleted is taken off every task, without a word about any.
      hint.isWhole = subject == "person" && action == "delete"
    } else if EventMeaning.quiet.contains(subject) {
      quiet(subject, action, payload)
    } else {
      other(subject, action, payload)
    }
  }

  private mutating func other(_ subject: String, _ action: String, _ payload: Document) {
    switch subject {
    case "project", "project-status":
      hint.project = true
      isProjectList = true
    case "metadata-descriptor":
      // A column that is renamed or deleted is so in the data of all that have it.
      hint = action == "new" ? ChangeHint(project: true) : .whole
    case "entity-link":
      // Of the generic route's links nobody says which project they are in.
      hint.casting = true
      insert(payload.element("entity_in_id"))
      insert(payload.element("entity_out_id"))
    default:
      hint = .whole
    }
  }

  /// Kitsu's own import sends entities and tasks without their ids.
  private mutating func entity(_ kind: EntityKind, _ action: String, _ payload: Document) {
    guard let id = EntityID(payload.element(FieldName("\(kind.rawValue)_id"))) else {
      return hint = .whole
    }
    hint.entities.insert(id)
    guard action == "casting-update" else { return }
    hint.casting = true
    for list: FieldName in ["added_asset_ids", "removed_asset_ids"] {
      for asset in payload.element(list)?.array ?? .empty { insert(asset) }
    }
  }

  private mutating func task(_ payload: Document) {
    if let entity = EntityID(payload.element("entity_id")) {
      hint.entities.insert(entity)
    } else if let task = EntityID(payload.element("task_id")) {
      hint.tasks.insert(task)
    } else {
      hint = .whole
    }
  }

  /// A comment that is new is told before the task's status is written; a task:update follows. One
  /// that is changed, deleted or moved changes its task with no other word, and so does a preview.
  private mutating func quiet(_ subject: String, _ action: String, _ payload: Document) {
    let isSilent = subject == "comment" && (action == "update" || action == "delete")
    guard isSilent || subject == "preview-file" else { return }
    if let task = EntityID(payload.element("task_id")) { hint.tasks.insert(task) }
    insert(payload.element("entity_id"))
  }

  private mutating func insert(_ id: Element?) {
    if let id = EntityID(id) { hint.entities.insert(id) }
  }

  /// Lists that all projects share.
  private static let ofStudio: Set<String> = [
    "task-type", "task-status", "asset-type", "entity-type", "department", "person",
  ]

  /// What is no part of a production as a mapping sees it.
  private static let quiet: Set<String> = [
    "asset-instance", "attachment-file", "budget", "budget-entry", "build-job", "chat",
    "chat-message", "comment", "concept-folder", "custom-action", "data-import-error", "day-off",
    "desktop-login-log", "file-status", "hardware-item", "login-log", "main", "milestone", "news",
    "notification", "organisation", "output-file", "output-type", "playlist",
    "playlist-share-link", "plugin", "preview-background-file", "preview-file", "preview-room",
    "preview-file-storage-state",
    "production-schedule-version", "production-schedule-version-task-link", "project-template",
    "salary-scale", "scene", "schedule-item", "search-filter", "search-filter-group", "software",
    "status-automation", "stored-file", "studio", "subscription", "time-spent", "working-file",
  ]
}
