internal import Identity

/// Projects in the order of a time: a binary heap that knows the place of each, so that a time can
/// be changed. Of equal times the lesser id is first.
struct RankedProjects: Sendable {
  private var items: [(time: Duration, project: EntityID)] = []
  private var places: [EntityID: Int] = [:]

  var first: (time: Duration, project: EntityID)? { items.first }

  /// Adds a project, or gives it another time.
  mutating func set(_ project: EntityID, _ time: Duration) {
    let place = places[project] ?? items.count
    if place == items.count {
      items.append((time, project))
      places[project] = place
    } else {
      items[place].time = time
    }
    settle(place)
  }

  /// Does nothing where it is not there.
  mutating func remove(_ project: EntityID) {
    guard let place = places.removeValue(forKey: project) else { return }
    let last = items.removeLast()
    guard place < items.count else { return }
    items[place] = last
    places[last.project] = place
    settle(place)
  }

  /// Moves the item at a place up or down to where it belongs.
  private mutating func settle(_ start: Int) {
    var place = start
    while place > 0, items[place] < items[(place - 1) / 2] {
      swap(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < items.count && items[child] < items[least] { least = child }
      guard least != place else { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func swap(_ one: Int, _ other: Int) {
    items.swapAt(one, other)
    places[items[one].project] = one
    places[items[other].project] = other
  }
}
