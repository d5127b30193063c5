internal import Avalon
internal import Identity

/// What replicas share, and which of it is ours.
struct SharingState {
  /// The projects of one target.
  struct Place {
    let leases: MongoLeases
    var share = FairShare()
    /// As it was seen last.
    var overview = LeaseOverview(members: [], holdings: [:])
    /// When our leases are to be renewed.
    var renewal: Duration = .zero
    /// Whether it could not be reached the last time.
    var isAway = false
  }

  var places: [ObjectIdentifier: Place] = [:]
  var held: [EntityID: Lease] = [:]
  /// When something was heard last of projects that were not ours then.
  var heard: [EntityID: Duration] = [:]
}
