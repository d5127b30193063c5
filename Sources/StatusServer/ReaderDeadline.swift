internal import NIOCore

/// Closes a connection whose client does not take what it asked for: Hummingbird's own time limit is
/// for what a client sends, and each of the few connections that there may be would be held for ever.
final class ReaderDeadline: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = Any

  private let limit: TimeAmount
  /// Writes that the client has not taken yet.
  private var pending = 0
  private var deadline: Scheduled<Void>?

  /// - Parameter limit: how long a client may take for what is written in one piece.
  init(_ limit: TimeAmount) { self.limit = limit }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let written = promise ?? context.eventLoop.makePromise()
    pending += 1
    if pending == 1 { wait(context) }
    written.futureResult.assumeIsolated().whenComplete { _ in
      self.pending -= 1
      self.deadline?.cancel()
      if self.pending > 0 { self.wait(context) }
    }
    context.write(data, promise: written)
  }

  private func wait(_ context: ChannelHandlerContext) {
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
      context.close(mode: .all, promise: nil)
    }
  }
}
