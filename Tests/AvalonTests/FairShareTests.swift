import Identity
import TestSupport
import Testing

@testable import Avalon

/// Which replica holds which project: judged by each for itself, and right for all.
@Suite("Fair shares") struct FairShareTests {
  @Test("One alone holds all") func alone() {
    var studio = Replicas(projects: 7, members: ["a"])
    studio.look("a")
    #expect(studio.count("a") == 7)
    #expect(studio.movesOfALook() == 0)
  }

  @Test("Who joins gets its share, and nothing else moves") func joins() {
    var studio = Replicas(projects: 10, members: ["a"])
    studio.look("a")
    studio.join("b")
    let before = studio.holders
    studio.lookAll(times: 2)
    #expect(studio.count("a") == 5 && studio.count("b") == 5)
    #expect(before.count { studio.holders[$0.key] != $0.value } == 5)
    #expect(studio.movesOfALook() == 0)
    studio.join("c")
    studio.lookAll(times: 2)
    #expect(studio.counts == [2, 4, 4])
    #expect(studio.movesOfALook() == 0)
  }

  @Test("A replica that is alive and takes nothing leaves nothing lying") func lazy() {
    var studio = Replicas(projects: 10, members: ["a"])
    studio.look("a")
    studio.join("idle")
    for _ in 0..<8 { studio.look("a") }
    #expect(studio.count("a") == 10)
    var moves = 0
    for _ in 0..<50 { moves += studio.look("a") }
    #expect(moves == 0, "it is not given away again and again")
    studio.leave("idle")
    studio.join("b")
    studio.lookAll(times: 3)
    #expect(studio.counts == [5, 5])
  }

  @Test(
    "Whoever comes and goes, all is held, nobody has more than a share, and nothing moves then",
    arguments: 0..<300)
  func converges(_ seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var studio = Replicas(projects: random.below(40), members: ["m0"])
    var number = 1
    for _ in 0..<12 {
      switch random.below(4) {
      case 0, 1:
        studio.join("m\(number)")
        number += 1
      case 2 where studio.members.count > 1: studio.leave(random.pick(studio.members))
      default: studio.setProjects(random.below(40))
      }
      // Some look more often than others before all have looked.
      for _ in 0..<random.below(3) { studio.look(random.pick(studio.members)) }
      studio.lookAll(times: 6, &random)
      let share = (studio.projects.count + studio.members.count - 1) / studio.members.count
      #expect(studio.holders.count == studio.projects.count, "seed \(seed): all held")
      #expect(studio.counts.allSatisfy { $0 <= share }, "seed \(seed): \(studio.counts)")
      #expect(studio.movesOfALook() == 0, "seed \(seed): at rest")
    }
  }
}

/// Replicas over a table of who holds what, each with its own judgement.
private struct Replicas {
  private(set) var projects: [EntityID] = []
  private(set) var members: [String]
  private(set) var holders: [EntityID: String] = [:]
  private var shares: [String: FairShare] = [:]

  init(projects count: Int, members: [String]) {
    self.members = members
    setProjects(count)
  }

  mutating func setProjects(_ count: Int) {
    projects = (0..<count).map(Wanted.entity)
    holders = holders.filter { projects.contains($0.key) }
  }

  mutating func join(_ member: String) { members.append(member) }

  /// Its leases end with it.
  mutating func leave(_ member: String) {
    members.removeAll { $0 == member }
    holders = holders.filter { $0.value != member }
    shares[member] = nil
  }

  func count(_ member: String) -> Int { holders.values.count { $0 == member } }

  var counts: [Int] { members.map(count).sorted() }

  /// - Returns: how many projects went from one to another, or to nobody.
  @discardableResult
  mutating func look(_ member: String) -> Int {
    let before = holders
    let overview = LeaseOverview(
      members: members.map {
        .init(holder: holder($0), since: 0, left: .seconds(30))
      }, holdings: holders.mapValues { .init(holder: $0, left: .seconds(30)) })
    let moves = shares[member, default: FairShare()].moves(
      projects, me: holder(member), overview)
    for project in moves.hold where holders[project] == nil { holders[project] = member }
    for project in moves.release where holders[project] == member { holders[project] = nil }
    return projects.count { before[$0] != holders[$0] }
  }

  private func holder(_ id: String) -> LeaseHolder { LeaseHolder(id: id, host: id, process: 1) }

  mutating func lookAll(times: Int) {
    for _ in 0..<times { for member in members { look(member) } }
  }

  mutating func lookAll(times: Int, _ random: inout SeededRandom) {
    for _ in 0..<times { for member in members.shuffled(using: &random) { look(member) } }
  }

  mutating func movesOfALook() -> Int { members.reduce(0) { $0 + look($1) } }
}
