internal import Planning

/// The disk as it will be when some renames have been made, so that a plan can tell what would come
/// of those after them. It only reads.
struct ForeseenDisk {
  typealias Entry = DirectoryHandle.Entry

  private enum Event {
    case arrived(from: FolderPath)
    case left
    /// Made above a target.
    case made
  }

  let disk: DirectoryDisk
  /// What happened at a place, in order.
  private var events: [FolderPath: [(time: Int, event: Event)]] = [:]
  private var time = 0

  init(_ disk: DirectoryDisk) { self.disk = disk }

  /// What would come of this rename after those that were foreseen before; it counts as made, if
  /// it would be.
  mutating func foresee(_ rename: DirectoryRename) throws(AvalonError) -> DirectoryOutcome {
    let (from, to) = (FolderPath(rename.from), FolderPath(rename.to))
    let walk = try DirectoryWalk(root: disk.root, DirectoryFailure(subject: from))
    let verdict = try RenameCheck(rename).verdict { path throws(AvalonError) in
      try entry(path, walk)
    }
    guard case .feasible(let missing) = verdict else { return .nothingThere }
    time += 1
    for folder in to.ancestors.suffix(missing) { add(.made, at: folder) }
    add(.left, at: from)
    add(.arrived(from: from), at: to)
    return .renamed(parentsMade: missing)
  }

  private mutating func add(_ event: Event, at path: FolderPath) {
    events[path, default: []].append((time, event))
  }

  /// What will stand at a path: goes back in time to where that is on the disk of today.
  private func entry(_ path: FolderPath, _ walk: DirectoryWalk) throws(AvalonError) -> Entry? {
    var path = path
    var end = time + 1
    while let (place, found) = lastEvent(at: path, before: end) {
      end = found.time
      switch found.event {
      case .arrived(let old): path = path.moved(from: place, to: old)
      case .left: return nil
      case .made where place == path: path = place.parent ?? place
      case .made: return nil
      }
    }
    return try walk.entry(path)
  }

  private func lastEvent(
    at path: FolderPath, before end: Int
  ) -> (place: FolderPath, (time: Int, event: Event))? {
    path.lineage.compactMap { place in
      events[place]?.last { $0.time < end }.map { (place, $0) }
    }.max { $0.1.time < $1.1.time }
  }
}
