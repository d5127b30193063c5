internal import Planning

/// Renames folders below one root. The calls block.
struct DirectoryDisk: Sendable {
  let root: String

  /// Renames one folder, if that can be done.
  /// - Throws: why it was not renamed; nothing has changed then.
  func rename(_ rename: DirectoryRename) throws(AvalonError) -> DirectoryOutcome {
    let (from, to) = (FolderPath(rename.from), FolderPath(rename.to))
    let walk = try DirectoryWalk(root: root, DirectoryFailure(subject: from))
    let verdict = try RenameCheck(rename).verdict { path throws(AvalonError) in
      try walk.entry(path)
    }
    guard case .feasible = verdict else { return .nothingThere }
    var made: [FolderPath] = []
    do throws(AvalonError) {
      try move(from, to, walk, &made)
    } catch {
      walk.remove(made)
      throw error
    }
    return .renamed(parentsMade: made.count)
  }

  private func move(
    _ from: FolderPath, _ to: FolderPath, _ walk: DirectoryWalk, _ made: inout [FolderPath]
  ) throws(AvalonError) {
    guard let old = from.parent, let new = to.parent, let source = try walk.folder(old) else {
      throw walk.failure.error("it has gone in this moment; run again", isRetryable: true)
    }
    let target = try walk.folder(making: new, &made)
    try walk.attempt(to) { () throws(DirectoryHandle.Failure) in
      try source.rename(from.name, to: to.name, in: target)
    }
  }

  /// Puts a renamed folder back, and removes those that were made above its new place.
  /// - Throws: why it stays where it is.
  func undo(_ rename: DirectoryRename, parentsMade: Int) throws(AvalonError) {
    let back = DirectoryRename(
      identity: rename.identity, title: rename.title, from: rename.to, to: rename.from)
    let outcome = try self.rename(back)
    let to = FolderPath(rename.to)
    let failure = DirectoryFailure(subject: to)
    guard case .renamed = outcome else {
      throw failure.error("it is not there any more; look where it is", isRetryable: true)
    }
    try DirectoryWalk(root: root, failure).remove(to.ancestors.suffix(parentsMade))
  }
}
