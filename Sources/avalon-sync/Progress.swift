internal import Foundation
internal import Synchronization

/// One line on a terminal that says how far a step is, from its first second on.
final class Progress: Sendable {
  private struct State {
    var started = ContinuousClock.now
    var isShown = false
  }

  private let label: String
  private let state = Mutex(State())
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(_ label: String) { self.label = label }

  func update(_ text: String) {
    guard isTerminal else { return }
    state.withLock { state in
      guard ContinuousClock.now - state.started > .seconds(1) else { return }
      state.isShown = true
      Console.draw("\r\u{1B}[K\(label): \(text)")
    }
  }

  func finish() {
    state.withLock { state in
      if state.isShown { Console.draw("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}
