/// Whether the two sides can be reached, as far as the last attempts tell.
struct Contact {
  enum Side: String, CaseIterable {
    case kitsu, avalon
  }

  /// Each of Avalon's databases is reached or lost on its own.
  struct Place: Hashable {
    let side: Side
    let name: String
  }

  struct Loss: Equatable {
    let since: Int64
    let message: String
    var count: Int
  }

  private(set) var losses: [Place: Loss] = [:]
  private var hasReached: Set<Side> = []
  /// What is wrong with one thing alone, while the rest goes on.
  private var troubles: [String: String] = [:]

  mutating func reached(_ side: Side, _ name: String = "", at now: Int64) {
    hasReached.insert(side)
    losses[Place(side: side, name: name)] = nil
  }

  /// - Returns: whether that is new.
  mutating func lost(
    _ side: Side, _ name: String = "", _ message: String, at now: Int64
  ) -> Bool {
    let place = Place(side: side, name: name)
    let known = losses[place]
    losses[place] = Loss(
      since: known?.since ?? now, message: message, count: (known?.count ?? 0) + 1)
    return known == nil
  }

  /// Of other places nobody asks any more.
  mutating func forget(_ side: Side, besides names: Set<String>) {
    losses = losses.filter { $0.key.side != side || names.contains($0.key.name) }
  }

  /// - Returns: whether that is new.
  mutating func isTroubled(_ what: String, _ message: String) -> Bool {
    troubles.updateValue(message, forKey: what) != message
  }

  mutating func isWell(_ what: String) { troubles[what] = nil }

  /// Both sides answered once, and nothing was lost since.
  var isComplete: Bool { losses.isEmpty && hasReached.count == Side.allCases.count }
}
