package import BSON
package import Identity

/// What was told of each project, so that only what changed is told again. A value, told the time.
package struct StatusLedger {
  /// After so long all is told anew, in case the controller's database was lost meanwhile.
  private static let renewal: Int64 = 600_000

  private var told: [EntityID: Document] = [:]
  private var renewedAt: Int64?
  private var heardAt: Int64?
  private var replica: Document?

  package init() {}

  /// What has to be written.
  package struct Due {
    package let publish: [EntityID: Document]
    package let withdraw: [EntityID]
    /// Whether the replica tells of itself.
    package let replica: Bool
  }

  /// - Parameters:
  ///   - statuses: of all projects that this replica holds.
  ///   - heartbeat: after how many milliseconds the replica tells of itself though nothing changed.
  package func due(
    _ statuses: [EntityID: Document], replica: Document, at now: Int64, heartbeat: Int64
  ) -> Due {
    let isFresh = renewedAt.map { now - $0 < StatusLedger.renewal } ?? false
    let isSilent = heardAt.map { now - $0 >= heartbeat } ?? true
    return Due(
      publish: statuses.filter { !isFresh || told[$0.key] != $0.value },
      withdraw: told.keys.filter { statuses[$0] == nil }.sorted(),
      replica: isSilent || self.replica != replica)
  }

  /// What was due is written.
  package mutating func note(_ due: Due, replica: Document, at now: Int64) {
    if renewedAt.map({ now - $0 >= StatusLedger.renewal }) ?? true { renewedAt = now }
    for (project, status) in due.publish { told[project] = status }
    for project in due.withdraw { told[project] = nil }
    if due.replica {
      heardAt = now
      self.replica = replica
    }
  }
}
