/// Hands on what the stream and the log bring, in one order.
actor FeedRelay {
  private var state: FeedState
  private let continuation: AsyncStream<FeedSignal>.Continuation
  /// Rings when the log is to be read before its time.
  nonisolated let alarm = Alarm()

  init(_ state: FeedState, _ continuation: AsyncStream<FeedSignal>.Continuation) {
    self.state = state
    self.continuation = continuation
  }

  var isStreaming: Bool { state.isStreaming }
  var logStart: FeedPosition? { state.logStart }

  /// Changes the state and tells what it gives.
  func tell(_ change: @Sendable (inout FeedState) -> [FeedSignal]) {
    let wasBehind = state.isBehind
    for signal in change(&state) { continuation.yield(signal) }
    if state.isBehind, !wasBehind { alarm.ring() }
  }
}
