import Identity
import Kitsu
import Testing

@testable import Controller

/// Whose turn it is, and when. Seconds are the time since some start.
@Suite("The work queue") struct WorkQueueTests {
  private let limits = WorkQueue.Limits(workers: 2)

  @Test("Nothing marked is nothing to do") func empty() {
    var queue = WorkQueue(limits)
    queue.expectNone(at: .seconds(1))
    #expect(queue.wake(at: .seconds(1)) == nil)
    #expect(queue.depth(at: .seconds(1_000_000)) == 0 && queue.oldest(at: .seconds(1)) == nil)
  }

  @Test("Marks of a moment are one work with all that they name") func debounces() throws {
    var queue = WorkQueue(limits)
    queue.mark(kitsuID(1), ChangeHint(entities: [kitsuID(7)]), .sweep, at: .milliseconds(0))
    queue.mark(kitsuID(1), ChangeHint(casting: true), .sweep, at: .milliseconds(100))
    queue.expectNone(at: .milliseconds(349))
    #expect(queue.wake(at: .milliseconds(100)) == .milliseconds(350))
    #expect(queue.oldest(at: .milliseconds(300)) == .milliseconds(300))
    let work = try queue.taken(at: .milliseconds(350))
    #expect(
      work
        == Work(
          project: kitsuID(1), hint: ChangeHint(entities: [kitsuID(7)], casting: true),
          trigger: .sweep, attempt: 1, markedAt: .zero, newsAt: nil))
    #expect(queue.running == 1 && queue.depth(at: .seconds(1_000_000)) == 0)
    queue.end(kitsuID(1), .settled, at: .milliseconds(400), chance: 0)
    queue.expectNone(at: .seconds(1000))
    #expect(queue.running == 0 && queue.depth(at: .seconds(1_000_000)) == 0)
  }

  @Test("What an edit tells of is begun ahead, and written after the debounce") func ahead() throws
  {
    var queue = WorkQueue(limits)
    queue.mark(kitsuID(1), ChangeHint(entities: [kitsuID(7)]), .event, at: .zero)
    queue.mark(kitsuID(1), ChangeHint(tasks: [kitsuID(8)]), .event, at: .milliseconds(20))
    queue.expectNone(at: .milliseconds(82))
    let work = try queue.taken(at: .milliseconds(83))
    #expect(work.hint == ChangeHint(entities: [kitsuID(7)], tasks: [kitsuID(8)]))
    #expect(work.quietAt == .milliseconds(270))
    #expect(!queue.isMarked(kitsuID(1)))
    // Only one of the two workers: the other is for what is due.
    queue.mark(kitsuID(2), ChangeHint(entities: [kitsuID(9)]), .event, at: .milliseconds(100))
    queue.expectNone(at: .milliseconds(349))
    #expect(queue.wake(at: .milliseconds(200)) == .milliseconds(350))
    #expect(try queue.taken(at: .milliseconds(350)).quietAt == nil)
    queue.end(kitsuID(1), .settled, at: .milliseconds(360), chance: 0)
    queue.end(kitsuID(2), .settled, at: .milliseconds(360), chance: 0)
    queue.expectNone(at: .seconds(1000))
  }

  @Test("However long the debounce, nobody begins long before its end") func aheadAtMost() throws {
    var queue = WorkQueue(WorkQueue.Limits(workers: 2, debounce: .seconds(60)))
    queue.mark(kitsuID(1), ChangeHint(project: true), .event, at: .zero)
    queue.expectNone(at: .milliseconds(59_799))
    #expect(try queue.taken(at: .milliseconds(59_800)).quietAt == .seconds(60))
  }

  @Test("What is marked while it waits for quiet is done with it, and not begun ahead again")
  func overtaken() throws {
    var queue = WorkQueue(limits)
    let project = kitsuID(1)
    queue.mark(project, ChangeHint(entities: [kitsuID(7)]), .event, news: .zero, at: .zero)
    _ = try queue.taken(at: .milliseconds(63))
    queue.mark(project, ChangeHint(entities: [kitsuID(8)]), .event, at: .milliseconds(200))
    #expect(queue.isMarked(project))
    queue.end(project, .overtaken, at: .milliseconds(250), chance: 0)
    queue.expectNone(at: .milliseconds(449))
    let work = try queue.taken(at: .milliseconds(450))
    #expect(work.hint == ChangeHint(entities: [kitsuID(7), kitsuID(8)]) && work.quietAt == nil)
    #expect(work.markedAt == .zero && work.newsAt == .zero && work.attempt == 1)
    queue.end(project, .settled, at: .milliseconds(460), chance: 0)
    // The next edit is a single one again.
    queue.mark(project, ChangeHint(entities: [kitsuID(9)]), .event, at: .seconds(1))
    #expect(try queue.taken(at: .milliseconds(1063)).quietAt == .milliseconds(1250))
    // Nobody marked it: whoever waited was cancelled.
    queue.end(project, .overtaken, at: .milliseconds(1100), chance: 0)
    #expect(try queue.taken(at: .milliseconds(1100)).hint == ChangeHint(entities: [kitsuID(9)]))
  }

  @Test(
    "Nothing is begun ahead that is large, concerns all projects, or failed",
    arguments: [
      ChangeHint.whole, ChangeHint(studio: true), ChangeHint(entities: Set((0..<10).map(kitsuID))),
    ])
  func notAhead(_ hint: ChangeHint) throws {
    var queue = WorkQueue(limits)
    queue.mark(kitsuID(1), hint, .event, at: .zero)
    queue.expectNone(at: .milliseconds(249))
    #expect(try queue.taken(at: .seconds(1)).quietAt == nil)
    queue.end(kitsuID(1), .settled, at: .seconds(1), chance: 0)
    queue.mark(kitsuID(1), ChangeHint(project: true), .event, at: .seconds(2))
    #expect(try queue.taken(at: .milliseconds(2100)).quietAt != nil)
    queue.end(kitsuID(1), .failed, at: .seconds(3), chance: 0)
    queue.mark(kitsuID(1), ChangeHint(project: true), .event, at: .seconds(3))
    #expect(try queue.taken(at: .seconds(9)).quietAt == nil)
  }

  @Test("News keep their time until they are settled, whatever is marked beside them")
  func news() throws {
    var queue = WorkQueue(limits)
    let project = kitsuID(1)
    queue.mark(project, .whole, .resync, at: .seconds(1))
    queue.mark(project, .whole, .event, news: .seconds(-5), at: .seconds(1))
    queue.mark(project, .whole, .event, news: .seconds(1), at: .seconds(1))
    #expect(try queue.taken(at: .seconds(3)).newsAt == .seconds(-5))
    queue.end(project, .failed, at: .seconds(4), chance: 0)
    #expect(try queue.taken(at: .seconds(60)).newsAt == .seconds(-5))
    queue.end(project, .settled, at: .seconds(61), chance: 0)
    queue.mark(project, .whole, .resync, at: .seconds(70))
    #expect(try queue.taken(at: .seconds(90)).newsAt == nil)
  }

  @Test("A project that is never quiet waits for some seconds, not longer")
  func trickle() throws {
    var queue = WorkQueue(limits)
    var starts: [Duration] = []
    for tick in 0..<600 {
      let now = Duration.milliseconds(200) * tick
      queue.mark(kitsuID(1), ChangeHint(), .event, at: now)
      guard let work = queue.next(at: now) else { continue }
      starts.append(now - work.markedAt)
      queue.end(kitsuID(1), .settled, at: now, chance: 0)
    }
    #expect(starts.count >= 25)
    #expect(starts.allSatisfy { $0 <= .seconds(5) })
  }

  @Test("A burst of 5,000 edits is a few works", arguments: [1, 10, 30, 60, 150, 240])
  func burst(_ seconds: Int) {
    var queue = WorkQueue(limits)
    let pace = Duration.seconds(seconds) / 5000
    var works = 0
    var edited: Set<EntityID> = []
    var seen: Set<EntityID> = []
    func work(until end: Duration) {
      while let now = queue.wake(at: .zero), now <= end {
        guard let work = queue.next(at: now) else { continue }
        works += 1
        seen.formUnion(work.hint.entities)
        queue.end(work.project, .settled, at: now + .milliseconds(1), chance: 0)
      }
    }
    for number in 0..<5000 {
      // The server stutters now and then.
      let now = pace * number + .milliseconds(number / 500 * 700)
      work(until: now)
      edited.insert(kitsuID(number))
      queue.mark(kitsuID(1), ChangeHint(entities: [kitsuID(number)]), .event, at: now)
    }
    work(until: .seconds(10_000))
    #expect(works <= 5, "\(works) works")
    #expect(seen == edited)
  }

  @Test("A project never runs twice at once; what is marked meanwhile comes after")
  func neverTwice() throws {
    var queue = WorkQueue(limits)
    queue.mark(kitsuID(1), .whole, .manual, at: .zero)
    _ = try queue.taken(at: .zero)
    queue.mark(kitsuID(1), ChangeHint(project: true), .event, at: .seconds(1))
    queue.mark(kitsuID(1), .whole, .manual, at: .seconds(2))
    queue.expectNone(at: .seconds(60))
    #expect(queue.wake(at: .seconds(60)) == nil)
    #expect(queue.depth(at: .seconds(1_000_000)) == 1)
    queue.end(kitsuID(1), .settled, at: .seconds(60), chance: 0)
    #expect(queue.wake(at: .seconds(60)) == .seconds(60))
    let work = try queue.taken(at: .seconds(60))
    #expect(work.markedAt == .seconds(1) && work.trigger == .manual)
    #expect(work.hint == ChangeHint(project: true, isWhole: true))
  }

  @Test("A person goes before events, events before a resync") func priorities() {
    var queue = WorkQueue(WorkQueue.Limits(workers: 1))
    let triggers: [Trigger] = [.resync, .retry, .event, .manual]
    for (number, trigger) in triggers.enumerated() {
      queue.mark(kitsuID(number), .whole, trigger, at: .milliseconds(number))
    }
    #expect(order(&queue, from: .seconds(5)) == triggers.reversed())
    // A mark raises one that waits already.
    queue.mark(kitsuID(1), .whole, .resync, at: .seconds(10))
    queue.mark(kitsuID(2), .whole, .event, at: .seconds(10))
    #expect(queue.wake(at: .seconds(20)) == .seconds(20))
    queue.mark(kitsuID(1), .whole, .manual, at: .seconds(20))
    #expect(order(&queue, from: .seconds(20)) == [.manual, .event])
  }

  private func order(_ queue: inout WorkQueue, from now: Duration) -> [Trigger] {
    var order: [Trigger] = []
    while let work = queue.next(at: now) {
      order.append(work.trigger)
      queue.end(work.project, .settled, at: now, chance: 0)
    }
    return order
  }

  @Test("A stream of events does not keep a resync off") func noStarvation() throws {
    var queue = WorkQueue(WorkQueue.Limits(workers: 1))
    queue.mark(kitsuID(0), .whole, .resync, at: .zero)
    var now = Duration.seconds(1)
    for turn in 1...100 {
      for busy in 1...5 { queue.mark(kitsuID(busy), .whole, .manual, at: now) }
      let work = try queue.taken(at: now)
      if work.project == kitsuID(0) {
        #expect(turn <= 8)
        return
      }
      now += .seconds(1)
      queue.end(work.project, .settled, at: now, chance: 0)
    }
    Issue.record("the resync never had its turn")
  }

  @Test("Resyncs leave a worker to events") func resyncsLeaveRoom() throws {
    var queue = WorkQueue(WorkQueue.Limits(workers: 3))
    for number in 0..<9 { queue.mark(kitsuID(number), .whole, .resync, at: .zero) }
    let now = Duration.seconds(5)
    _ = try queue.taken(at: now)
    _ = try queue.taken(at: now)
    queue.expectNone(at: now)
    #expect(queue.wake(at: now) == nil)
    queue.mark(kitsuID(20), .whole, .manual, at: now)
    #expect(queue.wake(at: now) == now)
    try queue.expect(at: now) { $0.project == kitsuID(20) }
    queue.end(kitsuID(0), .settled, at: now, chance: 0)
    try queue.expect(at: now) { $0.trigger == .resync }
  }

  @Test("Backoff doubles, is cut by jitter, ends at the longest, and success resets it")
  func backoff() throws {
    var queue = WorkQueue(limits)
    var now = Duration.zero
    queue.mark(kitsuID(1), ChangeHint(studio: true), .event, at: now)
    now = try #require(queue.wake(at: now))
    var waits: [Duration] = []
    for attempt in 1...10 {
      let work = try queue.taken(at: now)
      #expect(work.attempt == attempt && work.hint == ChangeHint(studio: true))
      #expect(work.markedAt == .zero && work.trigger == (attempt == 1 ? .event : .retry))
      queue.end(kitsuID(1), .failed, at: now, chance: attempt % 2 == 0 ? 1 : 0)
      let next = try #require(queue.wake(at: now))
      waits.append(next - now)
      now = next
    }
    let seconds: [Double] = [1, 1.4, 4, 5.6, 16, 22.4, 64, 84, 120, 84]
    for (wait, wanted) in zip(waits, seconds) {
      #expect(abs(wait / .seconds(1) - wanted) < 0.001, "\(wait) and not \(wanted) s")
    }
    #expect(queue.retries == 10)
    _ = try queue.taken(at: now)
    queue.end(kitsuID(1), .settled, at: now, chance: 0)
    queue.mark(kitsuID(1), .whole, .manual, at: now)
    try queue.expect(at: now) { $0.attempt == 1 }
  }

  @Test("A stream of events shortens a backoff and does not defeat it") func eventsInBackoff() {
    var queue = WorkQueue(limits)
    var tries: [Duration] = []
    for tick in 0..<1200 {
      let now = Duration.milliseconds(500) * tick
      queue.mark(kitsuID(1), .whole, .event, at: now)
      guard queue.next(at: now) != nil else { continue }
      tries.append(now)
      queue.end(kitsuID(1), .failed, at: now, chance: 0)
    }
    // Ten minutes: the longest backoff is two, a quarter of it half a minute.
    #expect((20...35).contains(tries.count), "\(tries.count) tries")
    for (before, after) in zip(tries.suffix(6), tries.suffix(5)) {
      #expect(after - before >= .seconds(30))
    }
  }

  @Test("A resync does not shorten a backoff; a person ends it") func whoEndsABackoff() throws {
    var queue = WorkQueue(WorkQueue.Limits(workers: 1, firstBackoff: .seconds(60)))
    queue.mark(kitsuID(1), .whole, .manual, at: .zero)
    _ = try queue.taken(at: .zero)
    queue.end(kitsuID(1), .failed, at: .zero, chance: 0)
    queue.mark(kitsuID(1), .whole, .resync, at: .seconds(1))
    #expect(queue.wake(at: .seconds(1)) == .seconds(60))
    queue.mark(kitsuID(1), .whole, .event, at: .seconds(2))
    #expect(queue.wake(at: .seconds(2)) == .seconds(15))
    queue.mark(kitsuID(1), .whole, .manual, at: .seconds(3))
    try queue.expect(at: .seconds(3)) { $0.attempt == 2 }
  }

  @Test("A requeue comes at its time, or sooner with a mark") func requeues() throws {
    var queue = WorkQueue(limits)
    let hint = ChangeHint(entities: [kitsuID(5)])
    queue.mark(kitsuID(1), hint, .manual, at: .zero)
    _ = try queue.taken(at: .zero)
    queue.end(kitsuID(1), .requeue(after: .seconds(30)), at: .seconds(1), chance: 0.5)
    #expect(queue.wake(at: .seconds(1)) == .seconds(31))
    // It rests: nobody waits for it.
    #expect(queue.depth(at: .seconds(30)) == 0 && queue.oldest(at: .seconds(30)) == nil)
    #expect(queue.depth(at: .seconds(32)) == 1 && queue.oldest(at: .seconds(32)) == .seconds(1))
    try queue.expect(at: .seconds(31)) { $0.hint == hint }
    queue.end(kitsuID(1), .requeue(after: .seconds(30)), at: .seconds(40), chance: 0.5)
    queue.mark(kitsuID(1), ChangeHint(casting: true), .event, at: .seconds(41))
    #expect(queue.wake(at: .seconds(41)) == .milliseconds(41_250))
    let work = try queue.taken(at: .milliseconds(41_250))
    #expect(work.hint == ChangeHint(entities: [kitsuID(5)], casting: true))
    #expect(work.attempt == 1 && work.markedAt == .seconds(41))
  }

  @Test("A retry that is marked during the work has the time of its end")
  func retryMarks() throws {
    var queue = WorkQueue(WorkQueue.Limits(workers: 1, firstBackoff: .seconds(60)))
    queue.mark(kitsuID(1), ChangeHint(casting: true), .manual, at: .zero)
    _ = try queue.taken(at: .zero)
    queue.mark(kitsuID(1), .whole, .retry, at: .seconds(1))
    queue.end(kitsuID(1), .requeue(after: .seconds(30)), at: .seconds(1), chance: 0)
    #expect(queue.wake(at: .seconds(1)) == .seconds(31))
    try queue.expect(at: .seconds(31)) { $0.hint == ChangeHint(casting: true, isWhole: true) }
    queue.mark(kitsuID(1), .whole, .retry, at: .seconds(32))
    queue.end(kitsuID(1), .failed, at: .seconds(32), chance: 0)
    #expect(queue.wake(at: .seconds(32)) == .seconds(92))
    // On its own it is due at once.
    queue.mark(kitsuID(2), .whole, .retry, at: .seconds(33))
    try queue.expect(at: .seconds(33)) { $0.project == kitsuID(2) && $0.trigger == .retry }
  }

  @Test("A project that is forgotten is gone, and still never runs twice at once")
  func forgets() throws {
    var queue = WorkQueue(limits)
    queue.mark(kitsuID(1), .whole, .manual, at: .zero)
    queue.mark(kitsuID(2), .whole, .event, at: .zero)
    queue.forget(kitsuID(2))
    queue.forget(kitsuID(3))
    try queue.expect(at: .seconds(9)) { $0.project == kitsuID(1) }
    queue.forget(kitsuID(1))
    queue.mark(kitsuID(1), .whole, .manual, at: .seconds(10))
    queue.expectNone(at: .seconds(10))
    #expect(queue.running == 1)
    queue.end(kitsuID(1), .failed, at: .seconds(11), chance: 0)
    let work = try queue.taken(at: .seconds(11))
    #expect(work.attempt == 1 && work.markedAt == .seconds(10))
    queue.forget(kitsuID(1))
    queue.end(kitsuID(1), .failed, at: .seconds(12), chance: 0)
    #expect(queue.wake(at: .seconds(12)) == nil)
    #expect(queue.running == 0 && queue.depth(at: .seconds(1_000_000)) == 0 && queue.retries == 0)
  }
}

/// An id that is known by a number.
func kitsuID(_ number: Int) -> EntityID {
  let digits = String(number)
  let tail = String(repeating: "0", count: 12 - digits.count) + digits
  guard let id = EntityID("00000000-0000-4000-8000-" + tail) else { fatalError(tail) }
  return id
}

extension WorkQueue {
  fileprivate mutating func taken(at now: Duration) throws -> Work {
    let work = next(at: now)
    return try #require(work)
  }

  fileprivate mutating func expect(
    at now: Duration, _ isWanted: (Work) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let work = try taken(at: now)
    #expect(isWanted(work), "\(work)", sourceLocation: sourceLocation)
  }

  fileprivate mutating func expectNone(
    at now: Duration, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let work = next(at: now)
    #expect(work == nil, sourceLocation: sourceLocation)
  }
}
