package import BSON

/// The link from a document to its identity, which stands in the document itself under `data.kitsu`.
///
/// Plain texts only: Avalon's `inventory --load` breaks on ids and dates in `data`, and a text
/// survives its round trip through TOML (domain.md 1.6).
package struct Link: Sendable, Equatable {
  package static let field: FieldName = "kitsu"
  /// Where the link stands in every document that we write.
  package static let path: FieldPath = ["data", field]

  package static let idField: FieldName = "id"
  package static let facetField: FieldName = "facet"
  private static let kindField: FieldName = "kind"
  package static let ownerField: FieldName = "owner"
  /// Where the names of task types stand: see ``taskTypes``.
  package static let taskTypesField: FieldName = "taskTypes"
  /// Where the merged items stand: see ``items``.
  package static let itemsField: FieldName = "items"
  /// The names of the link's fields.
  package static let fieldNames = [
    idField, facetField, kindField, ownerField, itemsField, taskTypesField,
  ]

  /// The owner of a document that was unlinked by hand: nobody, so that nobody touches it.
  package static let nobody = "nobody"

  package let entity: EntityID
  package let facet: String
  /// The kind of entity; `folder` for a document that stands for none. Empty in links that do not
  /// tell. A document's kind is asked for once its entity is gone from Kitsu.
  package let kind: String
  package let owner: String
  /// ``taskTypes`` as the document has them.
  private let taskTypesText: String?
  /// ``items`` as the document has them; nil for none.
  private let itemsText: String?

  package init(
    entity: EntityID, facet: String, kind: String = "", owner: String, items: [String: [String]],
    taskTypes: [String: EntityID] = [:]
  ) {
    self.entity = entity
    self.facet = facet
    self.kind = kind
    self.owner = owner
    itemsText = items.isEmpty ? nil : Link.encode(items)
    taskTypesText = taskTypes.isEmpty ? nil : Link.encode(taskTypes)
  }

  /// What of the merged lists and maps is ours, by path: names of list items or keys of maps.
  /// Read anew each time: most links are only asked whose they are.
  package var items: [String: [String]] { Link.decode(items: itemsText) }

  /// Which of Kitsu's task types each name of a task stands for, in the document that lists them (a
  /// project's `config.tasks`): by it a renamed task type is told from a new one.
  package var taskTypes: [String: EntityID] {
    guard let text = taskTypesText, let document = try? JSON.document(text) else { return [:] }
    var types: [String: EntityID] = [:]
    for element in document { types[element.name] = EntityID(element) }
    return types
  }

  /// The same link with other items.
  package func with(items: [String: [String]]) -> Link {
    Link(
      entity: entity, facet: facet, kind: kind, owner: owner, items: items, taskTypes: taskTypes)
  }

  /// Reads the link of a document; nil where it has none or a damaged one.
  package init?(of document: Document) {
    guard let marker = document.element(.data)?.document?.element(Link.field)?.document,
      let entity = EntityID(marker.element(Link.idField)),
      marker.element(Link.facetField)?.type ?? .string == .string
    else { return nil }
    self.entity = entity
    facet = marker.element(Link.facetField)?.string ?? ""
    kind = marker.element(Link.kindField)?.string ?? ""
    owner = marker.element(Link.ownerField)?.string ?? ""
    taskTypesText = marker.element(Link.taskTypesField)?.string
    itemsText = marker.element(Link.itemsField)?.string
  }

  /// The fields of the marker with their texts, in the order in which they are written.
  package var fields: [(name: FieldName, text: String)] {
    var fields: [(FieldName, String)] = [
      (Link.idField, entity.description), (Link.facetField, facet),
    ]
    if !kind.isEmpty { fields.append((Link.kindField, kind)) }
    fields.append((Link.ownerField, owner))
    if let itemsText { fields.append((Link.itemsField, itemsText)) }
    if let taskTypesText { fields.append((Link.taskTypesField, taskTypesText)) }
    return fields
  }

  /// One JSON object with sorted names, so that equal items are equal text.
  private static func encode(_ items: [String: [String]]) -> String {
    let fields = items.sorted { $0.key < $1.key }.map { path, names in
      let list = names.sorted().map(JSONText.quote).joined(separator: ",")
      return "\(JSONText.quote(path)):[\(list)]"
    }
    return "{\(fields.joined(separator: ","))}"
  }

  private static func encode(_ types: [String: EntityID]) -> String {
    let fields = types.sorted { $0.key < $1.key }.map {
      "\(JSONText.quote($0.key)):\(JSONText.quote($0.value.description))"
    }
    return "{\(fields.joined(separator: ","))}"
  }

  /// Unreadable items count as none: nothing is then removed from the merged list.
  private static func decode(items text: String?) -> [String: [String]] {
    guard let text, let document = try? JSON.document(text) else { return [:] }
    var items: [String: [String]] = [:]
    for element in document {
      items[element.name] = element.array?.compactMap(\.string) ?? []
    }
    return items
  }
}
