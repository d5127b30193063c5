internal import Avalon
internal import Kitsu
internal import Planning
internal import Report

/// A project's conditions, each with the time since which it is as it is.
struct Conditions {
  private var known: [Condition.Kind: Condition] = [:]

  init(at now: Int64) {
    set(.ready, false, .notSeenYet, "it was not looked at yet", at: now)
  }

  var all: [Condition] { Condition.Kind.allCases.compactMap { known[$0] } }

  mutating func begin(at now: Int64) {
    set(.reconciling, true, .working, "it is being looked at", at: now)
  }

  mutating func end(
    _ outcome: PassOutcome, _ report: ProjectReport, pause: ProjectState.Pause?, at now: Int64
  ) {
    // It is still being looked at.
    guard outcome != .overtaken else { return }
    known[.reconciling] = nil
    known[.stalled] = nil
    known[.paused] = nil
    let held = report.plan.held
    switch outcome {
    case .held where pause != nil:
      let message = pause?.description ?? ""
      set(.ready, false, .paused, message, at: now)
      set(.paused, true, .paused, message, at: now)
    case .settled where held.isEmpty:
      set(.ready, true, .settled, "Avalon holds what the mapping makes of Kitsu", at: now)
    case .settled:
      let message = "\(held.count) held; all else is as the mapping makes it of Kitsu"
      set(.ready, true, .partlyHeld, message, at: now)
    case .held:
      let whole = held.first { $0.scope == .project }
      let message = whole.map { "\($0.reason); to lift it: \($0.remedy)" } ?? "it is held"
      set(.ready, false, .held, message, at: now)
      set(.stalled, true, .held, message, at: now)
    case .overtaken: break
    case .unsettled(let reason):
      set(.ready, false, .unsettled, reason, at: now)
    case .failed(let reason):
      set(.ready, false, .changesFailed, reason, at: now)
      set(.stalled, true, .changesFailed, reason, at: now)
    }
  }

  mutating func fail(_ error: any Error, at now: Int64) {
    known[.reconciling] = nil
    let reason: Condition.Reason =
      switch error {
      case is KitsuError: .kitsuUnreachable
      case is AvalonError: .avalonUnreachable
      default: .failing
      }
    set(.ready, false, reason, "\(error)", at: now)
    set(.stalled, true, reason, "\(error)", at: now)
  }

  /// What is as it was keeps its time.
  private mutating func set(
    _ kind: Condition.Kind, _ isTrue: Bool, _ reason: Condition.Reason, _ message: String,
    at now: Int64
  ) {
    let before = known[kind]
    let isSame = before?.isTrue == isTrue && before?.reason == reason
    known[kind] = Condition(
      kind, isTrue, reason, message, since: isSame ? before?.since ?? now : now)
  }
}
