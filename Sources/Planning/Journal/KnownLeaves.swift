/// The leaves of one document that we wrote last, by their paths' numbers, in their order: there may be
/// millions, and a list takes a third of what a dictionary does.
struct KnownLeaves {
  struct Leaf {
    let path: Int32
    let isSeed: Bool
    let hash: UInt64
  }

  private(set) var all: [Leaf] = []

  init() {}

  /// - Parameter all: in any order, each path once.
  init(_ all: [Leaf]) {
    let isInOrder = zip(all, all.dropFirst()).allSatisfy { $0.path < $1.path }
    self.all = isInOrder ? all : all.sorted { $0.path < $1.path }
  }

  private func place(of path: Int) -> Int {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(all[middle].path) < path { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The hash of a leaf; nil where there is none. What is set stays a seed if it was one.
  subscript(path: Int) -> UInt64? {
    get {
      let place = place(of: path)
      return place < all.count && Int(all[place].path) == path ? all[place].hash : nil
    }
    set {
      let place = place(of: path)
      let isThere = place < all.count && Int(all[place].path) == path
      switch newValue {
      case nil: if isThere { all.remove(at: place) }
      case let hash?:
        let leaf = Leaf(path: Int32(path), isSeed: isThere && all[place].isSeed, hash: hash)
        if isThere { all[place] = leaf } else { all.insert(leaf, at: place) }
      }
    }
  }

  mutating func removeAll(where isGone: (Int) -> Bool) { all.removeAll { isGone(Int($0.path)) } }
}
