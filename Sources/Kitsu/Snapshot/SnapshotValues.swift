internal import BSON

/// A value that JSON can spell and MongoDB cannot hold (NaN, a NUL character) stands in a snapshot
/// as `{"$unrepresentable": reason}`, since only its reason is known.
enum SnapshotValues {
  private static let key: FieldName = "$unrepresentable"

  /// Puts such values back. Files without the word, which is nearly all, are given as they are.
  static func restored(_ document: Document, from body: ResponseBody) -> Document {
    guard body.contains(key.text) else { return document }
    return restored(document)
  }

  private static func restored(_ document: Document) -> Document {
    DocumentWriter.document { writer in
      for field in document { append(field, to: writer, index: nil) }
    }
  }

  private static func append(_ field: Element, to writer: DocumentWriter, index: Int?) {
    guard let value = rebuilt(field) else {
      if let index { writer.append(index: index, field) } else { writer.append(field) }
      return
    }
    if let index {
      writer.append(index: index, value)
    } else {
      writer.append(FieldName(field.name), value)
    }
  }

  /// Nil for a value that holds nothing to put back.
  private static func rebuilt(_ field: Element) -> Value? {
    if let document = field.document {
      if let reason = document[key]?.string, document.count(where: { _ in true }) == 1 {
        return .unrepresentable(reason)
      }
      return .document(restored(document))
    }
    guard let list = field.array else { return nil }
    let items = DocumentWriter.document { writer in
      for (index, item) in list.enumerated() { append(item, to: writer, index: index) }
    }
    return .array(items)
  }
}
