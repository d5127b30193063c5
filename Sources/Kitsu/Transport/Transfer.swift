internal import CCurl
internal import Foundation

/// One request in libcurl's hands. Lives on the transport's thread.
final class Transfer {
  let id: Int
  let easy: UnsafeMutableRawPointer
  private let continuation: CheckedContinuation<Result<Response, TransferFailure>, Never>
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var body = ResponseBody()
  private var headers: [String: String] = [:]
  private var onFirstByte: (@Sendable () -> Void)?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// Nil when libcurl has no memory for a handle.
  init?(_ submission: Submission) {
    guard let easy = curl_easy_init() else { return nil }
    id = submission.id
    self.easy = easy
    continuation = submission.continuation
    onFirstByte = submission.request.onFirstByte
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    errorText.deallocate()
  }

  func configure(_ request: Request, _ options: TransportOptions) {
    set(CURLOPT_URL, request.url)
    set(CURLOPT_USERAGENT, options.userAgent)
    set(CURLOPT_ACCEPT_ENCODING, "")
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    _ = avalon_easy_set_web_only(easy)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_BUFFERSIZE, 256 * 1024)
    set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
    set(CURLOPT_TIMEOUT_MS, (request.timeout ?? options.totalTimeout).milliseconds)
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    let stall = request.timeout ?? options.stallTimeout
    set(CURLOPT_LOW_SPEED_TIME, max(1, stall.milliseconds / 1000))
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = options.caFile { set(CURLOPT_CAINFO, file) }
    if request.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
    configureBody(request)
    configureCallbacks()
  }

  private func configureBody(_ request: Request) {
    var lines = request.headers + ["Accept: application/json"]
    if let body = request.body {
      lines += ["Content-Type: \(body.type)", "Expect:"]
      set(CURLOPT_POSTFIELDSIZE, body.bytes.count)
      body.bytes.withUnsafeBytes { bytes in
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        _ = avalon_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
      }
    }
    for line in lines { headerList = curl_slist_append(headerList, line) ?? headerList }
    _ = avalon_easy_set_list(easy, CURLOPT_HTTPHEADER, headerList)
  }

  private func configureCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = avalon_easy_set_pointer(easy, CURLOPT_WRITEDATA, context)
    _ = avalon_easy_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let context, let bytes else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    _ = avalon_easy_set_pointer(easy, CURLOPT_HEADERDATA, context)
    _ = avalon_easy_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let context, let bytes else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    _ = avalon_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
  }

  private func set(_ option: CURLoption, _ value: Int) {
    _ = avalon_easy_set_long(easy, option, value)
  }

  private func set(_ option: CURLoption, _ value: String) {
    _ = avalon_easy_set_string(easy, option, value)
  }

  // MARK: Receiving

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    if let tell = onFirstByte {
      onFirstByte = nil
      tell()
    }
    return body.append(bytes) ? bytes.count : 0
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers = [:]
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let name = line[..<colon].lowercased()
    let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
    headers[name] = value
    if name == "content-length", headers["content-encoding"] == nil, let length = Int(value) {
      body.reserve(min(length, Transfer.largestReservation))
    }
  }

  /// A server's word for its answer's length is believed up to here.
  private static let largestReservation = 256 << 20

  // MARK: Ending

  func finish(_ code: CURLcode) {
    continuation.resume(returning: result(code))
  }

  func fail(_ failure: TransferFailure) {
    continuation.resume(returning: .failure(failure))
  }

  private func result(_ code: CURLcode) -> Result<Response, TransferFailure> {
    guard code == CURLE_OK else {
      var connections = 0
      _ = avalon_easy_get_long(easy, CURLINFO_NUM_CONNECTS, &connections)
      return .failure(TransferFailure(code, detail: detail, onReusedConnection: connections == 0))
    }
    var status = 0
    _ = avalon_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    var redirect: UnsafePointer<CChar>?
    _ = avalon_easy_get_string(easy, CURLINFO_REDIRECT_URL, &redirect)
    return .success(
      Response(
        status: status, headers: headers, body: body, redirect: redirect.map(String.init(cString:)))
    )
  }

  private var detail: String { String(cString: errorText) }
}
