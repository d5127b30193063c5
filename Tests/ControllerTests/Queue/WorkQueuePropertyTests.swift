import Identity
import Kitsu
import TestSupport
import Testing

@testable import Controller

/// What holds for the queue whatever is marked, and however work ends.
@Suite("Properties of the work queue") struct WorkQueuePropertyTests {
  @Test("No mark is lost, none runs twice, all end", arguments: 0..<300)
  func nothingIsLost(_ seed: Int) throws {
    var simulation = Simulation(seed: seed)
    try simulation.run()
    #expect(simulation.outstanding.isEmpty, "seed \(seed)")
    #expect(simulation.queue.depth(at: simulation.now) == 0 && simulation.queue.running == 0)
    #expect(simulation.queue.oldest(at: simulation.now) == nil)
  }

  @Test("The same calls give the same order", arguments: 0..<20)
  func isDeterministic(_ seed: Int) throws {
    var one = Simulation(seed: seed)
    var other = Simulation(seed: seed)
    try one.run()
    try other.run()
    #expect(!one.log.isEmpty && one.log == other.log)
  }

  @Test("With a free worker a mark waits for no more than the longest debounce", arguments: 0..<50)
  func delayIsBounded(_ seed: Int) throws {
    var simulation = Simulation(seed: seed, workers: 100, succeeds: true)
    try simulation.run()
    for delay in simulation.delays {
      #expect(delay <= simulation.limits.longestDebounce + Simulation.longestWork, "seed \(seed)")
    }
  }

  @Test("A busy project takes a quiet one no more than a turn", arguments: 0..<50)
  func isFair(_ seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    var queue = WorkQueue(WorkQueue.Limits(workers: 1))
    let busy = (0..<3).map { kitsuID($0) }
    let quiet = (3..<20).map { kitsuID($0) }
    var now = Duration.zero
    var waiting: [EntityID: (due: Duration, turns: [EntityID: Int])] = [:]
    for _ in 0..<2000 {
      for project in busy { queue.mark(project, .whole, .event, at: now) }
      if random.chance(10) {
        let project = random.pick(quiet)
        if waiting[project] == nil {
          queue.mark(project, .whole, .event, at: now)
          waiting[project] = (now + .milliseconds(250), [:])
        }
      }
      if let work = queue.next(at: now) {
        let turns = waiting.removeValue(forKey: work.project)?.turns ?? [:]
        #expect(turns.values.allSatisfy { $0 <= 1 }, "seed \(seed): \(turns)")
        for (project, item) in waiting where item.due <= now {
          waiting[project]?.turns[work.project, default: 0] += 1
        }
        now += .milliseconds(random.below(4000))
        queue.end(work.project, .settled, at: now, chance: 0)
      }
      now += .milliseconds(random.below(200))
    }
  }

  @Test("Times stay in order whatever is set and removed", arguments: 0..<50)
  func ranks(_ seed: Int) {
    var random = SeededRandom(UInt64(seed))
    var ranked = RankedProjects()
    var model: [EntityID: Duration] = [:]
    for _ in 0..<500 {
      let project = kitsuID(random.below(40))
      if random.chance(70) {
        let time = Duration.seconds(random.below(30))
        ranked.set(project, time)
        model[project] = time
      } else {
        ranked.remove(project)
        model[project] = nil
      }
      let first = model.min { ($0.value, $0.key) < ($1.value, $1.key) }
      #expect(ranked.first?.project == first?.key && ranked.first?.time == first?.value)
    }
  }
}

/// Projects that are marked at random, and workers whose work ends at random, in a time of its own.
private struct Simulation {
  static let longestWork = Duration.seconds(20)

