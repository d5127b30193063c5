internal import BSON

extension MongoReader {
  /// Documents at a time: records are large.
  private static let recordBatch: Int32 = 200

  func records(_ collection: String, _ query: RecordQuery) throws(AvalonError) -> [Document] {
    let filter = DocumentWriter.document { writer in
      for (field, value) in query.equal { writer.append(field, value) }
      if let (list, ids) = query.touching {
        writer.beginDocument(FieldName("\(list.text)._id"))
        writer.appendArray("$in", ids.sorted().map(Value.objectID))
        writer.end()
      }
      guard query.ids != nil || query.after != nil || query.before != nil else { return }
      writer.beginDocument("_id")
      if let ids = query.ids { writer.appendArray("$in", ids) }
      if let after = query.after { writer.append("$gt", .objectID(after)) }
      if let before = query.before { writer.append("$lt", .objectID(before)) }
      writer.end()
    }
    let options = DocumentWriter.document { writer in
      writer.beginDocument("sort")
      writer.append("_id", .int32(query.order == .oldestFirst ? 1 : -1))
      writer.end()
      if let limit = query.limit { writer.append("limit", .int(limit)) }
      writer.append("batchSize", .int32(Self.recordBatch))
      guard !query.fields.isEmpty else { return }
      writer.beginDocument("projection")
      for field in query.fields { writer.append(field, .int32(1)) }
      writer.end()
    }
    return try find(collection, filter: filter, options: options)
  }
}
