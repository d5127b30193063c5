package import BSON
package import Identity

/// What the old Avalon Sync remembered of one installation: which document of Avalon stands for
/// which entity of Kitsu. It kept that in files beside the database (`partd`, domain.md 2.6), and
/// nothing in a document says it.
///
/// All of it is what somebody's files say, and no more: a document may be gone, or be another
/// entity's by now.
package struct OldStore: Sendable {
  /// In the order of their ids.
  package let projects: [Project]
  /// Projects that could not be read at all; each is told with its folder.
  package let problems: [AvalonError]
  /// What lies there and is none of the old tool's.
  package let warnings: [String]

  package struct Project: Sendable {
    package let id: EntityID
    /// Nil where the project's own file is missing or refused, as is ``document``.
    package let collection: String?
    /// The project document.
    package let document: ObjectID?
    /// Assets, episodes, sequences and shots alike.
    package let entities: [EntityID: ObjectID]
    /// Files that were refused. Each costs its own entity, the project's own file its collection.
    package let problems: [AvalonError]
    package let warnings: [String]
  }

  /// Reads the whole store; nothing in it is run or followed, and nothing is written.
  ///
  /// - Parameter path: the old tool's `DATA_PATH`, or the folder `data` in it.
  /// - Throws: `invalid-address` where there is no such store, `io` where it may not be read.
  package static func read(_ path: String) async throws(AvalonError) -> OldStore {
    let workers = Workers(limit: 1)
    let result: Result<OldStore, AvalonError>
    do throws(AvalonError) {
      result = .success(
        try await workers.run { () throws(AvalonError) in try OldStoreReader(path).read() })
    } catch {
      result = .failure(error)
    }
    await workers.close()
    return try result.get()
  }
}
