package import BSON
package import Identity

/// What has to be done so that one project's collection holds what it should.
package struct Plan: Sendable {
  package let project: PlannedProject
  /// The project's collection gets another name, before anything else is done.
  package internal(set) var collectionRename: CollectionRename?
  /// In the order of their waves; within a wave by rule, name and identity.
  package internal(set) var changes: [Change]
  /// Folders on disk that follow, in the order in which they are renamed, after all changes.
  package internal(set) var directories: [DirectoryRename]
  /// What these come from, for when not all of the plan is applied; nil where folders stay.
  package internal(set) var folders: ProjectFolders?
  package internal(set) var held: [HeldItem]
  /// Documents that are as they should be.
  package let unchanged: Int
  /// Documents of ours whose entity is cancelled, gone or no longer mapped: kept as they are.
  package let kept: Int
  /// The documents that subsets stood on when it was made, where that was asked for.
  package internal(set) var published: Set<ObjectID> = []
  /// Documents of ours that nothing is wanted of, be they kept or not.
  package internal(set) var gone: Set<ObjectID> = []

  package init(
    project: PlannedProject, collectionRename: CollectionRename? = nil, changes: [Change],
    directories: [DirectoryRename] = [], held: [HeldItem], unchanged: Int, kept: Int
  ) {
    self.project = project
    self.collectionRename = collectionRename
    self.changes = changes
    self.directories = directories
    self.held = held
    self.unchanged = unchanged
    self.kept = kept
  }

  /// A plan that does nothing because the whole project is held.
  package static func held(_ project: PlannedProject, _ reason: String, remedy: String) -> Plan {
    Plan(
      project: project, changes: [],
      held: [
        HeldItem(
          scope: .project, identity: nil, kind: "project", title: project.title,
          name: project.collection, reason: reason, remedy: remedy)
      ], unchanged: 0, kept: 0)
  }

  /// The same plan with the project's collection following its document's name.
  package func moving(to name: String?) -> Plan {
    guard let name, let collection = project.collection, name != collection,
      changes.contains(where: { $0.identity.isProject && $0.action != .create })
    else { return self }
    var plan = self
    plan.collectionRename = CollectionRename(from: collection, to: name)
    return plan
  }

  /// The plan of a project of which nothing is written for now.
  package func paused(by hold: HeldItem) -> Plan {
    Plan(
      project: project, changes: [], held: [hold] + held, unchanged: unchanged, kept: kept)
  }

  /// The same plan with the folders that follow it.
  package func with(_ folders: ProjectFolders, _ directories: [DirectoryRename]) -> Plan {
    var plan = self
    plan.folders = folders
    plan.directories = directories
    return plan
  }

  /// The same plan with other changes.
  func with(changes: [Change]) -> Plan {
    var plan = self
    plan.changes = changes
    return plan
  }

  /// What the folders that are to follow are named after until then.
  package var foldersLeft: [Identity: FolderValues] {
    folders.map { folders in folders.values(of: folders.movers).merging(folders.behind) { $1 } }
      ?? [:]
  }

  package var isEmpty: Bool { changes.isEmpty && collectionRename == nil && directories.isEmpty }
  package var waveCount: Int { (changes.last?.wave ?? -1) + 1 }
  package func count(_ actions: Action...) -> Int {
    changes.count { actions.contains($0.action) }
  }
}

/// The name of a project's collection is that of the project (avalon-core's `io` reads
/// `database[AVALON_PROJECT]`), so that it moves with it.
package struct CollectionRename: Sendable, Equatable {
  package let from: String
  package let to: String

  package init(from: String, to: String) {
    self.from = from
    self.to = to
  }
}

/// Which project a plan is for.
package struct PlannedProject: Sendable, Equatable {
  package let id: EntityID
  /// Its name in Kitsu.
  package let title: String
  /// Nil where it has no valid name.
  package let collection: String?

  package init(id: EntityID, title: String, collection: String?) {
    self.id = id
    self.title = title
    self.collection = collection
  }
}