  let limits: WorkQueue.Limits
  var queue: WorkQueue
  private(set) var now = Duration.zero
  /// What was marked and not settled: by project, names that a hint must bring.
  private(set) var outstanding: [EntityID: Set<EntityID>] = [:]
  private(set) var log: [String] = []
  /// From a first mark to its work.
  private(set) var delays: [Duration] = []
  private let seed: Int
  private let succeeds: Bool
  private var random: SeededRandom
  private var running: [EntityID: (work: Work, end: Duration, isForgotten: Bool)] = [:]
  private var failures: [EntityID: (count: Int, at: Duration)] = [:]
  private var urged: Set<EntityID> = []
  private var markCount = 0

  init(seed: Int, workers: Int? = nil, succeeds: Bool = false) {
    self.seed = seed
    self.succeeds = succeeds
    var random = SeededRandom(UInt64(seed))
    let count = workers ?? random.pick([1, 2, 3, 4])
    limits = WorkQueue.Limits(workers: count)
    queue = WorkQueue(limits)
    self.random = random
  }

  mutating func run() throws {
    for _ in 0..<600 {
      mark()
      now += .milliseconds(random.pick([0, 1, 20, 100, 300, 2000, 20_000]))
      try advance(mayFail: !succeeds)
    }
    while let next = (running.values.map(\.end) + [queue.wake(at: now)].compactMap { $0 }).min() {
      now = max(now, next)
      try advance(mayFail: false)
    }
  }

  private mutating func mark() {
    let project = kitsuID(random.below(12))
    if !succeeds, random.chance(2) {
      queue.forget(project)
      outstanding[project] = nil
      failures[project] = nil
      urged.remove(project)
      running[project]?.isForgotten = true
      return
    }
    let trigger = random.pick(Trigger.allCases)
    markCount += 1
    let name = kitsuID(1000 + markCount)
    queue.mark(project, ChangeHint(entities: [name]), trigger, at: now)
    outstanding[project, default: []].insert(name)
    if trigger == .manual || trigger == .lease { urged.insert(project) }
  }

  private mutating func advance(mayFail: Bool) throws {
    for (project, item) in running.sorted(by: { $0.key < $1.key }) where item.end <= now {
      running[project] = nil
      end(item.work, item.isForgotten, mayFail: mayFail)
    }
    while let work = queue.next(at: now) {
      try #require(running[work.project] == nil, "twice at once, seed \(seed)")
      start(work)
    }
    try #require(running.count <= limits.workers && queue.running == running.count)
    // A loop that sleeps until then must not spin.
    if let wake = queue.wake(at: now) { try #require(wake > now, "seed \(seed)") }
  }

  private mutating func start(_ work: Work) {
    log.append("\(now) \(work.project) \(work.trigger) \(work.attempt)")
    delays.append(now - work.markedAt)
    if let failure = failures[work.project] {
      #expect(work.attempt == failure.count + 1, "seed \(seed)")
      if !urged.contains(work.project) {
        let shortest = limits.backoff(after: failure.count, chance: 1) / 4
        #expect(now - failure.at >= shortest, "backoff, seed \(seed)")
      }
    }
    urged.remove(work.project)
    let length = Duration.milliseconds(random.below(Int(Self.longestWork / .milliseconds(1))))
    running[work.project] = (work, now + length, false)
  }

  private mutating func end(_ work: Work, _ isForgotten: Bool, mayFail: Bool) {
    let chance = Double(random.below(1000)) / 1000
    let isOvertaken = work.quietAt != nil && queue.isMarked(work.project)
    let result: WorkResult =
      isOvertaken
      ? .overtaken
      : !mayFail || random.chance(50)
        ? .settled : random.chance(70) ? .failed : .requeue(after: .seconds(random.below(100)))
    queue.end(work.project, result, at: now, chance: chance)
    log.append("\(now) \(work.project) \(result)")
    if isForgotten { return }
    switch result {
    case .settled:
      outstanding[work.project]?.subtract(work.hint.entities)
      if outstanding[work.project]?.isEmpty == true { outstanding[work.project] = nil }
      failures[work.project] = nil
    case .failed: failures[work.project] = (work.attempt, now)
    case .requeue: failures[work.project] = nil
    case .overtaken: #expect(work.attempt == 1, "seed \(seed)")
    }
  }
}
