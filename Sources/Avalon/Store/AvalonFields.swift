internal import BSON

/// What both stores read of a collection: Avalon keeps projects and assets beside their subsets,
/// versions and representations, which are many more and no matter of ours.
enum AvalonFields {
  /// `io.archive` of avalon-core renames the type of an asset that was archived.
  static let types = ["project", "asset", "archived_asset"]

  /// Subsets stand on the asset that they name as `parent`, and with them all that is published.
  static let subsetTypes = ["subset", "archived_subset"]

  static let projectType = "project"

  static let parentField: FieldName = "parent"

  /// The top-level fields of project-2.0, asset-2.0 and asset-3.0 (domain.md 1.2 to 1.4).
  static let all: [FieldName] = [
    "_id", "schema", "type", "name", "silo", "parent", "data", "config",
  ]

  /// What tells whether a name is taken.
  static let naming: [FieldName] = ["_id", "name", "type"]

  static let typeField: FieldName = "type"
  static let nameField: FieldName = "name"
  static let idField: FieldName = "_id"
}
