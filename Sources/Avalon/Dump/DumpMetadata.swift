internal import BSON
internal import Foundation

/// The `.metadata.json` of a collection that this store made, as `mongodump` writes it
/// (mongo-tools `mongodump/metadata_dump.go`): `mongorestore` makes the collection from it.
enum DumpMetadata {
  static func text(collection: String) -> String {
    let uuid = UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
    return #"{"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}],"#
      + #""uuid":"\#(uuid)","collectionName":\#(JSONText.quote(collection)),"type":"collection"}"#
  }
}
