import BSON
import Planning
import TestSupport
import Testing

/// What a policy takes out of a plan.
@Suite("Policies")
struct PolicyTests {
  /// A swap of two names, a rename that frees a name for a new document, one that stands on that,
  /// and one that stands on nothing.
  private func mixed() throws -> Plan {
    plan(
      [
        try desired(1, "b", #"{"data":{"fps":25}}"#), try desired(2, "a"),
        try desired(3, "moved"), try desired(4, "freed"), try desired(5, "child", on: [4]),
        try desired(6, "free"), try desired(7, "same"),
      ],
      [
        try ours(1, "a", #"{"data":{"fps":24}}"#), try ours(2, "b"), try ours(3, "freed"),
        try ours(7, "same"),
      ])
  }

  @Test("upsert-only allows all that is planned")
  func upsertOnly() throws {
    let plan = try mixed()
    let limited = Policy.upsertOnly.limit(plan)
    #expect(limited.leftOut.isEmpty && limited.plan.changes.count == plan.changes.count)
    #expect(limited.plan.changes.map(\.predecessors) == plan.changes.map(\.predecessors))
  }

  @Test("observe allows nothing, and shows all")
  func observe() throws {
    let plan = try mixed()
    let limited = Policy.observe.limit(plan)
    #expect(limited.plan.isEmpty && limited.leftOut.count == plan.changes.count)
    #expect(limited.plan.unchanged == plan.unchanged && plan.unchanged == 1)
  }

  @Test("create-only leaves out what changes a document, and what waits for such a change")
  func createOnly() throws {
    let limited = Policy.createOnly.limit(try mixed())
    #expect(limited.plan.changes.map(\.name) == ["free"])
    #expect(Set(limited.leftOut.map(\.name)).isSuperset(of: ["a", "b", "moved", "freed", "child"]))
  }

  @Test("What is left still points at what it waits for")
  func predecessors() throws {
    let limited = Policy.createOnly.limit(
      plan(
        [
          try desired(1, "z", #"{"data":{"fps":25}}"#), try desired(2, "parent"),
          try desired(3, "child", on: [2]), try desired(4, "grandchild", on: [3]),
        ], [try ours(1, "z", #"{"data":{"fps":24}}"#)]))
    #expect(limited.plan.changes.map(\.name) == ["parent", "child", "grandchild"])
    #expect(limited.plan.changes.map(\.predecessors) == [[], [0], [1]])
    #expect(limited.plan.changes.map(\.wave) == [0, 1, 2])
  }

  @Test("A plan that was limited once stays as it is", arguments: Policy.allCases, 0..<40)
  func idempotent(_ policy: Policy, _ seed: Int) throws {
    var random = SeededRandom(UInt64(seed))
    var names = ["a", "b", "c", "d", "e", "f", "g", "h"].shuffled(using: &random)
    let observed = try (1...4).map { try ours($0, "abcd".map(String.init)[$0 - 1]) }
    let wanted = try (1...7).map { number in
      try desired(number, names.removeLast(), on: number > 1 ? [random.below(number - 1) + 1] : [])
    }
    let whole = plan(wanted, observed)
    let once = policy.limit(whole)
    let twice = policy.limit(once.plan)
    #expect(twice.leftOut.isEmpty)
    #expect(twice.plan.changes.map(\.id) == once.plan.changes.map(\.id))
    #expect(twice.plan.changes.map(\.predecessors) == once.plan.changes.map(\.predecessors))
    #expect(once.plan.changes.count + once.leftOut.count == whole.changes.count)
    for (index, change) in once.plan.changes.enumerated() {
      #expect(policy.allows(change.action) && change.predecessors.allSatisfy { $0 < index })
    }
  }
}
