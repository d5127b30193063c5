package import BSON

/// The fields of Avalon's documents that everything turns on, made once: names that are written
/// as literals are made anew at each use.
extension FieldName {
  package static let documentID: FieldName = "_id"
  package static let name: FieldName = "name"
  package static let type: FieldName = "type"
  package static let data: FieldName = "data"
}

extension FieldPath {
  package static let name: FieldPath = [.name]
  package static let documentID: FieldPath = [.documentID]
}
