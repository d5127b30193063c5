internal import Foundation

/// A few threads of our own for calls that block: Swift's cooperative pool has one thread per core,
/// and a call that waits for the network or a disk would stall everything else on it.
///
/// A store has never more threads than connections, so that no thread waits for a connection which
/// another one holds.
final class Workers: Sendable {
  private let queue: WorkQueue

  init(limit: Int) { queue = WorkQueue(limit: max(limit, 1)) }

  deinit { queue.close {} }

  /// Makes a blocking call on one of the threads.
  /// - Throws: what the call throws; `io` once the store was closed.
  func run<R: Sendable>(
    _ body: @escaping @Sendable () throws(AvalonError) -> R
  ) async throws(AvalonError) -> R {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<R, AvalonError>, Never>) in
      let isTaken = queue.submit { continuation.resume(returning: Result(catching: body)) }
      if !isTaken { continuation.resume(returning: .failure(Workers.closed)) }
    }
    return try result.get()
  }

  /// Lets the calls that were begun end, then ends the threads.
  func close() async {
    await withCheckedContinuation { continuation in queue.close { continuation.resume() } }
  }

  private static let closed = AvalonError(
    .io, operation: "use", subject: "the store", cause: "it was closed")
}

/// `@unchecked Sendable`: every member is guarded by `condition`.
private final class WorkQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var jobs: [@Sendable () -> Void] = []
  private var threadCount = 0
  private var idleCount = 0
  private var isClosed = false
  private var onEnd: [@Sendable () -> Void] = []

  init(limit: Int) { self.limit = limit }

  /// False once the queue was closed: the job is not run.
  func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    condition.withLock {
      guard !isClosed else { return false }
      jobs.append(job)
      if idleCount < jobs.count, threadCount < limit {
        threadCount += 1
        startThread()
      } else {
        condition.signal()
      }
      return true
    }
  }

  /// Takes no more jobs; calls back when all that were taken are done.
  func close(_ ended: @escaping @Sendable () -> Void) {
    let isIdle = condition.withLock {
      isClosed = true
      condition.broadcast()
      if threadCount > 0 { onEnd.append(ended) }
      return threadCount == 0
    }
    if isIdle { ended() }
  }

  private func startThread() {
    let thread = Thread { [self] in
      while let job = next() { job() }
    }
    thread.name = "avalon-store"
    thread.start()
  }

  /// Waits for a job; nil ends the thread.
  private func next() -> (@Sendable () -> Void)? {
    condition.lock()
    while jobs.isEmpty, !isClosed {
      idleCount += 1
      condition.wait()
      idleCount -= 1
    }
    if !jobs.isEmpty {
      defer { condition.unlock() }
      return jobs.removeFirst()
    }
    threadCount -= 1
    let ended = threadCount == 0 ? onEnd : []
    condition.unlock()
    for callback in ended { callback() }
    return nil
  }
}
