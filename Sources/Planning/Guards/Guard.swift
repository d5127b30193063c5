/// What stops a project's plan before its first write, until a person allows it once
/// (`--allow NAME`). The thresholds are octoDNS's: 30 % of a project with at least 10 documents.
package enum Guard: String, Sendable, CaseIterable {
  /// Much changes that makes paths: names, silos, parents, tasks' names.
  case pathChanges = "path-changes"
  /// Much is archived or deleted.
  case removals
  /// One field is emptied in many documents: a renamed column of Kitsu's metadata does that.
  case emptiedFields = "emptied-fields"
  /// Kitsu has nothing in a project that has documents.
  case emptyProject = "empty-project"
  /// The project's collection gets another name. This one holds the name alone, and all else of the
  /// project goes on: a production that is renamed in Kitsu is worked on.
  case projectRename = "project-rename"
  /// The collection holds a project document that is not ours.
  case foreignProject = "foreign-project"
}
