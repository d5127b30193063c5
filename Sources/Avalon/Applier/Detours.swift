internal import BSON
internal import Planning

/// The changes of a plan whose documents step aside to a temporary name, with those that wait for them:
/// either all of a circle of names goes on, or none of it begins.
struct Detours {
  private let plan: Plan
  /// By change: the detours that it waits for, at any remove.
  private var awaited: [Int: Set<Int>] = [:]
  /// By detour: the changes that wait for it.
  private var followers: [Int: [Int]] = [:]

  init(_ plan: Plan) {
    self.plan = plan
    guard plan.changes.contains(where: Detours.isDetour) else { return }
    // A change comes after those that it waits for.
    for (index, change) in plan.changes.enumerated() {
      var found: Set<Int> = []
      for predecessor in change.predecessors {
        if Detours.isDetour(plan.changes[predecessor]) { found.insert(predecessor) }
        found.formUnion(awaited[predecessor] ?? [])
      }
      guard !found.isEmpty else { continue }
      awaited[index] = found
      for detour in found { followers[detour, default: []].append(index) }
    }
  }

  private static func isDetour(_ change: Change) -> Bool {
    change.fields.contains { $0.reason == .temporary }
  }

  /// Whether somebody stepped aside for this change, and must not stay so.
  func isHalfway(_ index: Int, _ outcomes: [Outcome?]) -> Bool {
    awaited[index]?.contains { outcomes[$0] == .applied } ?? false
  }

  /// The documents that a change takes names or places from, with those that come after it where it is
  /// a detour.
  func documents(of index: Int) -> [ObjectID] {
    [plan.changes[index].id]
      + (followers[index] ?? []).filter { plan.changes[$0].endangersWork }
      .map { plan.changes[$0].id }
  }
}
