internal import BSON
internal import Identity
internal import Mapping

/// The layout of a snapshot file.
///
/// UTF-8 JSON, one entity a line, names sorted, lists sorted by id, so that two snapshots of an
/// unchanged server are equal and those of a changed one read well as a diff:
///
///     {"format":"avalon-sync-snapshot","formatVersion":1,
///      "kitsu":{"name":"Zou","version":"1.0.97"},
///      "studio":{"departments":[…],"entity_types":[…],"persons":[…],"task_statuses":[…],
///                "task_types":[…]},
///      "projects":[{"project":{…},"assets":[…],…,"shots":[…]}]}
///
/// A list that could not be read is left out: missing is not empty.
enum SnapshotFormat {
  static let name = "avalon-sync-snapshot"
  static let version = 1

  static let studioLists = [
    "departments", "entity_types", "persons", "task_statuses", "task_types",
  ]

  static let projectLists = [
    "assets", "concepts", "edits", "episodes", "links", "metadata_descriptors", "sequences",
    "shots",
  ]

  /// All that is kept of a person: Kitsu's answers hold e-mail, phone and salary too.
  static let personFields: Set<String> = [
    "id", "first_name", "last_name", "full_name", "desktop_login", "active", "archived",
    "departments", "is_bot", "role", "type",
  ]

  static let unreadable = "the snapshot does not hold it"
}

extension Studio {
  /// A list by its name in the file.
  subscript(list name: String) -> [Document] {
    get {
      switch name {
      case "departments": departments
      case "entity_types": entityTypes
      case "persons": persons
      case "task_statuses": taskStatuses
      default: taskTypes
      }
    }
    set {
      switch name {
      case "departments": departments = newValue
      case "entity_types": entityTypes = newValue
      case "persons": persons = newValue
      case "task_statuses": taskStatuses = newValue
      default: taskTypes = newValue
      }
    }
  }
}

extension Production {
  /// A list by its name in the file; nil when it was not read.
  subscript(list name: String) -> [Document]? {
    switch name {
    case "links": return links
    case "metadata_descriptors": return descriptors
    default:
      guard let kind = EntityKind.allCases.first(where: { $0.listName == name }) else { return nil }
      return entities[kind]
    }
  }
}
