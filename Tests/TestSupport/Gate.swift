internal import Dispatch
internal import Synchronization

/// Holds a proxy's thread until the test has done its part.
package final class Gate: Sendable {
  package let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation
  private let opened = DispatchSemaphore(value: 0)
  private let count = Mutex(0)
  private let holds: @Sendable (Int) -> Bool

  /// - Parameter holds: whether the thread that is the so many-th to come waits.
  package init(holds: @escaping @Sendable (Int) -> Bool) {
    self.holds = holds
    (arrivals, arrived) = AsyncStream.makeStream()
  }

  package func pass() {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard holds(number) else { return }
    arrived.yield()
    opened.wait()
  }

  package func open() { opened.signal() }
}
