internal import BSON
internal import Identity
internal import Mapping

/// One bulk request of a project's reading.
struct Route: Sendable {
  /// The list's name in a snapshot file, by which unreadable kinds are told too.
  let name: String
  /// Path and query after the base address.
  let path: String
  /// The compact form that Zou 1.0.53 and newer answer when asked; older ones answer a plain list.
  var table: JSONTable?
  /// Whether the project cannot be read without it. What is not required may be refused or may be
  /// missing on an old server; it is told then as unreadable.
  var isRequired = true
  /// Whether Zou (1.0.69 and newer) answers 304 when nothing changed.
  var isConditional = false
  var hasTasks = false

  /// Whether a refusal leaves the rest readable; it is told then, never taken for empty.
  func excuses(_ error: KitsuError) -> Bool {
    !isRequired && error.isOfRights
  }

  /// For progress: `task types`.
  var title: String { String(name.map { $0 == "_" ? " " : $0 }) }

  /// `/data/projects/{id}` alone tells a project that is gone (404) and one that is not allowed
  /// (403) from an empty one.
  static func project(_ id: EntityID) -> String { "/data/projects/\(id)" }

  static func team(_ id: EntityID) -> String { "/data/projects/\(id)/team" }

  /// All shots with those that no board has; see ``SequencelessShots``.
  static func allShots(_ id: EntityID) -> String { "/data/projects/\(id)/shots" }

  /// All tasks of a project, with their assignees, as its team sees them.
  static func allTasks(_ id: EntityID) -> String { "/data/projects/\(id)/tasks" }

  /// The board that takes longest: it gets a lane of its own.
  static func heavyBoard(_ id: EntityID, _ needs: SourceNeeds) -> Route? {
    if needs.kinds.contains(.shot) { return board(.shot, id, needs.fields) }
    return needs.kinds.contains(.asset) ? board(.asset, id, needs.fields) : nil
  }

  /// - Parameter fields: what is kept of a compact board; nil for all.
  static func board(_ kind: EntityKind, _ id: EntityID, _ fields: SourceFields?) -> Route {
    func table(_ columns: FieldName) -> JSONTable {
      JSONTable(
        columns: columns, keeps: fields?.entity,
        nested: ["tasks": JSONTable.Nested(columns: "task_fields", keeps: fields?.task)])
    }
    let query = "with-tasks?project_id=\(id)"
    switch kind {
    case .shot:
      return Route(
        name: "shots", path: "/data/shots/\(query)&compact=true",
        table: table("shot_fields"),
        isConditional: true, hasTasks: true)
    case .asset:
      return Route(
        name: "assets", path: "/data/assets/\(query)&compact=true",
        table: table("asset_fields"),
        isConditional: true, hasTasks: true)
    case .sequence:
      return Route(name: "sequences", path: "/data/sequences/\(query)", hasTasks: true)
    case .episode: return Route(name: "episodes", path: "/data/episodes/\(query)", hasTasks: true)
    case .edit:
      return Route(name: "edits", path: "/data/edits/\(query)", isRequired: false, hasTasks: true)
    case .concept:
      return Route(
        name: "concepts", path: "/data/concepts/\(query)", isRequired: false, hasTasks: true)
    }
  }

  static func links(_ id: EntityID) -> Route {
    Route(name: "links", path: "/data/projects/\(id)/entity-links", isRequired: false)
  }

  static func descriptors(_ id: EntityID) -> Route {
    Route(
      name: "metadata_descriptors", path: "/data/projects/\(id)/metadata-descriptors",
      isRequired: false)
  }

  static let taskTypes = Route(name: "task_types", path: "/data/task-types")
  static let taskStatuses = Route(name: "task_statuses", path: "/data/task-status")
  static let entityTypes = Route(name: "entity_types", path: "/data/entity-types")
  static let departments = Route(
    name: "departments", path: "/data/departments", isRequired: false)
  static let persons = Route(name: "persons", path: "/data/persons", isRequired: false)

  /// The lists that all projects share, read last, so that they know what the boards name.
  static let studio = [taskTypes, taskStatuses, entityTypes, departments, persons]
}

extension EntityKind {
  /// The kind's list in a snapshot file.
  var listName: String {
    switch self {
    case .episode: "episodes"
    case .sequence: "sequences"
    case .shot: "shots"
    case .asset: "assets"
    case .edit: "edits"
    case .concept: "concepts"
    }
  }
}
