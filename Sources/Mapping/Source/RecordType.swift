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
  /// An entity of any kind: only what all kinds have.
  case entity
  /// That an entity is used in another, as Kitsu's breakdown has it.
  case casting
  /// Kitsu's lists that all projects share.
  case studio
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

  /// Of a list that all projects share; these are short.
  var isOfStudio: Bool {
    switch self {
    case .assetType, .taskType, .taskStatus, .person, .department: true
    default: false
    }
  }

  var fields: [String: FieldDefinition] { RecordType.tables[self] ?? [:] }

  private static let tables: [RecordType: [String: FieldDefinition]] = [
    .project: raw(
      text: [
        "id", "name", "code", "description", "fps", "ratio", "resolution", "production_type",
        "production_style", "start_date", "end_date", "project_status_name",
      ], number: ["nb_episodes", "episode_span", "man_days"]
    ).merging([
      "data": FieldDefinition(.metadata, .map),
      "task_types": FieldDefinition(.projectList(.taskType), .list(.record(.taskType))),
      "task_statuses": FieldDefinition(.projectList(.taskStatus), .list(.record(.taskStatus))),
      "asset_types": FieldDefinition(.projectList(.assetType), .list(.record(.assetType))),
      "team": FieldDefinition(.projectList(.person), .list(.record(.person))),
      "episodes": FieldDefinition(.entities(.episode), .list(.record(.episode))),
      "sequences": FieldDefinition(.entities(.sequence), .list(.record(.sequence))),
      "shots": FieldDefinition(.entities(.shot), .list(.record(.shot))),
      "assets": FieldDefinition(.entities(.asset), .list(.record(.asset))),
      "edits": FieldDefinition(.entities(.edit), .list(.record(.edit))),
      "concepts": FieldDefinition(.entities(.concept), .list(.record(.concept))),
      "avalon": FieldDefinition(.avalon, .record(.avalon)),
    ]) { $1 },
    .entity: entity([:]),
    .casting: [
      "asset": FieldDefinition(.linked("entity_out_id"), .record(.asset)),
      "entity": FieldDefinition(.linked("entity_in_id"), .record(.entity)),
      "count": FieldDefinition(.raw("nb_occurences"), .number),
      "label": FieldDefinition(.raw("label"), .text),
    ],
    .studio: [
      "task_types": FieldDefinition(.studioList(.taskType), .list(.record(.taskType))),
      "task_statuses": FieldDefinition(.studioList(.taskStatus), .list(.record(.taskStatus))),
      "asset_types": FieldDefinition(.studioList(.assetType), .list(.record(.assetType))),
      "departments": FieldDefinition(.studioList(.department), .list(.record(.department))),
      "persons": FieldDefinition(.studioList(.person), .list(.record(.person))),
    ],
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
    .concept: entity([
      "entities": FieldDefinition(.linkedList("entity_concept_links"), .list(.record(.entity)))
    ]),
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
      "casting": FieldDefinition(.casting, .list(.record(.casting))),
      "cast_in": FieldDefinition(.castIn, .list(.record(.casting))),
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
  /// Those of a studio-wide list that the project names; all of the studio's where it names none.
  case projectList(RecordType)
  case studioList(RecordType)
  /// All entities of a kind, by name.
  case entities(EntityKind)
  /// What is used in the entity, and in what the entity is used.
  case casting, castIn
  /// The entity that an id names; null where it belongs to another project.
  case linked(FieldName)
  case linkedList(FieldName)
  case avalon
  case avalonName

  /// The column of a board that it reads and that not every mapping needs.
  var column: FieldName? {
    switch self {
    case .raw(let name), .link(let name), .linkedList(let name): name
    case .metadata: "data"
    default: nil
    }
  }

  /// The kinds of entities that have to be read for it.
  var kinds: Set<EntityKind> {
    switch self {
    case .entities(let kind), .parent(let kind): [kind]
    case .episodeOfShot: [.sequence, .episode]
    case .linked("entity_out_id"): [.asset]
    case .linked, .linkedList: [.asset, .shot, .sequence, .episode]
    default: []
    }
  }

  var needsCasting: Bool {
    switch self {
    case .casting, .castIn: true
    default: false
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
