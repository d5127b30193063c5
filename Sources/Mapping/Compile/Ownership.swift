package import BSON

/// Who decides what a field holds.
package enum Ownership: Sendable, Equatable {
  /// The mapping: the field always becomes what the mapping says.
  case own
  /// Avalon: the mapping writes it at creation only.
  case seed
  /// Both: our items of a list or map follow Kitsu, the others' stay. Items of a list of maps are
  /// known by the field that is named here.
  case merge(by: FieldName?)
}

/// A field that a mapping writes. Everything else in a document belongs to others.
package struct OwnedField: Sendable, Equatable {
  package let path: FieldPath
  package let ownership: Ownership
}
