package import Identity

/// Which projects one of several replicas should hold, so that each holds about as many.
///
/// Every replica judges for itself, by what all of them see. Nothing moves but what must: who has more
/// than its share gives the surplus back, who has less takes what nobody has. A project that nobody
/// takes for some looks, as the replica that has room cannot, is taken by whoever sees it.
package struct FairShare: Sendable {
  /// What to do now.
  package struct Moves: Sendable, Equatable {
    /// To be taken or renewed.
    package let hold: [EntityID]
    /// To be given back as soon as no work on them runs.
    package let release: [EntityID]
  }

  /// Looks in a row after which a free project is taken whoever has room: replicas look at about the
  /// same pace, so each of them had its chance.
  private static let patience = 3

  private var members: [String] = []
  private var looksWhileFree: [EntityID: Int] = [:]
  /// How many we hold over our share, as nobody else took them; until a replica comes or goes.
  private var surplus = 0

  package init() {}

  /// - Parameter projects: all that are shared.
  package mutating func moves(
    _ projects: [EntityID], me: LeaseHolder, _ overview: LeaseOverview
  ) -> Moves {
    let members = Set(overview.members.map(\.holder.id)).union([me.id]).sorted()
    if members != self.members {
      self.members = members
      surplus = 0
      looksWhileFree = [:]
    }
    let projects = projects.sorted()
    let mine = projects.filter { overview.holdings[$0]?.holder == me.id }
    let free = projects.filter { overview.holdings[$0] == nil }
    let looks = free.map { ($0, (looksWhileFree[$0] ?? 0) + 1) }
    looksWhileFree = Dictionary(uniqueKeysWithValues: looks)
    let share = (projects.count + members.count - 1) / members.count
    let keep = max(share, min(mine.count, share + surplus))
    let wanted = inOurOrder(free, me: members.firstIndex(of: me.id) ?? 0)
    let room = max(0, share - mine.count)
    let forlorn = wanted.dropFirst(room).filter { looksWhileFree[$0] ?? 0 > Self.patience }
    if !forlorn.isEmpty { surplus = mine.count - share + room + forlorn.count }
    return Moves(
      hold: mine.prefix(keep) + wanted.prefix(room) + forlorn, release: Array(mine.dropFirst(keep)))
  }

  /// Each replica begins with others, so that they do not run for the same.
  private func inOurOrder(_ free: [EntityID], me: Int) -> [EntityID] {
    let (first, rest) = (
      free.indices.filter { $0 % members.count == me },
      free.indices.filter { $0 % members.count != me }
    )
    return (first + rest).map { free[$0] }
  }
}
