internal import Planning

/// The counts of a plan.
package struct Totals: Sendable, Equatable {
  package private(set) var add = 0
  package private(set) var change = 0
  package private(set) var adopt = 0
  package private(set) var rename = 0
  package private(set) var restore = 0
  package private(set) var archive = 0
  package private(set) var delete = 0
  /// Collections that get another name.
  package private(set) var collections = 0
  /// Folders on disk that follow.
  package private(set) var directories = 0
  package private(set) var held = 0
  package private(set) var unchanged = 0
  package private(set) var kept = 0
  /// Changes that policies leave out.
  package private(set) var leftOut = 0
  /// Changes that are not done as their whole project is held.
  package private(set) var guarded = 0

  package init() {}

  package init(_ project: ProjectReport) {
    let plan = project.plan
    add = plan.count(.create)
    change = plan.count(.update)
    adopt = plan.count(.adopt)
    rename = plan.changes.count { $0.action == .rename && !$0.isDetour }
    restore = plan.count(.restore)
    archive = plan.count(.archive)
    delete = plan.count(.delete)
    collections = plan.collectionRename == nil ? 0 : 1
    directories = plan.directories.count
    held = plan.held.count
    unchanged = plan.unchanged
    kept = plan.kept
    let notDone = project.leftOut.count { !$0.isDetour }
    if project.isHeld { guarded = notDone } else { leftOut = notDone }
  }

  /// Every count by the name that programs know.
  var all: [(name: String, count: Int)] {
    Totals.counts.map { ($0.name, self[keyPath: $0.path]) }
  }

  private static var counts: [(name: String, path: WritableKeyPath<Totals, Int>)] {
    [
      ("add", \.add), ("change", \.change), ("adopt", \.adopt), ("rename", \.rename),
      ("restore", \.restore), ("archive", \.archive), ("delete", \.delete),
      ("collections", \.collections), ("directories", \.directories), ("held", \.held),
      ("unchanged", \.unchanged), ("kept", \.kept), ("leftOut", \.leftOut), ("guarded", \.guarded),
    ]
  }

  package static func + (left: Totals, right: Totals) -> Totals {
    var sum = left
    for (_, path) in counts { sum[keyPath: path] += right[keyPath: path] }
    return sum
  }

  /// What is to be done, for people; held items are counted as well.
  var work: String {
    func folders(_ count: Int) -> String { count == 1 ? "1 folder" : "\(count) folders" }
    let parts = [
      (add, "\(add) to add"), (change, "\(change) to change"), (adopt, "\(adopt) to adopt"),
      (rename, "\(rename) to rename"), (restore, "\(restore) to restore"),
      (archive, "\(archive) to archive"), (delete, "\(delete) to delete"),
      (collections, "\(collections) \(collections == 1 ? "collection" : "collections") to rename"),
      (directories, "\(folders(directories)) to rename"), (held, "\(held) held"),
    ]
    return parts.filter { $0.0 > 0 }.map(\.1).joined(separator: ", ")
  }
}

extension Change {
  /// The detour over a temporary name belongs to the rename that it makes possible.
  fileprivate var isDetour: Bool { fields.first?.reason == .temporary }
}
