internal import BSON

/// The sources that an expression can read, each with its fields.
///
/// Raw fields are those of Kitsu's own answers (`/data/projects/{id}`, `*/with-tasks`,
/// `/data/task-types` …); the others follow an id to the record that it names.
enum RecordType: String, CaseIterable, Sendable {
  case project
  case episode, sequence, shot, asset, edit, concept
  case assetType = "asset_type"
  case task
  case taskType = "task_type"
  case taskStatus = "task_status"
  case person, department
  /// What stands in Avalon for an entity: its document's name.
  case avalon

  init(_ kind: EntityKind) {
    switch kind {
    case .episode: self = .episode
    case .sequence: self = .sequence
    case .shot: self = .shot
    case .asset: self = .asset
    case .edit: self = .edit
    case .concept: self = .concept
    }
  }

  /// The kind of entity, nil for the others.
  var kind: EntityKind? { EntityKind(rawValue: rawValue) }

  var fields: [String: FieldDefinition] { RecordType.tables[self] ?? [:] }

  private static let tables: [RecordType: [String: FieldDefinition]] = [
    .project: raw(
      text: [
        "id", "name", "code", "description", "fps", "ratio", "resolution", "production_type",
        "production_style", "start_date", "end_date", "project_status_name",
      ], number: ["nb_episodes", "episode_span", "man_days"]
    ).merging([
      "data": FieldDefinition(.metadata, .map),
      "task_types": FieldDefinition(.projectTaskTypes, .list(.record(.taskType))),
      "avalon": FieldDefinition(.avalon, .record(.avalon)),
    ]) { $1 },
    .episode: entity([:]),
    .sequence: entity(["episode": FieldDefinition(.parent(.episode), .record(.episode))]),
    .shot: entity([
      "sequence": FieldDefinition(.parent(.sequence), .record(.sequence)),
      "episode": FieldDefinition(.episodeOfShot, .record(.episode)),
      "nb_frames": FieldDefinition(.raw("nb_frames"), .number),
    ]),
    .asset: entity([
      "episode": FieldDefinition(.parent(.episode), .record(.episode)),
      "asset_type": FieldDefinition(.link("asset_type_id"), .record(.assetType)),
      "is_shared": FieldDefinition(.raw("is_shared"), .bool),
    ]),
    .edit: entity(["episode": FieldDefinition(.parent(.episode), .record(.episode))]),
    .concept: entity([:]),
    .assetType: raw(text: ["id", "name", "short_name", "description"]),
    .task: raw(
      text: ["id", "start_date", "due_date", "end_date", "done_date", "real_start_date"],
      number: ["duration", "estimation", "priority", "retake_count", "difficulty"]
    ).merging([
      "type": FieldDefinition(.link("task_type_id"), .record(.taskType)),
      "status": FieldDefinition(.link("task_status_id"), .record(.taskStatus)),
      "assignees": FieldDefinition(.assignees, .list(.record(.person))),
      "data": FieldDefinition(.metadata, .map),
    ]) { $1 },
    .taskType: raw(
      text: ["id", "name", "short_name", "description", "color", "for_entity"],
      number: ["priority"], bool: ["archived", "allow_timelog"]
    ).merging([
      "department": FieldDefinition(.link("department_id"), .record(.department))
    ]) { $1 },
    .taskStatus: raw(
      text: ["id", "name", "short_name", "description", "color"], number: ["priority"],
      bool: ["is_done", "is_wip", "is_retake", "is_feedback_request", "is_default", "archived"]),
    .person: raw(
      text: [
        "id", "first_name", "last_name", "full_name", "desktop_login", "email", "role",
      ], bool: ["active", "is_bot"]),
    .department: raw(text: ["id", "name", "color"], bool: ["archived"]),
    .avalon: ["name": FieldDefinition(.avalonName, .text)],
  ]

  private static func raw(
    text: [String] = [], number: [String] = [], bool: [String] = []
  ) -> [String: FieldDefinition] {
    var fields: [String: FieldDefinition] = [:]
    for name in text { fields[name] = FieldDefinition(.raw(FieldName(name)), .text) }
    for name in number { fields[name] = FieldDefinition(.raw(FieldName(name)), .number) }
    for name in bool { fields[name] = FieldDefinition(.raw(FieldName(name)), .bool) }
    return fields
  }

  private static func entity(_ own: [String: FieldDefinition]) -> [String: FieldDefinition] {
    raw(text: ["id", "name", "description"], bool: ["canceled"]).merging([
      "data": FieldDefinition(.metadata, .map),
      "tasks": FieldDefinition(.tasks, .list(.record(.task))),
      "avalon": FieldDefinition(.avalon, .record(.avalon)),
    ]) { $1 }.merging(own) { $1 }
  }
}

/// How a field of a record is read and what it gives.
struct FieldDefinition: Sendable {
  let access: FieldAccess
  let type: StaticType

  init(_ access: FieldAccess, _ type: StaticType) {
    self.access = access
    self.type = type
  }
}

enum FieldAccess: Sendable {
  /// A field as Kitsu has it; blank text and the text `None` are null.
  case raw(FieldName)
  /// The `data` map: metadata by its Kitsu field name.
  case metadata
  /// The studio-wide record that an id names.
  case link(FieldName)
  /// The episode or sequence that an entity belongs to.
  case parent(EntityKind)
  case episodeOfShot
  case tasks
  case assignees
  case projectTaskTypes
  case avalon
  case avalonName

  /// The column of a board that it reads and that not every mapping needs.
  var column: FieldName? {
    switch self {
    case .raw(let name), .link(let name): name
    case .metadata: "data"
    default: nil
    }
  }
}

/// What an expression gives, as far as it is known before any data.
indirect enum StaticType: Sendable, Equatable {
  case unknown
  case null, bool, number, text, id, map
  case list(StaticType)
  case record(RecordType)
}

extension StaticType: CustomStringConvertible {
  /// As a message says it.
  var description: String {
    switch self {
    case .unknown: "a value"
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .id: "a document's id"
    case .map: "a map"
    case .list: "a list"
    case .record(let type): "a record (\(type.rawValue))"
    }
  }
}
