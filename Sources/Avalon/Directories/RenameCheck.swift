internal import BSON
internal import Foundation
internal import Planning

/// Whether a folder can be renamed: the one place where that is decided, for the disk as it is and
/// for the disk as it will be when others have been renamed.
struct RenameCheck {
  typealias Entry = DirectoryHandle.Entry

  enum Verdict: Equatable {
    /// So many of the folders above the target have to be made.
    case feasible(missingParents: Int)
    case nothingThere
  }

  private let from: FolderPath
  private let to: FolderPath
  private let failure: DirectoryFailure

  init(_ rename: DirectoryRename) {
    from = FolderPath(rename.from)
    to = FolderPath(rename.to)
    failure = DirectoryFailure(subject: from)
  }

  /// - Parameter entry: what stands at a path.
  /// - Throws: why the folder cannot be renamed.
  func verdict(
    _ entry: (FolderPath) throws(AvalonError) -> Entry?
  ) throws(AvalonError) -> Verdict {
    try checkNames()
    guard let source = try entry(from), let folder = try entry(from.parent ?? from) else {
      return .nothingThere
    }
    try failure.require(source, from)
    guard source.device == folder.device else { throw failure.isMountPoint() }
    let (above, missing) = try parents(entry)
    if missing == 0, try entry(to) != nil { throw failure.isTaken(to) }
    guard above.device == folder.device else { throw failure.isMount(to) }
    return .feasible(missingParents: missing)
  }

  /// What comes from Kitsu must not lead anywhere else.
  private func checkNames() throws(AvalonError) {
    for path in [from, to] {
      for part in path.parts {
        if let objection = FolderName.objection(to: part.text) {
          throw failure.error("\(objection); give it another name in Kitsu")
        }
      }
    }
    guard !to.isInside(from) else {
      throw failure.error("'\(to)' lies in it; rename it by hand in two steps")
    }
  }

  /// The last folder above the target that is there, and how many are missing below that.
  private func parents(
    _ entry: (FolderPath) throws(AvalonError) -> Entry?
  ) throws(AvalonError) -> (Entry, missing: Int) {
    guard var last = try entry(FolderPath([])) else { throw failure.system(ENOENT, at: to) }
    let ancestors = to.ancestors
    for (index, path) in ancestors.enumerated() {
      guard let next = try entry(path) else { return (last, ancestors.count - index) }
      try failure.require(next, path)
      last = next
    }
    return (last, 0)
  }
}

extension DirectoryFailure {
  /// - Throws: where this is no folder, or only a link to one.
  func require(_ entry: DirectoryHandle.Entry, _ path: FolderPath) throws(AvalonError) {
    switch entry.kind {
    case .folder: return
    case .link: throw isLink(path)
    case .other: throw isNoFolder(path)
    }
  }
}
