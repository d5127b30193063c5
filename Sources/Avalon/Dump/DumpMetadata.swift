internal import BSON
internal import Foundation

/// The `.metadata.json` of a collection that this store made, as `mongodump` writes it
/// (mongo-tools `mongodump/metadata_dump.go`): `mongorestore` makes the collection from it.
enum DumpMetadata {
  /// The same under another name: a studio's own indexes and options go along, as they do where a server
  /// renames.
  /// - Throws: where the old text cannot be read: nothing of it would be lost without a word.
  static func text(collection: String, like old: Data) throws(JSONError) -> String {
    let document = try JSON.document(String(decoding: old, as: UTF8.self))
    return JSONText.write(
      .document(
        DocumentWriter.document { writer in
          for field in document where !field.hasName("collectionName") { writer.append(field) }
          writer.append("collectionName", collection)
        }))
  }

  static func text(collection: String) -> String {
    let uuid = UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
    return #"{"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}],"#
      + #""uuid":"\#(uuid)","collectionName":\#(JSONText.quote(collection)),"type":"collection"}"#
  }
}
