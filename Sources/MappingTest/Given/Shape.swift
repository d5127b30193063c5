internal import BSON
internal import YAML

/// The fields of one kind of record in Kitsu's answers, in their order, with what they are where a
/// test does not say.
struct Shape: Sendable {
  private let defaults: Document
  /// Fields that a test can set by their own names.
  let settable: [String]

  /// - Parameters:
  ///   - json: the record.
  ///   - settable: fields that can be set in this record although they are made in others.
  init(_ json: String, settable own: Set<String> = []) {
    do {
      defaults = try JSON.document(json)
    } catch {
      fatalError("a shape is no JSON: \(error)")
    }
    settable = defaults.map(\.name).filter { !Shape.made.contains($0) || own.contains($0) }
  }

  /// Fields that follow from what else a test says: the ids, what they name, and what has a key of
  /// its own in a test.
  private static let made: Set<String> = [
    "asset_type_id", "asset_type_name", "asset_types", "assignees", "casting_episode_ids",
    "created_at", "created_by", "data", "department_id", "departments", "descriptors", "entity_id",
    "entity_concept_links", "entity_in_id", "entity_out_id", "entity_type_id", "episode_id",
    "episode_name", "first_episode_id", "fps", "frame_in", "frame_out", "full_name", "id", "label",
    "name", "nb_entities_out", "nb_occurences", "parent_id", "preview_background_files",
    "project_id", "project_name", "sequence_id", "sequence_name", "source_id",
    "status_automations", "task_status_id", "task_statuses", "task_statuses_link",
    "task_type_id", "task_type_links", "task_types", "task_types_priority", "tasks", "team", "type",
    "updated_at",
  ]

  private init(defaults: Document, settable: [String]) {
    self.defaults = defaults
    self.settable = settable
  }

  func without(_ names: Set<String>) -> Shape {
    Shape(
      defaults: DocumentWriter.document { writer in
        for field in defaults where !names.contains(field.name) { writer.append(field) }
      },
      settable: settable.filter { !names.contains($0) })
  }

  func has(_ name: FieldName) -> Bool { defaults.element(name) != nil }

  func record(_ values: [FieldName: Value]) -> Document {
    DocumentWriter.document { writer in
      for field in defaults {
        let name = FieldName(field.name)
        writer.append(name, values[name] ?? field.value)
      }
    }
  }

  /// A field's value as Kitsu has it: its texts stay texts where a test writes `fps: 25`.
  func value(_ node: Node, of name: String, _ mistakes: Mistakes) -> Value {
    guard let type = defaults.element(FieldName(name))?.type, !node.isNull else { return .null }
    switch (type, node.content) {
    case (.null, _): return Value(node)
    case (.string, .scalar(let scalar)): return Value(text: scalar.text)
    default:
      let value = Value(node)
      if !Shape.isSame(type, value.type) {
        mistakes.report("Kitsu has \(Shape.words(type)) here", at: node.position)
      }
      return value
    }
  }

  private static func isSame(_ wanted: ElementType, _ found: ElementType) -> Bool {
    wanted == found || (isNumber(wanted) && isNumber(found))
  }

  private static func isNumber(_ type: ElementType) -> Bool {
    [.int32, .int64, .double].contains(type)
  }

  private static func words(_ type: ElementType) -> String {
    switch type {
    case .bool: "true or false"
    case .string: "a text"
    case .array: "a list"
    case .document: "a map"
    default: "a number"
    }
  }
}
