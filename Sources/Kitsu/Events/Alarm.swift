internal import Synchronization

/// A sleep that others may end.
final class Alarm: Sendable {
  private struct State: Sendable {
    var sleeper: Task<Void, Never>?
    /// Rung while nobody slept: the next sleep is none.
    var isRung = false
  }

  private let state = Mutex(State())

  func ring() {
    state.withLock { state in
      state.isRung = state.sleeper == nil
      state.sleeper?.cancel()
    }
  }

  /// Returns when the time is over, the alarm rang or the task was cancelled.
  func sleep(_ time: Duration) async {
    let sleeper = state.withLock { state -> Task<Void, Never>? in
      guard !state.isRung else {
        state.isRung = false
        return nil
      }
      let task = Task {
        do { try await Task.sleep(for: time) } catch { return }
      }
      state.sleeper = task
      return task
    }
    guard let sleeper else { return }
    await withTaskCancellationHandler {
      await sleeper.value
    } onCancel: {
      sleeper.cancel()
    }
    state.withLock { $0.sleeper = nil }
  }
}
