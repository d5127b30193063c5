/// What differs between a plan that was saved and what the engine plans now.
package struct PlanComparison: Sendable {
  private static let shownSteps = 20
  private static let shownFacts = 5

  private enum Difference {
    case gone(SavedStep)
    case added(SavedStep)
    case changed(SavedStep, [String])
  }

  /// For people, one line each; empty where both plans do the same.
  package let lines: [String]

  package init(saved: SavedPlan, now: SavedPlan) {
    let differences = PlanComparison.differences(
      saved.projects.flatMap(\.steps), now.projects.flatMap(\.steps))
    guard !differences.isEmpty else {
      lines = []
      return
    }
    let count = differences.count
    let heading =
      "the plan is stale: \(count) \(count == 1 ? "change differs" : "changes differ") from what "
      + "would be done now; nothing was written"
    let shown = differences.prefix(PlanComparison.shownSteps).flatMap(PlanComparison.describe)
    let rest = count - min(count, PlanComparison.shownSteps)
    lines =
      [heading] + shown + (rest > 0 ? ["  and \(rest) more"] : [])
      + PlanComparison.causes(saved, now) + [
        "Look at what is planned now: 'plan --out' saves it anew."
      ]
  }

  private static func differences(_ saved: [SavedStep], _ now: [SavedStep]) -> [Difference] {
    let current = Dictionary(now.map { ($0.key, $0) }) { first, _ in first }
    let known = Set(saved.map(\.key))
    let before = saved.compactMap { step -> Difference? in
      guard let other = current[step.key] else { return .gone(step) }
      return step.isSame(as: other) ? nil : .changed(step, parts(step, other))
    }
    return before + now.filter { !known.contains($0.key) }.map(Difference.added)
  }

  /// Fact by fact.
  private static func parts(_ saved: SavedStep, _ now: SavedStep) -> [String] {
    let old = Dictionary(saved.facts.map { ($0.name, $0.text) }) { first, _ in first }
    let new = Dictionary(now.facts.map { ($0.name, $0.text) }) { first, _ in first }
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      guard old[name] != new[name] else { return nil }
      let shown = name.hasPrefix("field ") ? String(name.dropFirst(6)) : name
      return "\(SafeText.line(shown)): saved \(text(old[name])); now \(text(new[name]))"
    }
  }

  private static func text(_ fact: String?) -> String {
    fact.map { SafeText.line($0) } ?? "nothing"
  }

  private static func describe(_ difference: Difference) -> [String] {
    switch difference {
    case .gone(let step): return ["  gone: \(step.title)"]
    case .added(let step): return ["  added: \(step.title)"]
    case .changed(let step, let parts):
      let rest = parts.count - min(parts.count, shownFacts)
      return ["  different: \(step.title)"] + parts.prefix(shownFacts).map { "      \($0)" }
        + (rest > 0 ? ["      and \(rest) more"] : [])
    }
  }

  /// What else moved, as it may be why.
  private static func causes(_ saved: SavedPlan, _ now: SavedPlan) -> [String] {
    let current = Dictionary(now.projects.map { ($0.id, $0) }) { first, _ in first }
    return saved.projects.flatMap { project -> [String] in
      guard let other = current[project.id] else { return [] }
      var causes: [String] = []
      if project.mappingDigest != other.mappingDigest {
        causes.append("its mapping is not what it was (\(text(other.mapping)))")
      }
      if project.policy != other.policy {
        causes.append("its policy was \(text(project.policy)), and is \(text(other.policy)) now")
      }
      return causes.map { "  \(SafeText.line(project.title)): \($0)" }
    }
  }
}
