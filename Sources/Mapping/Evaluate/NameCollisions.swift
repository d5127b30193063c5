internal import BSON
internal import Identity

/// Names that more than one document would have, judged over the whole project. Who has a name in
/// Avalon keeps it; newcomers are treated as their rule says.
struct NameCollisions {
  /// A document with the name that it would have.
  struct Bearer {
    let index: Int
    let identity: Identity
    let name: String
    /// The name that it has in Avalon.
    let known: String?
    let rules: NameRules
  }

  /// Who has a name that is nobody's to take.
  struct Holder {
    /// In words.
    let shown: String
    /// Its document, where a newcomer could take it over by hand.
    let linkable: ObjectID?
    /// Whether that document is nobody's, and could be taken over by its name alone.
    var isForeign = false
  }

  /// Why a document cannot have the name that it wants, by candidate. Only ever grows.
  private(set) var reasons: [Int: FixedName] = [:]
  /// Names with a number, for `on_collision: suffix`, by candidate.
  private(set) var names: [Int: (wanted: String, chosen: String)] = [:]
  private(set) var failures: [String] = []
  /// All names that were ever found to be those of more than one document, or were given up, as they
  /// are compared.
  private(set) var disputed: Set<String> = []
  private let isCaseSensitive: Bool
  /// By name: all lower numbers were used in this search.
  private var firstFree: [String: Int] = [:]
  private static let longestNumber = 10_000
  /// A bound on names that push each other on; far above what names can do.
  private var roundsLeft = 100

  init(isCaseSensitive: Bool) { self.isCaseSensitive = isCaseSensitive }

  /// - Parameter taken: names that nobody may have, with who has them.
  /// - Returns: whether something was found that was not known before.
  mutating func find(
    among bearers: [Bearer], taken: [String: Holder], describe: (Int) -> String
  ) -> Bool {
    var groups: [String: [Int]] = [:]
    groups.reserveCapacity(bearers.count)
    for place in bearers.indices { groups[key(bearers[place].name), default: []].append(place) }
    let taken = Dictionary(taken.map { (key($0.key), $0.value) }) {
      $0.shown < $1.shown ? $0 : $1
    }
    let disputed = groups.filter { $1.count > 1 || taken[$0] != nil }
    guard !disputed.isEmpty else { return false }
    self.disputed.formUnion(disputed.keys)
    roundsLeft -= 1
    firstFree = [:]
    var used = Set(groups.keys).union(taken.keys)
    var isNew = false
    for (name, group) in disputed.sorted(by: { $0.key < $1.key }) {
      let group = group.map { bearers[$0] }
      let newcomers = newcomers(group, isTaken: taken[name] != nil)
        .filter { reasons[$0.index] == nil }
      guard !newcomers.isEmpty else { continue }
      let rivals = Rivals(group, taken[name], describe)
      for newcomer in newcomers {
        let isTakeable =
          newcomer.identity.isFolder && newcomer.known == nil && taken[name]?.isForeign == true
        judge(
          newcomer, rivals, NameCollisions.offer(newcomer, taken[name]), mayNumber: !isTakeable,
          &used, describe)
      }
      isNew = true
    }
    return isNew
  }

  /// Notes a name that a document had while names were settled and has no more.
  mutating func give(up name: String) { disputed.insert(key(name)) }

  /// A newcomer may take over the document that has its name: a shot that was deleted and made anew.
  private static func offer(_ bearer: Bearer, _ holder: Holder?) -> String? {
    guard let document = holder?.linkable, bearer.known == nil else { return nil }
    if bearer.identity.isFolder {
      return holder?.isForeign == true ? "--adopt on lets it take that document over" : nil
    }
    guard let entity = bearer.identity.kitsuID else { return nil }
    return
      "let it take that document over: avalon-sync link \(entity) \(document); or rename it in "
      + "Kitsu"
  }

  private func key(_ name: String) -> String { isCaseSensitive ? name : name.lowercased() }

  /// Where nobody has the name, all are newcomers: to choose one would be arbitrary. With
  /// `suffix` the first by identity gets it.
  private func newcomers(_ group: [Bearer], isTaken: Bool) -> [Bearer] {
    let newcomers = group.filter { $0.known != $0.name }.sorted { $0.identity < $1.identity }
    guard isTaken || newcomers.count < group.count || newcomers.count > 1 else { return [] }
    let isFree = !isTaken && newcomers.count == group.count
    return isFree && newcomers[0].rules.onCollision == .suffix
      ? Array(newcomers.dropFirst()) : newcomers
  }

  /// Who has or wants a name, in words; of thousands the first few.
  private struct Rivals {
    private static let mostShown = 3

    private let holder: String?
    private let first: [(index: Int, text: String)]
    private let count: Int

    init(_ group: [Bearer], _ holder: Holder?, _ describe: (Int) -> String) {
      self.holder = holder?.shown
      count = group.count
      let all = group.map { (index: $0.index, text: describe($0.index)) }
      first = Array(all.sorted { $0.text < $1.text }.prefix(Rivals.mostShown + 1))
    }

    func shown(to bearer: Bearer) -> String {
      let others = first.filter { $0.index != bearer.index }.map(\.text)
      let shown = ((holder.map { [$0] } ?? []) + others).prefix(Rivals.mostShown)
      let rest = count - 1 + (holder == nil ? 0 : 1) - shown.count
      return shown.joined(separator: " and ") + (rest > 0 ? " and \(rest) more" : "")
    }
  }

  /// - Parameter mayNumber: not of a folder whose name a document has that could be taken over: a second
  ///   one would take all that stands in the first.
  private mutating func judge(
    _ bearer: Bearer, _ rivals: Rivals, _ offer: String?, mayNumber: Bool,
    _ used: inout Set<String>, _ describe: (Int) -> String
  ) {
    if bearer.rules.onCollision == .suffix, mayNumber, roundsLeft > 0,
      let chosen = numbered(bearer, used)
    {
      used.insert(key(chosen))
      names[bearer.index] = (names[bearer.index]?.wanted ?? bearer.name, chosen)
      return
    }
    let reason = "the name '\(bearer.name)' is also that of \(rivals.shown(to: bearer))"
    reasons[bearer.index] = FixedName(reason, remedy: offer)
    if bearer.rules.onCollision == .fail {
      failures.append("\(describe(bearer.index)): \(reason)")
    }
  }

  /// The name with the number that its document has already, else with the first that is free.
  private mutating func numbered(_ bearer: Bearer, _ used: Set<String>) -> String? {
    let wanted =
      names[bearer.index]?.chosen == bearer.name
      ? names[bearer.index]?.wanted ?? bearer.name : bearer.name
    func isFit(_ name: String) -> Bool {
      !used.contains(key(name)) && name.utf8.count <= NameRules.longestName
        && bearer.rules.mustMatch?.matchesWhole(name) != false
    }
    if let known = bearer.known, known.hasPrefix("\(wanted)_"),
      let number = Int(known.dropFirst(wanted.count + 1)), number > 1, isFit(known)
    {
      return known
    }
    // Names that are used stay so: thousands of newcomers do not each try all of them.
    var number = firstFree[wanted] ?? 2
    while used.contains(key("\(wanted)_\(number)")) { number += 1 }
    firstFree[wanted] = number
    guard number <= NameCollisions.longestNumber else { return nil }
    return (number...NameCollisions.longestNumber).lazy.map { "\(wanted)_\($0)" }
      .first(where: isFit)
  }
}
