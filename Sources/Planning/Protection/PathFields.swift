package import BSON
internal import Identity

/// The fields that say where a document stands: they stay when its name or place is held.
///
/// `silo` and `data.parents` become folders (`AVALON_SILO`, `AVALON_HIERARCHY` in avalon-core's
/// `compute_session_changes`), `data.visualParent` is the place in the loader's tree.
package struct PathFields: Sendable, Equatable {
  package let paths: Set<FieldPath>

  package static let all = PathFields(paths: [silo, parents, visualParent])
  static let silo: FieldPath = ["silo"]
  static let parents: FieldPath = ["data", "parents"]
  static let visualParent: FieldPath = ["data", "visualParent"]
  /// Those that change together when a folder follows; `data.name` is a copy of the name.
  static let ofFolders: [FieldPath] = [.name, ["data", "name"], silo, parents, visualParent]

  /// What lets names and places go that something stands on.
  static let followRemedy =
    "let the rules of these documents say 'protect: follow'; files and scenes that were made under "
    + "the old name then stay behind"

  private init(paths: Set<FieldPath>) { self.paths = paths }

  /// Those that a project's templates make paths of; all where it has no templates of its own, as in
  /// OpenPype, which keeps them in its settings.
  package init(project: Document?) {
    let templates = project?.element("config")?.document?.element("template")?.document
    let texts = templates?.compactMap(\.string) ?? []
    func isUsed(_ name: String) -> Bool {
      texts.contains { $0.contains("{\(name)}") || $0.contains("{\(name):") }
    }
    guard texts.contains(where: { $0.contains("{") }) else {
      self = .all
      return
    }
    var paths: Set<FieldPath> = []
    if isUsed("silo") { paths.insert(PathFields.silo) }
    if isUsed("hierarchy") { paths.formUnion([PathFields.parents, PathFields.visualParent]) }
    self.paths = paths
  }
}
