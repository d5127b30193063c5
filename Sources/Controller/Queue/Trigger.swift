package import Identity
package import Kitsu

/// Why a project is looked at: for logs, and for who goes first. What is done is always the same.
package enum Trigger: String, Sendable, CaseIterable, Comparable {
  /// Everything is read anew from time to time.
  case resync
  /// It failed, or asked to come again.
  case retry
  /// Kitsu has another version of the project than was last read: an event was missed.
  case sweep
  /// Kitsu told of a change.
  case event
  /// The project is ours now.
  case lease
  /// A person asked.
  case manual

  /// The higher one goes first.
  var lane: Int {
    switch self {
    // A whole reading that nobody waits for: at a start there is one of each project.
    case .resync, .lease: 0
    case .retry, .sweep: 1
    case .event: 2
    case .manual: 3
    }
  }

  /// By who goes first.
  package static func < (left: Trigger, right: Trigger) -> Bool {
    (left.lane, left.rawValue) < (right.lane, right.rawValue)
  }
}

/// A project that is to be worked on.
package struct Work: Sendable, Equatable {
  package let project: EntityID
  /// Where to look: all that was marked since the project was last settled.
  package let hint: ChangeHint
  /// The foremost reason.
  package let trigger: Trigger
  /// 1 for the first try, one more after each failure.
  package let attempt: Int
  /// When the first of the marks was made.
  package let markedAt: Duration
  /// Since when Kitsu has news that are not in Avalon, as far as it was told: from there its lag counts.
  package let newsAt: Duration?
  /// When the project will have been quiet for long enough: nothing is written before. Nil: it has.
  package var quietAt: Duration?
}

/// How work ended.
package enum WorkResult: Sendable, Equatable {
  /// Nothing is left to do.
  case settled
  /// It comes again with backoff.
  case failed
  /// Not all could be done yet: it comes again after this time, or sooner where it is marked.
  case requeue(after: Duration)
  /// It was marked while it waited for quiet, and nothing was written: it comes again with all of it.
  case overtaken
}
