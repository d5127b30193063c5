internal import BSON

/// Commands that concern a collection as a whole.
struct CollectionCommands {
  let pool: MongoPool
  let database: String

  /// `distinct` runs in the server over the whole collection, as Avalon has no index on types.
  func publishedParents(_ collection: String) throws(AvalonError) -> Set<ObjectID> {
    let command = DocumentWriter.document { writer in
      writer.append("distinct", collection)
      writer.append("key", "parent")
      writer.beginDocument("query")
      writer.beginDocument(AvalonFields.typeField)
      writer.appendArray("$in", AvalonFields.subsetTypes.map(Value.string))
      writer.end()
      writer.end()
      writer.beginDocument("collation")
      writer.append("locale", "simple")
      writer.end()
    }
    let reply = try pool.command(
      command, database: database, operation: "read the subsets of",
      subject: "\(database).\(collection)")
    return Set(reply["values"]?.array?.compactMap(\.value.objectID) ?? [])
  }

  /// `renameCollection` is one step on a server. With the majority, or a fall-back of the primary
  /// would undo it.
  func rename(_ collection: String, to name: String) throws(AvalonError) {
    let command = DocumentWriter.document { writer in
      writer.append("renameCollection", "\(database).\(collection)")
      writer.append("to", "\(database).\(name)")
      writer.append("dropTarget", .bool(false))
      writer.beginDocument("writeConcern")
      writer.append("w", "majority")
      writer.append("wtimeout", .int(pool.address.writeConcernTimeout))
      writer.end()
    }
    _ = try pool.command(
      command, database: "admin", operation: "rename the collection",
      subject: "\(database).\(collection)")
  }
}
