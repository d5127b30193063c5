/// A plan as a file has it: for whom it was made, and every change that it shows.
///
/// Nothing of it is ever carried out: it is compared with what the engine plans anew.
package struct SavedPlan: Sendable {
  package static let format = "avalon-sync-plan"
  /// Additions leave it as it is, all else raises it.
  package static let formatVersion = 1

  /// The engine that made it.
  package let engine: String
  package let installation: SavedInstallation
  package let request: SavedRequest
  package let projects: [SavedProject]
}

/// What the user asked for, so that the same is planned again.
package struct SavedRequest: Sendable, Equatable {
  /// Ids, names or codes as they were given; empty for all that the settings take.
  package let projects: [String]
  /// The flags that decide what is planned, by their names, as they were given.
  package let flags: [String: [String]]

  package init(projects: [String], flags: [String: [String]] = [:]) {
    self.projects = projects
    self.flags = flags
  }
}

/// One project of a saved plan.
package struct SavedProject: Sendable {
  package let id: String
  package let title: String
  /// How it was synced; nil where nobody could tell.
  package let mapping: String?
  /// SHA-256 over the merged mapping.
  package let mappingDigest: String?
  package let policy: String?
  /// What is done, in order: the collection's rename, changes, folders.
  package let steps: [SavedStep]
}

/// A saved plan that cannot be applied, with what is wrong and what to do.
package struct SavedPlanError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ problem: String, remedy: String) { description = "\(problem): \(remedy)" }

  static let anew = "make it anew with 'plan --out'"
}

extension SavedPlan {
  /// Checked before anything else of a file is believed.
  package static func isOne(_ start: some Sequence<UInt8>) -> Bool {
    start.starts(with: SavedPlanSeal.head.utf8)
  }
}
