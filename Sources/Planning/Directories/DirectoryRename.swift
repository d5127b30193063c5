package import Identity

/// A folder of artists' work that follows its document's name.
package struct DirectoryRename: Sendable, Equatable {
  /// Whose folder it is; nil where it only steps aside for another one.
  package let identity: Identity?
  package let title: String
  /// Relative to the root of all projects (`AVALON_PROJECTS`), with `/` between the parts.
  package let from: String
  package let to: String

  package init(identity: Identity?, title: String, from: String, to: String) {
    self.identity = identity
    self.title = title
    self.from = from
    self.to = to
  }
}
