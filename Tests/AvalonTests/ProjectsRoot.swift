import Foundation
import Identity
import Planning
import TestSupport
import Testing

@testable import Avalon

/// A root of projects' folders on the real disk.
struct ProjectsRoot {
  let folder: TemporaryFolder
  let tree: DirectoryTree

  /// - Parameter folders: each gets a file that holds the folder's first path.
  init(_ folders: String...) throws {
    folder = try TemporaryFolder()
    tree = DirectoryTree(root: folder.url.path)
    for path in folders { try make(path) }
  }

  func make(_ path: String) throws {
    let url = try folder.folder(path)
    try Data(path.utf8).write(to: url.appendingPathComponent("work"))
  }

  func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(path).path, withDestinationPath: target)
  }

  /// Where each folder that was made is now: `made → now`, and what is empty as `→ now`.
  func state() throws -> Set<String> {
    var found: Set<String> = []
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
    for path in all {
      let content = FileManager.default.contents(atPath: folder.file(path).path)
      if path.hasSuffix("/work"), let content {
        found.insert("\(String(decoding: content, as: UTF8.self)) → \(path.dropLast(5))")
      } else if !all.contains(where: { $0.hasPrefix(path + "/") }) {
        found.insert("→ \(path)")
      }
    }
    return found
  }
}

private let project = EntityID("00000000-0000-4000-8000-000000000000")

/// - Parameter owner: nil where the folder only steps aside.
func directoryRename(_ from: String, _ to: String, owner: Int? = 1) throws -> DirectoryRename {
  let project = try #require(project)
  return DirectoryRename(
    identity: owner.map { Identity(project: project, entity: project, facet: "\($0)") },
    title: from, from: from, to: to)
}

extension DirectoryOutcome {
  /// For comparisons: how many folders were made above, or the cause.
  var text: String {
    switch self {
    case .renamed(let parentsMade): "renamed \(parentsMade)"
    case .nothingThere: "nothing there"
    case .failed(let error): error.cause
    }
  }
}
