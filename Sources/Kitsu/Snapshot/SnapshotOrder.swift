internal import BSON
internal import Identity

/// Puts into one order what Kitsu answers in any: lists of entities, an entity's tasks, a
/// project's columns and lists of ids. PostgreSQL gives rows without an order of their own.
enum SnapshotOrder {
  static func sorted(_ documents: [Document]) -> [Document] {
    let keyed = documents.map { (id: $0["id"]?.string ?? "", document: $0) }
    return keyed.sorted { $0.id < $1.id }.map(\.document)
  }

  static func entity(_ entity: Document) -> Document {
    DocumentWriter.document { writer in
      for field in entity { append(field, to: writer) }
    }
  }

  private static func append(_ field: Element, to writer: DocumentWriter) {
    guard let list = field.array else { return writer.append(field) }
    let name = FieldName(field.name)
    if name == "tasks" || name == "descriptors" {
      let items = list.compactMap(\.document)
      guard items.count == list.count(where: { _ in true }) else { return writer.append(field) }
      writer.appendArray(name, sorted(items).map { .document(entity($0)) })
    } else if let ids = ids(of: list) {
      writer.appendArray(name, ids.sorted().map { .string($0) })
    } else {
      writer.append(field)
    }
  }

  /// The ids that a list consists of, nil when it holds anything else.
  private static func ids(of list: Document) -> [String]? {
    var ids: [String] = []
    for item in list {
      guard let text = item.string, EntityID(text) != nil else { return nil }
      ids.append(text)
    }
    return ids
  }
}
