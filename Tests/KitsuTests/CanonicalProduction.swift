import BSON
import Mapping

@testable import Kitsu

extension Production {
  /// Every record as text by its list and id, to compare two readings, without the studio's lists,
  /// which other tests change meanwhile: Zou gives lists in the order
  /// of its database's heap, so records, tasks and ids in records are sorted.
  var canonical: [String: String] {
    var texts = ["project": Production.text(.document(project))]
    var lists: [String: [Document]?] = ["links": links, "descriptors": descriptors]
    for (kind, list) in entities { lists[kind.rawValue] = list }
    for (name, list) in lists {
      texts[name] = list == nil ? "unread" : "read"
      for document in (list ?? nil) ?? [] {
        let id = document["id"]?.string ?? "no id"
        texts["\(name) \(id)", default: ""] += Production.text(.document(document))
      }
    }
    return texts
  }

  /// Fields whose ids stand in another table in Zou, which it reads without an order.
  private static let unordered: Set<String> = [
    "tasks", "assignees", "casting_episode_ids", "entity_concept_links", "departments", "team",
    "descriptors", "asset_types", "task_types", "task_statuses", "status_automations",
    "preview_background_files",
  ]

  private static func text(_ value: Value, isUnordered: Bool = false) -> String {
    switch value {
    case .document(let document):
      let fields = document.map { field in
        "\(field.name): \(text(field.value, isUnordered: unordered.contains(field.name)))"
      }
      return "{\(fields.sorted().joined(separator: ", "))}"
    case .array(let array):
      let items = array.map { text($0.value) }
      return "[\((isUnordered ? items.sorted() : items).joined(separator: ", "))]"
    default: return "\(value.type) \(JSONText.write(value))"
    }
  }
}

/// The records in which two readings differ.
func differences(_ one: Production, _ other: Production) -> [String] {
  let (left, right) = (one.canonical, other.canonical)
  return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted().map { key in
    "\(key): \(left[key] ?? "none") | \(right[key] ?? "none")"
  }
}
