internal import BSON

/// One compare-and-set as MongoDB takes it: a filter and an update.
///
/// The filter has `_id` and, per expected path, the value and its type. `$eq` and `$type` by
/// themselves also match an element of a list, so a value that is no list asks for a field that is
/// none, and a list for a field that does not hold that same list as an element. A map on the way
/// that became a list since it was read is a miss likewise: MongoDB would look into its elements.
/// (`$expr`, which compares without all that, is refused in an upsert.)
///
/// A filter that misses must come back by its index, which a counter of matches cannot tell. So the
/// update is an upsert that would insert another `_id` than the filter's: MongoDB refuses this with
/// error 66, and nothing is ever inserted.
struct UpdateRequest {
  let filter: Document
  let update: Document

  /// What an operation of a write command has beside filter and update, in bytes.
  static let overhead = 256

  var byteCount: Int { filter.byteCount + update.byteCount + Self.overhead }

  init(_ request: DocumentUpdate) {
    filter = Self.filter(request.id, ancestors: request.ancestors, request.expected)
    update = Self.update(request)
  }

  /// What a document must still be to be deleted. Whether it was, a reply does not tell: a filter
  /// that misses is no error there.
  static func filter(_ removal: DocumentRemoval) -> Document {
    filter(removal.id, ancestors: removal.ancestors, removal.expected)
  }

  private static func filter(
    _ id: ObjectID, ancestors: [FieldPath], _ expected: [(path: FieldPath, value: Value?)]
  ) -> Document {
    DocumentWriter.document { writer in
      writer.append(AvalonFields.idField, .objectID(id))
      for ancestor in ancestors {
        writer.beginDocument(FieldName(ancestor.description))
        writer.appendNotArray()
        writer.end()
      }
      for (path, value) in expected {
        writer.beginDocument(FieldName(path.description))
        writer.appendExpectation(value)
        writer.end()
      }
    }
  }

  private static func update(_ request: DocumentUpdate) -> Document {
    DocumentWriter.document { writer in
      if !request.set.isEmpty {
        writer.beginDocument("$set")
        for (path, value) in request.set { writer.append(FieldName(path.description), value) }
        writer.end()
      }
      if !request.unset.isEmpty {
        writer.beginDocument("$unset")
        for path in request.unset { writer.append(FieldName(path.description), "") }
        writer.end()
      }
      writer.beginDocument("$setOnInsert")
      writer.append(AvalonFields.idField, .objectID(another(than: request.id)))
      writer.end()
    }
  }

  private static let decoys = [UInt8(0), 0xFF].compactMap {
    ObjectID(bytes: Array(repeating: $0, count: 12))
  }

  private static func another(than id: ObjectID) -> ObjectID {
    decoys[0] == id ? decoys[1] : decoys[0]
  }
}

extension DocumentWriter {
  fileprivate func appendExpectation(_ value: Value?) {
    guard let value else {
      append("$exists", .bool(false))
      return
    }
    append("$type", .int32(value.type.mongoNumber))
    // MongoDB compares with `undefined` by type alone.
    if value.type != .undefined { append("$eq", value) }
    if case .array = value {
      beginDocument("$not")
      beginDocument("$elemMatch")
      append("$eq", value)
      end()
      end()
    } else {
      appendNotArray()
    }
  }

  fileprivate func appendNotArray() {
    beginDocument("$not")
    append("$type", .int32(ElementType.array.mongoNumber))
    end()
  }
}

extension ElementType {
  /// The number that `$type` takes: that of BSON, but for the least key, which is signed.
  fileprivate var mongoNumber: Int32 { rawValue == 0xFF ? -1 : Int32(rawValue) }
}
