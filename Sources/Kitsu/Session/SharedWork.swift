internal import Synchronization

/// Work that several wait for. It is cancelled with the last of them: then nobody needs it.
final class SharedWork<Value: Sendable>: Sendable {
  private struct State {
    var waiting = 0
    var isCancelled = false
  }

  private let task: Task<Value, Never>
  private let state = Mutex(State())

  init(_ work: @escaping @Sendable () async -> Value) {
    task = Task(operation: work)
  }

  /// - Returns: nil where all who waited have given up, and the work with them.
  func value() async -> Value? {
    let isJoined = state.withLock { state in
      if !state.isCancelled { state.waiting += 1 }
      return !state.isCancelled
    }
    guard isJoined else { return nil }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      let isLast = state.withLock { state in
        state.waiting -= 1
        state.isCancelled = state.waiting == 0
        return state.isCancelled
      }
      if isLast { task.cancel() }
    }
  }
}
