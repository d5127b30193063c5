internal import CCurl
internal import Foundation

/// Drives all transfers of one curl multi handle; lives and dies on the transport's own thread.
final class TransferLoop {
  private let multi: UnsafeMutableRawPointer
  private let inbox: Inbox
  private let options: TransportOptions
  private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]

  /// Nil when libcurl has no memory for a handle.
  init?(inbox: Inbox, options: TransportOptions) {
    guard let multi = curl_multi_init() else { return nil }
    self.multi = multi
    self.inbox = inbox
    self.options = options
    _ = avalon_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
  }

  deinit { curl_multi_cleanup(multi) }

  /// Works until the transport is closed.
  func run() {
    inbox.open(WakeUp(multi: multi))
    while true {
      let orders = inbox.take()
      for submission in orders.submissions { start(submission) }
      for id in orders.cancellations { stop(id) }
      if orders.isClosed { break }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      if finishTransfers() { continue }
      curl_multi_poll(multi, nil, 0, 10_000, nil)
    }
    inbox.shut()
    for transfer in transfers.values { end(transfer) { $0.fail(.closed) } }
  }

  private func start(_ submission: Submission) {
    guard let transfer = Transfer(submission) else {
      inbox.forget(submission.id)
      submission.continuation.resume(
        returning: .failure(.outOfMemory))
      return
    }
    transfer.configure(submission.request, options)
    transfers[transfer.easy] = transfer
    guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
      return end(transfer) { $0.fail(.outOfMemory) }
    }
  }

  private func stop(_ id: Int) {
    guard let transfer = transfers.values.first(where: { $0.id == id }) else { return }
    end(transfer) { $0.fail(.cancelled) }
  }

  /// Gives whether any transfer ended, so that what its end allows is started at once.
  private func finishTransfers() -> Bool {
    var ended = false
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = transfers[easy]
      else { continue }
      let code = avalon_message_result(message)
      end(transfer) { $0.finish(code) }
      ended = true
    }
    return ended
  }

  private func end(_ transfer: Transfer, _ tell: (Transfer) -> Void) {
    curl_multi_remove_handle(multi, transfer.easy)
    transfers[transfer.easy] = nil
    inbox.forget(transfer.id)
    tell(transfer)
  }
}
