internal import Synchronization

/// Wakes one task that waits for something to do.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Whoever waits goes on; where nobody waits, the next one does not.
  func ring() {
    let waiter = state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      state.isRung = waiter == nil
      return waiter
    }
    waiter?.resume()
  }

  /// Returns when the bell is rung, the time is over, or the task is cancelled.
  /// - Parameter longest: nil for no end.
  func wait(atMost longest: Duration?) async {
    let timer = longest.map { duration in
      Task {
        do {
          try await Task.sleep(for: duration)
          ring()
        } catch {
          // It was rung before: nothing is waited for any more.
        }
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
    timer?.cancel()
  }
}
