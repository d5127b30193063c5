import BSON
import Identity
import Planning
import TestSupport
import Testing

/// A name is freed before it is taken, and a document follows those that it stands on.
@Suite("The order of changes")
struct OrderTests {
  /// `a→b` of each step, wave by wave.
  private func steps(_ plan: Plan) -> [[String]] {
    var waves = Array(repeating: [String](), count: plan.waveCount)
    for change in plan.changes {
      let from = change.action == .create ? "+" : change.previousName ?? "~"
      waves[change.wave].append("\(short(from))→\(short(change.name))")
    }
    return waves
  }

  /// Temporary names hold an `_id`.
  private func short(_ name: String) -> String { name.hasPrefix("moving_") ? "temp" : name }

  private func renames(_ pairs: [(String, String)]) throws -> ([DesiredDocument], [Document]) {
    (
      try pairs.enumerated().map { try desired($0 + 1, $1.1) },
      try pairs.enumerated().map { try ours($0 + 1, $1.0) }
    )
  }

  private func plan(_ pairs: (String, String)...) throws -> Plan {
    let (desired, observed) = try renames(pairs)
    let plan = PlanningTests.plan(desired, observed)
    expectSound(plan, from: observed)
    return plan
  }

  @Test("Changes that have nothing to do with each other are one wave")
  func independent() throws {
    #expect(try steps(plan(("a", "x"), ("b", "y"))) == [["a→x", "b→y"]])
  }

  @Test("A name is freed before it is taken")
  func chain() throws {
    #expect(try steps(plan(("a", "b"), ("b", "c"), ("c", "d"))) == [["c→d"], ["b→c"], ["a→b"]])
  }

  @Test("A swap goes over one temporary name")
  func swap() throws {
    let plan = try plan(("a", "b"), ("b", "a"))
    #expect(steps(plan) == [["a→temp"], ["b→a"], ["temp→b"]])
    #expect(plan.changes.map(\.predecessors) == [[], [0], [0, 1]])
    #expect(plan.changes[0].fields.map(\.reason) == [.temporary])
    #expect(plan.changes[0].name.wholeMatch(of: /[A-Za-z0-9_]+/) != nil)
  }

