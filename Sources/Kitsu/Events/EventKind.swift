internal import BSON
internal import Identity

/// What an event's name says of it: zou.md, part c, and `recorded/events-by-change.json` list them.
enum EventKind: Equatable {
  case project
  /// The first part of the name is the kind: `shot_id` names the entity.
  case entity(FieldName)
  case task
  case casting
  /// Metadata columns.
  case descriptor
  /// Lists that all projects share.
  case studio
  /// What no document shows: news, previews, notifications, time spent.
  case unseen
  /// A newer Zou has more of them.
  case unknown

  init(_ name: String) {
    let parts = name.split(separator: ":", maxSplits: 1)
    let subject = parts.first.map(String.init) ?? ""
    if parts.count > 1, parts[1] == "casting-update" {
      self = .casting
      return
    }
    self =
      switch subject {
      case "project": .project
      case "episode": .entity("episode_id")
      case "sequence": .entity("sequence_id")
      case "shot": .entity("shot_id")
      case "asset": .entity("asset_id")
      case "edit": .entity("edit_id")
      case "concept": .entity("concept_id")
      case "task": .task
      case "entity-link": .casting
      case "metadata-descriptor": .descriptor
      case "task-type", "task-status", "asset-type", "entity-type", "department", "person": .studio
      // A status that is set by a comment follows as `task:update`: `comment:new` comes before it is
      // written (23 of 25 times), and would be read too early.
      case "comment", "news", "preview-file", "notification", "milestone", "playlist", "time-spent",
        "build-job", "chat", "organisation":
        .unseen
      default: .unknown
      }
  }

  func hint(_ name: String, _ data: Document) -> ChangeHint {
    switch self {
    case .project: return ChangeHint(project: true)
    case .entity(let field):
      guard let id = EntityID(data.element(field)) else { return .whole }
      return ChangeHint(entities: [id])
    case .task:
      if name == "task:update-casting-stats" { return ChangeHint() }
      if let entity = EntityID(data.element("entity_id")) { return ChangeHint(entities: [entity]) }
      guard let task = EntityID(data.element("task_id")) else { return .whole }
      return ChangeHint(tasks: [task])
    case .casting: return ChangeHint(casting: true)
    case .descriptor: return ChangeHint(project: true)
    case .studio: return ChangeHint(studio: true)
    case .unseen: return ChangeHint()
    case .unknown:
      return EntityID(data.element("project_id")) == nil ? ChangeHint(studio: true) : .whole
    }
  }
}
