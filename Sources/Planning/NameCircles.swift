internal import Identity

/// What a change waits for.
struct Dependency: Hashable {
  /// The change that comes first.
  let index: Int
  /// It frees the name that is wanted; else it creates a document that is stood on.
  let isName: Bool
}

/// Opens circles of changes that wait for each other, so that an order exists.
///
/// In a circle of names (a swap) one document steps aside to a temporary name. A circle may also
/// lead over a create: a new sequence takes the name of a shot that moves into it. One of
/// references alone needs no order, as ids are known before documents exist: one is let go.
struct NameCircles {
  /// The changes whose document steps aside.
  private(set) var detours: Set<Int> = []
  private let changes: [Change]
  private let dependencies: [[Dependency]]
  private var ignored: Set<Edge> = []
  private var isSettled: [Bool]

  private struct Edge: Hashable {
    let from: Int
    let to: Dependency
  }

  init(_ changes: [Change], _ dependencies: [[Dependency]]) {
    self.changes = changes
    self.dependencies = dependencies
    isSettled = Array(repeating: false, count: changes.count)
    for start in changes.indices {
      while let circle = findCircle(from: start) { open(circle) }
    }
  }

  /// What a change still waits for when all circles are open.
  func remaining(_ index: Int) -> [Dependency] {
    dependencies[index].filter { !ignored.contains(Edge(from: index, to: $0)) }
  }

  private func isOpen(_ edge: Edge) -> Bool {
    edge.to.isName && detours.contains(edge.to.index) || ignored.contains(edge)
  }

  /// Walks down from a change. Iterative: chains can be long.
  private mutating func findCircle(from start: Int) -> [Edge]? {
    guard !isSettled[start] else { return nil }
    var trail = [(index: start, next: 0)]
    var places = [start: 0]
    while let (index, next) = trail.last {
      guard next < dependencies[index].count else {
        isSettled[index] = true
        places[index] = nil
        trail.removeLast()
        continue
      }
      trail[trail.count - 1].next += 1
      let dependency = dependencies[index][next]
      guard !isOpen(Edge(from: index, to: dependency)), !isSettled[dependency.index] else {
        continue
      }
      if let first = places[dependency.index] {
        return trail[first...].map { Edge(from: $0.index, to: dependencies[$0.index][$0.next - 1]) }
      }
      places[dependency.index] = trail.count
      trail.append((dependency.index, 0))
    }
    return nil
  }

  private mutating func open(_ circle: [Edge]) {
    let movable = circle.filter(\.to.isName).map(\.to.index)
    if let chosen = movable.min(by: { changes[$0].identity < changes[$1].identity }) {
      detours.insert(chosen)
    } else {
      ignored.formUnion(circle.suffix(1))
    }
  }
}
