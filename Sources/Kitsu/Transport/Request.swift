/// One HTTP request as it goes over the wire.
struct Request: Sendable {
  var url: String
  /// Header lines. They may hold a token, so a request is never printed.
  var headers: [String] = []
  /// What is posted; nil for a GET.
  var body: Body?
  /// Take no connection from the pool: the last one died under us.
  var needsFreshConnection = false
  /// The time of the whole request, in which the server may be silent; nil for the transport's.
  var timeout: Duration?
  /// Called once, when the first byte of the answer's body is there, on the transport's thread.
  var onFirstByte: (@Sendable () -> Void)?
}

extension Request {
  struct Body: Sendable {
    let bytes: [UInt8]
    let type: String

    static func json(_ text: String) -> Body {
      Body(bytes: Array(text.utf8), type: "application/json")
    }

    static func text(_ text: String) -> Body {
      Body(bytes: Array(text.utf8), type: "text/plain;charset=UTF-8")
    }
  }
}

/// An answer with its whole body.
struct Response: Sendable {
  let status: Int
  /// By lower-case name; of a repeated header the last one.
  let headers: [String: String]
  let body: ResponseBody
  /// Where a redirect leads, made absolute.
  let redirect: String?
}

/// A transfer that gave no answer.
struct TransferFailure: Error, Sendable {
  enum Kind: Sendable {
    case hostNotFound, refused, timedOut, tls, dropped, invalidAddress, cancelled, closed, other
  }

  let kind: Kind
  /// libcurl's own words.
  let message: String
  /// True when the connection had served another request before.
  var onReusedConnection = false

  static let cancelled = TransferFailure(kind: .cancelled, message: "cancelled")
  static let outOfMemory = TransferFailure(kind: .other, message: "libcurl is out of memory")
  static let closed = TransferFailure(kind: .closed, message: "the session was closed")
}
