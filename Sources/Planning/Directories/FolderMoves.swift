internal import BSON
internal import Identity

/// A document's folder on its way.
struct FolderMover {
  let identity: Identity
  let title: String
  /// Where the folder is, after what was planned so far.
  var current: FolderPath
  let target: FolderPath
  var isPlaced = false
}

/// Orders renames of folders, so that each takes a place that is free by then, in a parent that is
/// in its own place by then. What lies in a folder moves with it, and needs no rename of its own.
///
/// A circle (a swap of names, a folder that moves into one that takes its place) is opened by one
/// folder that steps aside to a temporary name beside it.
struct FolderMoves {
  private var movers: [FolderMover]
  private var renames: [DirectoryRename] = []
  /// Who is in a place and not yet in his own.
  private var occupants: [FolderPath: Int]
  private let targets: [FolderPath: Int]
  /// Whose folders lie in this one's at the start. Some leave it, with another one that lay in it;
  /// nobody comes into a folder that still moves.
  private let inner: [[Int]]
  private let usedNames: Set<FieldName>

  /// - Parameter movers: no two with one place, before or after.
  static func order(_ movers: [FolderMover]) -> [DirectoryRename] {
    var moves = FolderMoves(movers)
    for index in moves.movers.indices { moves.place(index) }
    return moves.renames
  }

  private init(_ movers: [FolderMover]) {
    let sorted = movers.sorted {
      ($0.target.parts.count, $0.target, $0.identity) < (
        $1.target.parts.count, $1.target, $1.identity
      )
    }
    self.movers = sorted
    occupants = Dictionary(
      sorted.enumerated().map { ($1.current, $0) }, uniquingKeysWith: { first, _ in first })
    targets = Dictionary(
      sorted.enumerated().map { ($1.target, $0) }, uniquingKeysWith: { first, _ in first })
    var inner = Array(repeating: [Int](), count: sorted.count)
    usedNames = Set(sorted.flatMap { $0.current.parts + $0.target.parts })
    for (index, mover) in sorted.enumerated() {
      for ancestor in mover.current.ancestors {
        if let outer = occupants[ancestor] { inner[outer].append(index) }
      }
    }
    self.inner = inner
  }

  // MARK: One after the other

  private struct Step: Equatable {
    let index: Int
    /// It stands in the way of the step before, rather than above its place.
    let isInTheWay: Bool
  }

  /// Brings one folder to its place, and before it those that it waits for. Iterative: chains can be
  /// long.
  private mutating func place(_ start: Int) {
    var steps = [Step(index: start, isInTheWay: false)]
    while let step = steps.last {
      guard !movers[step.index].isPlaced, let next = obstacle(to: step.index) else {
        finish(step.index)
        steps.removeLast()
        continue
      }
      let first = steps.firstIndex { $0.index == next.index }
      steps.append(next)
      guard let first else { continue }
      open(&steps, first)
    }
  }

  /// Opens a circle: one at least stands in another's way, as places that lie in each other make
  /// none. What moved since a step was begun may have ended its wait: then it is looked at again.
  private mutating func open(_ steps: inout [Step], _ first: Int) {
    for index in first..<steps.count - 1 where obstacle(to: steps[index].index) != steps[index + 1]
    {
      steps.removeSubrange((index + 1)...)
      return
    }
    let last = steps[(first + 1)...].lastIndex(where: \.isInTheWay) ?? steps.count - 1
    stepAside(steps[last].index)
    steps.removeSubrange(last...)
  }

  /// Who must move before this one can.
  private func obstacle(to index: Int) -> Step? {
    for path in movers[index].target.lineage {
      if let other = occupants[path], isAway(other) {
        return Step(index: other, isInTheWay: true)
      }
    }
    for path in movers[index].target.ancestors {
      if let other = targets[path], isAway(other) {
        return Step(index: other, isInTheWay: false)
      }
    }
    return nil
  }

  private func isAway(_ index: Int) -> Bool {
    !movers[index].isPlaced && movers[index].current != movers[index].target
  }

  private mutating func finish(_ index: Int) {
    let mover = movers[index]
    guard !mover.isPlaced else { return }
    if mover.current != mover.target { move(index, to: mover.target, identity: mover.identity) }
    movers[index].isPlaced = true
    occupants[mover.target] = nil
  }

  // MARK: Renames

  private mutating func stepAside(_ index: Int) {
    let mover = movers[index]
    var name = "moving_\(mover.identity.derivedID)"
    while usedNames.contains(FieldName(name)) { name += "_" }
    let folder = mover.current.parent ?? mover.current
    move(index, to: folder.appending(FieldName(name)), identity: nil)
  }

  private mutating func move(_ index: Int, to new: FolderPath, identity: Identity?) {
    let old = movers[index].current
    renames.append(
      DirectoryRename(
        identity: identity, title: movers[index].title, from: "\(old)", to: "\(new)"))
    let carried =
      [index] + inner[index].filter { !movers[$0].isPlaced && movers[$0].current.isInside(old) }
    for other in carried { occupants[movers[other].current] = nil }
    for other in carried {
      movers[other].current = movers[other].current.moved(from: old, to: new)
      occupants[movers[other].current] = other
    }
  }
}
