/// How long this process may write a project's documents: asked before each batch that is sent.
///
/// A batch is sent only where the server stops it before the right to write ends. (Design, part 5: the
/// holder of a lease checks before each batch that it ends within its lease.)
package struct WriteGate: Sendable {
  /// How long the server may work on one message: MongoDB's `maxTimeMS`.
  package let maxTime: Duration
  private let now: @Sendable () -> ContinuousClock.Instant
  private let end: @Sendable () -> ContinuousClock.Instant?

  /// - Parameters:
  ///   - now: the time on the clock that goes on while the machine or the process sleeps
  ///     (CLOCK_BOOTTIME, Swift's `ContinuousClock`).
  ///   - end: when the right ends; nil where there is none any more.
  package init(
    maxTime: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    end: @escaping @Sendable () -> ContinuousClock.Instant?
  ) {
    self.maxTime = maxTime
    self.now = now
    self.end = end
  }

  /// Why nothing may be sent now; nil where it may.
  var refusal: String? {
    guard let end = end() else { return "the lease of the project is not ours any more" }
    guard now() + maxTime <= end else {
      return "the lease of the project ends before it would surely be written"
    }
    return nil
  }
}
