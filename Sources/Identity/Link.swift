package import BSON

/// The link from a document to its identity, which stands in the document itself under `data.kitsu`.
///
/// Plain texts only: Avalon's `inventory --load` breaks on ids and dates in `data`, and a text
/// survives its round trip through TOML (domain.md 1.6).
package struct Link: Sendable, Equatable {
  package static let field: FieldName = "kitsu"
  /// Where the link stands in every document that we write.
  package static let path: FieldPath = ["data", field]

  private static let idField: FieldName = "id"
  private static let facetField: FieldName = "facet"
  private static let ownerField: FieldName = "owner"
  /// Where the merged items stand: see ``items``.
  package static let itemsField: FieldName = "items"
  /// The names of the link's fields.
  package static let fieldNames = [idField, facetField, ownerField, itemsField]

  package let entity: EntityID
  package let facet: String
  package let owner: String
  /// ``items`` as the document has them; nil for none.
  private let itemsText: String?

  package init(entity: EntityID, facet: String, owner: String, items: [String: [String]]) {
    self.entity = entity
    self.facet = facet
    self.owner = owner
    itemsText = items.isEmpty ? nil : Link.encode(items)
  }

  /// What of the merged lists and maps is ours, by path: names of list items or keys of maps.
  /// Read anew each time: most links are only asked whose they are.
  package var items: [String: [String]] { Link.decode(items: itemsText) }

  /// Reads the link of a document; nil where it has none or a damaged one.
  package init?(of document: Document) {
    guard let marker = document.element(.data)?.document?.element(Link.field)?.document,
      let entity = EntityID(marker.element(Link.idField)),
      marker.element(Link.facetField)?.type ?? .string == .string
    else { return nil }
    self.entity = entity
    facet = marker.element(Link.facetField)?.string ?? ""
    owner = marker.element(Link.ownerField)?.string ?? ""
    itemsText = marker.element(Link.itemsField)?.string
  }

  /// The fields of the marker with their texts, in the order in which they are written.
  package var fields: [(name: FieldName, text: String)] {
    var fields: [(FieldName, String)] = [
      (Link.idField, entity.description), (Link.facetField, facet), (Link.ownerField, owner),
    ]
    if let itemsText { fields.append((Link.itemsField, itemsText)) }
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
