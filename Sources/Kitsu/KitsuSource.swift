package import BSON
package import Identity
package import Mapping

/// Where productions are read from: a Kitsu server or a snapshot file of one.
package protocol KitsuSource: Sendable {
  /// What a person needs to know which Kitsu this is; opens the session.
  func describe() async throws(KitsuError) -> SourceDescription

  /// Every project that the account may see, closed ones too, sorted by name. A project that is
  /// missing here may exist all the same: only ``read(project:needs:progress:)`` tells gone from
  /// not allowed.
  func projects() async throws(KitsuError) -> [ProjectSummary]

  /// Reads one project at one moment.
  /// - Parameters:
  ///   - needs: kinds that are not needed are not asked for and are missing in the answer.
  ///   - progress: called after each kind, on any thread.
  /// - Throws: ``KitsuError`` with `.notFound` when the project is gone and `.forbidden` when the
  ///   account may not see all of it.
  func read(
    project: EntityID, needs: SourceNeeds, progress: (@Sendable (ReadProgress) -> Void)?
  ) async throws(KitsuError) -> ProjectReading

  /// Reads again what a hint names, in a reading that was made before: the result equals what a
  /// whole reading would give, but for the order of records.
  /// - Parameter needs: those of the reading.
  /// - Returns: nil where only a whole reading can tell: the hint does not say what changed, or so
  ///   much that the whole costs less; or the source never changes.
  /// - Throws: as ``read(project:needs:progress:)``.
  func refresh(
    _ reading: ProjectReading, of project: EntityID, by hint: ChangeHint, needs: SourceNeeds
  ) async throws(KitsuError) -> RefreshedReading?

  /// Ends connections.
  func close() async
}

/// Which Kitsu this is and as whom it is read, as the plan's header shows it.
package struct SourceDescription: Sendable, Equatable {
  /// `http://kitsu.studio/api` or `snapshot:FILE`.
  package let address: String
  /// `Zou`.
  package let name: String
  package let version: String
  /// The person's name, or the login where there is none; nil for a snapshot.
  package let account: String?
  /// `admin`, `manager`, `supervisor`, `user`, `client` or `vendor`; nil for a snapshot.
  package let role: String?

  package init(
    address: String, name: String, version: String, account: String?, role: String?
  ) {
    self.address = address
    self.name = name
    self.version = version
    self.account = account
    self.role = role
  }
}

package struct ProjectSummary: Sendable {
  package let id: EntityID
  package let name: String
  /// Kitsu's short code, nil where it has none.
  package let code: String?
  /// `Open`, `Closed` or a studio's own word; nil where it is not known.
  package let statusName: String?
  package let isOpen: Bool
  /// The project as Kitsu lists it.
  package let document: Document

  package init(
    id: EntityID, name: String, code: String?, statusName: String?, isOpen: Bool,
    document: Document
  ) {
    self.id = id
    self.name = name
    self.code = code
    self.statusName = statusName
    self.isOpen = isOpen
    self.document = document
  }
}

package struct ReadProgress: Sendable, Equatable {
  /// Kinds read so far, of all kinds of this reading. A reading that is repeated starts again.
  package let done: Int
  package let total: Int
  /// The kind that was just read, in Kitsu's words: `shots`, `task types`.
  package let kind: String
}

/// One project as it was read.
package struct ProjectReading: Sendable {
  package enum Consistency: Sendable, Equatable {
    /// Nothing committed between the first and the last request was seen.
    case consistent
    /// The server has no version to compare and its event log may not be read by this account.
    case unchecked
    /// The project kept changing: parts may be of different moments.
    case torn
  }

  package var production: Production
  /// Kinds that the account may not see or the server does not have, with the reason. Such a kind
  /// is not known; it is never empty. Names are those of a snapshot file's lists: `concepts`,
  /// `links`, `metadata_descriptors`, `persons`, `departments`.
  package var unreadable: [String: String]
  package var consistency: Consistency
  /// What the project's version was, no later than any part was read; see
  /// ``KitsuServer/version(of:)``. Nil where the server has none, and for a torn reading.
  package var version: String?
  package var requestCount: Int
  /// Bytes of the answers, decompressed.
  package var byteCount: Int

  package var isTorn: Bool { consistency == .torn }

  package init(
    production: Production, unreadable: [String: String] = [:],
    consistency: Consistency = .consistent, version: String? = nil, requestCount: Int = 0,
    byteCount: Int = 0
  ) {
    self.production = production
    self.unreadable = unreadable
    self.consistency = consistency
    self.version = version
    self.requestCount = requestCount
    self.byteCount = byteCount
  }
}