  @Test("A circle of three goes over one temporary name")
  func circle() throws {
    #expect(
      try steps(plan(("a", "b"), ("b", "c"), ("c", "a")))
        == [["a→temp"], ["c→a"], ["b→c"], ["temp→b"]])
  }

  @Test("Each circle has a temporary name of its own")
  func twoCircles() throws {
    let plan = try plan(("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    #expect(
      steps(plan) == [["a→temp", "c→temp"], ["b→a", "d→c"], ["temp→b", "temp→d"]])
    #expect(Set(plan.changes.map(\.name)).count == 6)
  }

  @Test("A chain into a circle waits for it")
  func chainIntoCircle() throws {
    let (desired, observed) = try renames([("a", "b"), ("b", "a"), ("c", "x")])
    let create = try PlanningTests.desired(9, "c")
    let plan = PlanningTests.plan(desired + [create], observed)
    expectSound(plan, from: observed)
    #expect(steps(plan) == [["a→temp", "c→x"], ["b→a", "+→c"], ["temp→b"]])
  }

  @Test("A create takes a name when it was freed")
  func createOfFreedName() throws {
    let (desired, observed) = try renames([("a", "b"), ("b", "c")])
    let plan = PlanningTests.plan(desired + [try PlanningTests.desired(9, "a")], observed)
    expectSound(plan, from: observed)
    #expect(steps(plan) == [["b→c"], ["a→b"], ["+→a"]])
  }

  @Test("A temporary name is one that nobody has")
  func temporaryNameIsFree() throws {
    let taken = "moving_\(id(1))"
    let (desired, observed) = try renames([("a", "b"), ("b", "a"), (taken, taken)])
    let foreign = try document(8, .string("\(taken)_"), "{}", id: strangeID(8))
    let plan = PlanningTests.plan(desired, observed + [foreign])
    expectSound(plan, from: observed + [foreign])
    #expect(plan.changes.first?.name == "\(taken)__")
  }

  @Test("The copy of a name in data.name steps aside with it, so that a crash leaves none behind")
  func nameCopyStepsAside() throws {
    func copy(_ name: String) -> String { #"{"data": {"name": "\#(name)"}}"# }
    let observed = [try ours(1, "a", copy("a")), try ours(2, "b", copy("b"))]
    let desired = [try desired(1, "b"), try desired(2, "a")]
    let plan = PlanningTests.plan(desired, observed)
    expectSound(plan, from: observed)
    let begun = Plan(
      project: plan.project, changes: Array(plan.changes.prefix(1)), held: [], unchanged: 0, kept: 0
    )
    let cutOff = begun.applied(to: observed)
    let next = PlanningTests.plan(desired, cutOff).applied(to: cutOff)
    for documents in [plan.applied(to: observed), next] {
      let names = documents.map { [$0["name"]?.string, $0["data"]?.document?["name"]?.string] }
      #expect(names == [["b", "b"], ["a", "a"]])
    }
  }

  @Test("A temporary name that a crash left is finished by the next plan")
  func leftTemporaryName() throws {
    let plan = try plan(("moving_\(id(1))", "b"), ("b", "a"))
    #expect(steps(plan) == [["b→a"], ["temp→b"]])
  }

  @Test("A create follows the create of what it stands on")
  func parents() throws {
    let plan = PlanningTests.plan(
      [
        try desired(3, "ep_sq_sh", on: [0, 2]), try desired(2, "ep_sq", on: [0, 1]),
        try desired(1, "ep", on: [0]), try desired(0, "show", rule: "project"),
      ], [])
    #expect(steps(plan) == [["+→show"], ["+→ep"], ["+→ep_sq"], ["+→ep_sq_sh"]])
    #expect(plan.changes.map(\.predecessors) == [[], [0], [0, 1], [0, 2]])
  }

  @Test("An update that refers to a new document follows it")
  func updateAfterCreate() throws {
    let plan = PlanningTests.plan(
      [try desired(1, "a", #"{"data":{"fps":25}}"#, on: [2]), try desired(2, "b")],
      [try ours(1, "a")])
    #expect(steps(plan) == [["+→b"], ["~→a"]])
  }

  @Test("A new parent may take the name of a document that moves into it")
  func parentTakesTheName() throws {
    let observed = [try ours(1, "sq010")]
    let plan = PlanningTests.plan(
      [try desired(1, "sq010_sh010", on: [2]), try desired(2, "sq010")], observed)
    expectSound(plan, from: observed)
    #expect(steps(plan) == [["sq010→temp"], ["+→sq010"], ["temp→sq010_sh010"]])
  }

  @Test("New documents that refer to each other are made all the same")
  func circleOfReferences() throws {
    let plan = PlanningTests.plan(
      [try desired(1, "a", on: [2]), try desired(2, "b", on: [3]), try desired(3, "c", on: [1])], []
    )
    expectSound(plan, from: [])
    #expect(plan.waveCount == 3)
  }

  @Test("A document that refers to itself waits for nothing")
  func selfReference() throws {
    #expect(PlanningTests.plan([try desired(1, "a", on: [1])], []).waveCount == 1)
  }

  @Test("A name that two documents have is taken when both have left it")
  func doubledName() throws {
    let (desired, observed) = try renames([("x", "a"), ("x", "b"), ("c", "x")])
    #expect(steps(PlanningTests.plan(desired, observed)) == [["x→a", "x→b"], ["c→x"]])
    let (swapped, before) = try renames([("x", "a"), ("x", "c"), ("c", "x")])
    let plan = PlanningTests.plan(swapped, before)
    #expect(steps(plan).joined().filter { $0.hasSuffix("→temp") }.count == 1)
    #expect(
      plan.changes.allSatisfy { change in
        change.predecessors.allSatisfy { plan.changes[$0].wave < change.wave }
      })
  }

  @Test("The project's own document takes no name from an asset")
  func projectName() throws {
    let observed = [try ours(1, "show")]
    let plan = PlanningTests.plan(
      [try desired(0, "show", rule: "project"), try desired(1, "other", on: [0])], observed)
    #expect(steps(plan) == [["+→show"], ["show→other"]])
  }

  @Test("The order does not depend on the order of what comes in")
  func stable() throws {
    let pairs = (0..<30).map { ("n\($0)", "n\(($0 * 7 + 3) % 30)") } + [("a", "b"), ("b", "c")]
    var (desired, observed) = try renames(pairs)
    desired += [try PlanningTests.desired(90, "a", on: [91]), try PlanningTests.desired(91, "z")]
    let reference = PlanningTests.plan(desired, observed)
    expectSound(reference, from: observed)
    for seed in 0..<25 {
      var generator = SeededRandom(UInt64(seed))
      desired.shuffle(using: &generator)
      observed.shuffle(using: &generator)
      let other = PlanningTests.plan(desired, observed)
      #expect(other.changes.map(\.signature) == reference.changes.map(\.signature))
    }
  }

  @Test("Any permutation of names is done without two equal ones", arguments: 0..<60)
  func permutations(_ seed: Int) throws {
    var generator = SeededRandom(UInt64(seed))
    let names = (0..<12).map { "n\($0)" }
    let (desired, observed) = try renames(
      Array(zip(names.prefix(9), names.shuffled(using: &generator))))
    let created = Set(names).subtracting(desired.map(\.name)).sorted().prefix(2)
    let new = try created.enumerated().map {
      try PlanningTests.desired(50 + $0, $1, on: $0 == 0 ? [] : [50])
    }
    expectSound(PlanningTests.plan(desired + new, observed), from: observed)
  }

  @Test(
    "Ten thousand in one chain, in one circle, in one tree; a thousand swaps",
    .timeLimit(.minutes(1)))
  func large() throws {
    let count = 10_000
    let chain = try renames((0..<count).map { ("n\($0)", "n\($0 + 1)") })
    let chained = PlanningTests.plan(chain.0, chain.1)
    #expect(chained.waveCount == count)
    #expect(chained.changes.first?.name == "n\(count)")
    let circle = try renames((0..<count).map { ("n\($0)", "n\(($0 + 1) % count)") })
    #expect(PlanningTests.plan(circle.0, circle.1).changes.count == count + 1)
    let swaps = try renames((0..<2000).map { ("n\($0)", "n\($0 ^ 1)") })
    let swapped = PlanningTests.plan(swaps.0, swaps.1)
    #expect(swapped.changes.count == 3000 && swapped.waveCount == 3)
    let tree = try (0..<count).map { try desired($0, "n\($0)", on: $0 == 0 ? [] : [$0 - 1]) }
    #expect(PlanningTests.plan(tree, []).waveCount == count)
  }
}

extension Change {
  fileprivate var signature: String {
    "\(wave) \(action) \(name) \(predecessors) \(fields.map { "\($0.path)\($0.after ?? .null)" })"
  }
}

/// Applies a plan change by change, within a wave in the worst order too, and looks for equal names.
private func expectSound(
  _ plan: Plan, from observed: [Document], sourceLocation: SourceLocation = #_sourceLocation
) {
  for isReversed in [false, true] {
    var names: [ObjectID: String] = [:]
    for document in observed {
      guard let id = document["_id"]?.objectID else { continue }
      names[id] = document["name"]?.string
    }
    let indices = plan.changes.indices.sorted { left, right in
      let (a, b) = (plan.changes[left].wave, plan.changes[right].wave)
      return a == b ? (left < right) != isReversed : a < b
    }
    for index in indices {
      let change = plan.changes[index]
      #expect(
        change.predecessors.allSatisfy { plan.changes[$0].wave < change.wave },
        sourceLocation: sourceLocation)
      #expect(names[change.id] == change.previousName, sourceLocation: sourceLocation)
      names[change.id] = change.name
      #expect(
        Set(names.values).count == names.count, "\(change.name) is doubled",
        sourceLocation: sourceLocation)
    }
  }
}
