internal import Foundation
package import Planning

/// The folders of all projects, below the root that Avalon knows as `AVALON_PROJECTS`.
///
/// No link is followed, nothing is replaced, and no folder leaves the root or its mount.
package final class DirectoryTree: Sendable {
  private let disk: DirectoryDisk
  /// One thread: the renames of a list wait for each other anyway.
  private let workers = Workers(limit: 1)

  /// - Parameter root: an absolute path; it is looked at with each rename.
  package init(root: String) { disk = DirectoryDisk(root: root) }

  /// What would come of each rename of a list, in its order. It only reads.
  package func check(all renames: [DirectoryRename]) async -> [DirectoryOutcome] {
    let disk = disk
    do throws(AvalonError) {
      return try await workers.run { () throws(AvalonError) in Self.forecast(renames, disk) }
    } catch {
      return renames.map { _ in .failed(error) }
    }
  }

  private static func forecast(
    _ renames: [DirectoryRename], _ disk: DirectoryDisk
  ) -> [DirectoryOutcome] {
    var foreseen = ForeseenDisk(disk)
    var blocked = BlockedPlaces()
    return renames.map { rename in
      do throws(AvalonError) {
        if let obstacle = blocked.obstacle(to: rename) { throw obstacle }
        return try foreseen.foresee(rename)
      } catch {
        blocked.add(rename)
        return .failed(error)
      }
    }
  }

  /// Renames one folder.
  package func rename(_ rename: DirectoryRename) async -> DirectoryOutcome {
    let disk = disk
    do throws(AvalonError) {
      return try await workers.run { () throws(AvalonError) in try disk.rename(rename) }
    } catch {
      return .failed(error)
    }
  }

  /// Puts a folder back that was renamed.
  /// - Parameter parentsMade: as its outcome has it.
  /// - Throws: why it stays where it is.
  package func undo(_ rename: DirectoryRename, parentsMade: Int) async throws(AvalonError) {
    let disk = disk
    try await workers.run { () throws(AvalonError) in
      try disk.undo(rename, parentsMade: parentsMade)
    }
  }

  package func close() async { await workers.close() }
}
