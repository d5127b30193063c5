internal import CCurl
internal import Synchronization

/// A request with whom to tell its end.
struct Submission: Sendable {
  let id: Int
  let request: Request
  let continuation: CheckedContinuation<Result<Response, TransferFailure>, Never>
}

/// Wakes the transport's thread out of its wait for the network.
/// `@unchecked Sendable`: `curl_multi_wakeup` is the one call that libcurl allows from any thread.
struct WakeUp: @unchecked Sendable {
  let multi: UnsafeMutableRawPointer
  func callAsFunction() { curl_multi_wakeup(multi) }
}

/// What other threads ask of the transport's thread.
final class Inbox: Sendable {
  struct Orders: Sendable {
    var submissions: [Submission] = []
    var cancellations: [Int] = []
    var isClosed = false
  }

  private struct State: Sendable {
    var orders = Orders()
    var wakeUp: WakeUp?
    var nextID = 0
    /// Submitted and not ended.
    var active: Set<Int> = []
    /// Cancelled before they were submitted.
    var cancelledEarly: Set<Int> = []
    var isShut = false
  }

  private let state = Mutex(State())

  func newID() -> Int {
    state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
  }

  /// Gives why the request is not taken, or nil.
  func submit(_ submission: Submission) -> TransferFailure? {
    state.withLock { state in
      if state.cancelledEarly.remove(submission.id) != nil { return .cancelled }
      if state.isShut || state.orders.isClosed { return .closed }
      state.active.insert(submission.id)
      state.orders.submissions.append(submission)
      state.wakeUp?()
      return nil
    }
  }

  func cancel(_ id: Int) {
    state.withLock { state in
      if state.active.contains(id) {
        state.orders.cancellations.append(id)
        state.wakeUp?()
      } else {
        state.cancelledEarly.insert(id)
      }
    }
  }

  func forget(_ id: Int) {
    state.withLock { state in
      state.active.remove(id)
      state.cancelledEarly.remove(id)
    }
  }

  func close() {
    state.withLock { state in
      state.orders.isClosed = true
      state.wakeUp?()
    }
  }

  // MARK: The transport's thread

  func open(_ wakeUp: WakeUp) { state.withLock { $0.wakeUp = wakeUp } }

  func take() -> Orders {
    state.withLock { state in
      let orders = state.orders
      state.orders = Orders(isClosed: orders.isClosed)
      return orders
    }
  }

  /// From here on nothing is taken and nobody wakes the thread.
  func shut() {
    let left = state.withLock { state in
      state.isShut = true
      state.wakeUp = nil
      let left = state.orders.submissions
      state.orders.submissions = []
      return left
    }
    for submission in left { submission.continuation.resume(returning: .failure(.closed)) }
  }
}
