internal import BSON
internal import Identity
internal import Planning
internal import Report

/// What people let the service do once, and what they could.
struct SteeringState {
  struct Asked {
    let request: ObjectID
    let approval: Approval
    /// When it is looked at again, where it could not be dealt with.
    var next: Duration?
  }

  /// Before what could not be dealt with is tried again.
  static let pause = Duration.seconds(30)

  /// By project: what was approved and is not dealt with yet.
  var asked: [EntityID: Asked] = [:]
  /// By request: what came of it, until somebody took note.
  var answers: [ObjectID: SteeringAnswer] = [:]
  /// By project: what waits for somebody's word.
  var offers: [EntityID: RecordedStatus.Offer] = [:]
  /// What was lifted to see whether there is an offer: that takes a whole reading.
  var tried: [EntityID: Set<Lift>] = [:]

  /// The project is not ours any more: whoever has it now is asked anew.
  mutating func forget(_ project: EntityID) {
    asked[project] = nil
    offers[project] = nil
    tried[project] = nil
  }
}
