import BSON
import Identity
import Mapping
import Testing

/// A small production that a test puts together, with Kitsu's own fields.
///
/// Ids are made from a counter, so that they are the same in every run.
struct Show {
  static let projectID = "00000000-0000-4000-8000-000000000000"

  var projectFields = #""name": "Show", "fps": "25", "resolution": "1920x1080", "data": {}"#
  private var entities: [EntityKind: [String]] = [:]
  private var taskTypes: [String] = []
  private var persons: [String] = []
  private var statuses: [String] = []
  private var types: [String] = []
  private var links: [String] = []
  private var descriptors: [String] = []
  /// Whether the account may see casting.
  var showsCasting = true
  private var count = 0

  private mutating func newID() -> String {
    count += 1
    let digits = String(count)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// - Parameter fields: members of a JSON object, added to `id` and `name`.
  mutating func add(
    _ kind: EntityKind, _ name: String, in parent: String? = nil, _ fields: String = ""
  ) -> String {
    let id = newID()
    add(kind, id: id, name, in: parent, fields)
    return id
  }

  mutating func add(
    _ kind: EntityKind, id: String, _ name: String, in parent: String? = nil, _ fields: String = ""
  ) {
    var members = [#""id": "\#(id)""#, #""name": \#(JSONText.quote(name))"#]
    if let parent {
      let field = kind == .shot || kind == .edit ? "parent_id" : "episode_id"
      members.append(#""\#(field)": "\#(parent)""#)
    }
    if !fields.isEmpty { members.append(fields) }
    entities[kind, default: []].append("{" + members.joined(separator: ", ") + "}")
  }

  mutating func addTaskType(_ name: String, priority: Int = 1) -> String {
    let id = newID()
    taskTypes.append(
      #"{"id": "\#(id)", "name": \#(JSONText.quote(name)), "priority": \#(priority)}"#)
    return id
  }

  mutating func addAssetType(_ name: String) -> String {
    let id = newID()
    types.append(#"{"id": "\#(id)", "name": "\#(name)"}"#)
    return id
  }

  mutating func addPerson(_ login: String) -> String {
    let id = newID()
    persons.append(#"{"id": "\#(id)", "desktop_login": "\#(login)"}"#)
    return id
  }

  mutating func addStatus(_ name: String) -> String {
    let id = newID()
    statuses.append(#"{"id": "\#(id)", "name": "\#(name)", "short_name": "\#(name)"}"#)
    return id
  }

  /// Says that an entity is used in another.
  mutating func cast(_ used: String, in user: String, count: Int = 1, label: String = "") {
    links.append(
      #"{"id": "\#(newID())", "entity_in_id": "\#(user)", "entity_out_id": "\#(used)", "#
        + #""nb_occurences": \#(count), "label": "\#(label)"}"#)
  }

  /// Adds a column of metadata.
  mutating func addDescriptor(_ name: String, of kind: String) {
    descriptors.append(
      #"{"id": "\#(newID())", "entity_type": "\#(kind)", "field_name": "\#(name)"}"#)
  }

  /// A task as it stands inside an entity.
  mutating func task(_ type: String, _ fields: String = "") -> String {
    #"{"id": "\#(newID())", "task_type_id": "\#(type)"\#(fields.isEmpty ? "" : ", " + fields)}"#
  }

  func production() throws -> Production {
    func list(_ items: [String]) throws -> [Document] {
      try JSON.documents("[" + items.joined(separator: ",") + "]")
    }
    var kinds: [EntityKind: [Document]] = [:]
    for kind in EntityKind.allCases { kinds[kind] = try list(entities[kind] ?? []) }
    return Production(
      project: try JSON.document(#"{"id": "\#(Show.projectID)", \#(projectFields)}"#),
      entities: kinds, links: showsCasting ? try list(links) : nil,
      descriptors: try list(descriptors),
      studio: Studio(
        taskTypes: try list(taskTypes), taskStatuses: try list(statuses),
        entityTypes: try list(types), departments: [], persons: try list(persons)))
  }

  static func identity(_ entity: String, _ facet: String = "") throws -> Identity {
    Identity(
      project: try #require(EntityID(projectID)), entity: try #require(EntityID(entity)),
      facet: facet)
  }
}

/// Documents that are in Avalon already.
func facts(_ names: [String: String]) throws -> AvalonFacts {
  var facts = AvalonFacts()
  for (entity, name) in names {
    let identity = try Show.identity(entity)
    facts.documents[identity] = AvalonFacts.Known(id: identity.derivedID, name: name)
  }
  return facts
}

extension Evaluation {
  /// Names by entity.
  var names: [String: String] {
    Dictionary(
      uniqueKeysWithValues: documents.map { ($0.identity.entity.description, $0.name) })
  }

  func document(_ entity: String) throws -> EvaluatedDocument {
    try #require(documents.first { $0.identity.entity.description == entity })
  }

  /// A further document of an entity, or a folder of the project.
  func document(_ entity: String = Show.projectID, facet: String) throws -> EvaluatedDocument {
    let identity = try Show.identity(entity, facet)
    return try #require(documents.first { $0.identity == identity })
  }

  func held(_ entity: String) -> HeldEntity? {
    held.first { $0.identity.entity.description == entity }
  }

  /// All of it as text in an order of its own, for comparing.
  var summary: String {
    let documents = documents.sorted { $0.identity < $1.identity }.map { document in
      var lines = ["\(document.rule) '\(document.title())' -> \(document.name)"]
      lines += document.nameHold.map { ["  name held: \($0.wanted ?? "?"): \($0.reason)"] } ?? []
      lines += document.heldFields.map { "  field held: \($0.path): \($0.reason)" }
      lines += document.notes.map { "  note: \($0)" }
      return lines.joined(separator: "\n") + "\n" + JSONText.write(document.document, .pretty)
    }
    let held = held.sorted { $0.identity < $1.identity }.map {
      "held: \($0.kind) '\($0.title)' (\($0.name ?? "no name")): \($0.reason)"
    }
    let skipped = skipped.sorted().map { "skipped: \($0.entity)" }
    return (documents + held + skipped).joined(separator: "\n") + "\n"
  }
}
