internal import Foundation
package import Identity

/// One process that may hold leases. No two have the same id, also not one after the other: what a
/// process did before it died is not known to the next one.
package struct LeaseHolder: Sendable, Hashable {
  package let id: String
  package let host: String
  package let process: Int32

  /// This process, as a new holder.
  /// - Parameter host: what a person calls this machine.
  package init(host: String) {
    process = getpid()
    self.host = host
    id = "\(host)/\(process)/" + String(UInt64.random(in: .min ... .max), radix: 16)
  }

  init(id: String, host: String, process: Int32) {
    self.id = id
    self.host = host
    self.process = process
  }
}

/// The right to write one project's documents, for a time.
package struct Lease: Sendable, Equatable {
  package let project: EntityID
  package let holder: LeaseHolder
  /// When it ends, on the clock that goes on while the machine sleeps; counted from before the
  /// request was sent, so that it ends here before it ends in the database.
  package internal(set) var until: ContinuousClock.Instant
  /// How often it went to another holder.
  package let term: Int
  /// Where its last holder did not give it back but died, or was cut off: then what that one sent
  /// last may still arrive, and the project is to be reconciled once more from this time on.
  package let settlesAt: ContinuousClock.Instant?
}

/// Who is there and who holds what, by the server's time.
package struct LeaseOverview: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package let holder: LeaseHolder
    /// When it joined: milliseconds since 1970-01-01 UTC.
    package let since: Int64
    /// How long it is taken for alive if it says nothing more.
    package let left: Duration
  }

  package struct Holding: Sendable, Equatable {
    /// The id of a ``LeaseHolder``.
    package let holder: String
    package let left: Duration
  }

  /// Those that are alive, by id.
  package let members: [Member]
  /// The leases that somebody has.
  package let holdings: [EntityID: Holding]

  package init(members: [Member], holdings: [EntityID: Holding]) {
    self.members = members
    self.holdings = holdings
  }

  /// When the next lease of another holder ends if it is not renewed: to look again then is to take
  /// over within the lease's time.
  package func nextEnd(besides holder: LeaseHolder) -> Duration? {
    holdings.values.filter { $0.holder != holder.id }.map(\.left).min()
  }
}
