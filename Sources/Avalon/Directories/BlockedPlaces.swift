internal import Planning

/// The places that later renames must not touch as an earlier one failed: there lies another folder
/// than the plan says.
struct BlockedPlaces {
  private var sources: Set<FolderPath> = []
  private var targets: Set<FolderPath> = []

  mutating func add(_ rename: DirectoryRename) {
    sources.insert(FolderPath(rename.from))
    targets.insert(FolderPath(rename.to))
  }

  /// Why a rename cannot be tried; nil where it can.
  func obstacle(to rename: DirectoryRename) -> AvalonError? {
    guard !targets.isEmpty else { return nil }
    let (from, to) = (FolderPath(rename.from), FolderPath(rename.to))
    let place =
      from.lineage.first(where: targets.contains) ?? to.lineage.first(where: targets.contains)
      ?? to.lineage.first(where: sources.contains)
    guard let place else { return nil }
    return DirectoryFailure(subject: from).error(
      "the rename that it waits for, at '\(place)', failed; mend that one first")
  }
}
