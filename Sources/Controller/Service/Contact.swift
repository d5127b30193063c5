/// Whether the two sides can be reached, as far as the last attempt tells.
struct Contact {
  enum Side: String, CaseIterable {
    case kitsu, avalon
  }

  struct Loss: Equatable {
    let since: Int64
    let message: String
    var count: Int
  }

  private(set) var losses: [Side: Loss] = [:]
  private var hasReached: Set<Side> = []

  /// - Returns: how long it could not be reached, where it could not.
  @discardableResult
  mutating func reached(_ side: Side, at now: Int64) -> Int64? {
    hasReached.insert(side)
    return losses.removeValue(forKey: side).map { now - $0.since }
  }

  /// - Returns: whether that is new.
  mutating func lost(_ side: Side, _ message: String, at now: Int64) -> Bool {
    let known = losses[side]
    losses[side] = Loss(
      since: known?.since ?? now, message: message, count: (known?.count ?? 0) + 1)
    return known == nil
  }

  /// Both sides answered once, and neither was lost since.
  var isComplete: Bool { losses.isEmpty && hasReached.count == Side.allCases.count }
}
