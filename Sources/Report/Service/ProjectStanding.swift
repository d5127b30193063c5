/// What is to be known first of a project, the worst first.
package enum ProjectStanding: Int, Sendable, CaseIterable, Comparable {
  /// It failed, and goes on trying.
  case stalled
  /// The whole project is held until somebody lifts it.
  case held
  /// It is not as Kitsu says, and is on its way there.
  case unsettled
  /// Single entities, names or fields are held.
  case partlyHeld
  /// Somebody stopped it.
  case paused
  case notSeenYet
  case ready

  package init(_ conditions: [Condition]) {
    func find(_ kind: Condition.Kind) -> Condition? {
      conditions.first { $0.kind == kind && $0.isTrue }
    }
    let ready = conditions.first { $0.kind == .ready }
    if find(.paused) != nil {
      self = .paused
    } else if let stalled = find(.stalled) {
      self = stalled.reason == .held ? .held : .stalled
    } else if ready?.isTrue == true {
      self = ready?.reason == .partlyHeld ? .partlyHeld : .ready
    } else {
      self = ready.map { $0.reason == .notSeenYet } ?? true ? .notSeenYet : .unsettled
    }
  }

  /// As a label of metrics and for people.
  package var word: String {
    switch self {
    case .stalled: "stalled"
    case .held: "held"
    case .unsettled: "not ready"
    case .paused: "paused"
    case .partlyHeld: "partly held"
    case .notSeenYet: "not seen yet"
    case .ready: "ready"
    }
  }

  /// Whether a person has something to do or to watch.
  package var asksForSomebody: Bool {
    switch self {
    case .stalled, .held, .unsettled, .partlyHeld: true
    case .paused, .notSeenYet, .ready: false
    }
  }

  package static func < (left: ProjectStanding, right: ProjectStanding) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension ProjectStatus {
  package var standing: ProjectStanding { ProjectStanding(conditions) }

  /// The condition that says why the project stands as it does; nil where nothing is known.
  var explanation: Condition? {
    let kinds: [Condition.Kind] = [.paused, .stalled, .ready]
    return kinds.lazy.compactMap { kind in
      self.condition(kind).flatMap { $0.isTrue || kind == .ready ? $0 : nil }
    }.first
  }

  package var isReconciling: Bool { condition(.reconciling)?.isTrue == true }
}
