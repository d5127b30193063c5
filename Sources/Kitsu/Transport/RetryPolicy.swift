/// How often and how long a request is tried again.
package struct RetryPolicy: Sendable {
  /// Tries of one request in all.
  package var attempts: Int
  /// The longest time from the first failure to the last try.
  package var patience: Duration
  /// The wait after the first failure; it doubles with each.
  package var firstDelay: Duration

  package init(
    attempts: Int = 5, patience: Duration = .seconds(30), firstDelay: Duration = .milliseconds(500)
  ) {
    self.attempts = attempts
    self.patience = patience
    self.firstDelay = firstDelay
  }
}

/// What is left of a policy for one request.
struct RetryBudget {
  private let policy: RetryPolicy
  private var failures = 0
  private var deadline: ContinuousClock.Instant?

  init(_ policy: RetryPolicy) { self.policy = policy }

  /// The number of tries made so far.
  var tries: Int { failures }

  /// Counts a failure; gives how long to wait before the next try, or nil when it was the last.
  ///
  /// Exponential backoff with jitter (half of the delay to all of it). `Retry-After` is honoured as
  /// far as the patience goes.
  mutating func delay(retryAfter: Duration? = nil) -> Duration? {
    failures += 1
    let now = ContinuousClock.now
    let end = deadline ?? now + policy.patience
    deadline = end
    guard failures < policy.attempts, now < end else { return nil }
    let full = policy.firstDelay * (1 << min(failures - 1, 16))
    let backoff = full * Double.random(in: 0.5...1)
    return min(max(backoff, retryAfter ?? .zero), now.duration(to: end))
  }
}
