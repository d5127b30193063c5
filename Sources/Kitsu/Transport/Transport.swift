internal import CCurl
internal import Foundation

/// Sends HTTP requests in parallel over kept connections: one curl multi handle, driven by one
/// thread of its own, so that no request blocks Swift's cooperative pool.
final class Transport: Sendable {
  private let inbox: Inbox

  init(_ options: TransportOptions) {
    _ = Transport.initialised
    let inbox = Inbox()
    self.inbox = inbox
    let thread = Thread {
      Transport.blockBrokenPipes()
      guard let loop = TransferLoop(inbox: inbox, options: options) else { return inbox.shut() }
      loop.run()
    }
    thread.name = "kitsu-transport"
    thread.start()
  }

  deinit { inbox.close() }

  /// Ends all transfers and the thread; later requests fail as closed.
  func close() { inbox.close() }

  /// Sends one request and waits for its whole answer, whatever its status.
  func send(_ request: Request) async throws(TransferFailure) -> Response {
    let inbox = inbox
    let id = inbox.newID()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let submission = Submission(id: id, request: request, continuation: continuation)
        if let failure = inbox.submit(submission) {
          continuation.resume(returning: .failure(failure))
        }
      }
    } onCancel: {
      inbox.cancel(id)
    }
    inbox.forget(id)
    return try result.get()
  }

  /// libcurl's global state, made once before the first handle.
  private static let initialised: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  /// OpenSSL writes to closed connections without MSG_NOSIGNAL: the signal stays off this thread.
  private static func blockBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
