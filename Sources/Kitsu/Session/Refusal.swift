internal import BSON

/// Words for what a server or the way to it refused: what happened, and what to do.
enum Refusal {
  static func unreachable(
    _ failure: TransferFailure, _ operation: String, _ url: String, tries: Int
  ) -> KitsuError {
    let server = Address.server(url)
    let again = tries > 1 ? " (tried \(tries) times)" : ""
    func error(_ code: KitsuError.Code, _ cause: String, _ isRetryable: Bool) -> KitsuError {
      KitsuError(
        code, operation: operation, subject: Address.withoutQuery(url), cause: cause + again,
        isRetryable: isRetryable)
    }
    switch failure.kind {
    case .hostNotFound:
      return error(
        .hostNotFound, "the host of \(server) is not known; check GAZU_URL and the DNS", true)
    case .refused:
      return error(
        .unreachable,
        "nothing answers at \(server) (\(failure.message)); is Kitsu running, and the port right?",
        true)
    case .timedOut:
      return error(
        .timedOut,
        "\(server) did not answer in time (\(failure.message)); is it overloaded or firewalled?",
        true)
    case .tls:
      return error(
        .tls,
        """
        no secure connection to \(server): \(failure.message); if the studio signs its own \
        certificates, name its authority's PEM file in the CA file setting
        """, false)
    case .dropped:
      return error(.dropped, "the connection broke: \(failure.message)", true)
    case .invalidAddress:
      return error(.invalidSettings, "the address cannot be used: \(failure.message)", false)
    case .cancelled:
      return .cancelled(operation, Address.subject(url))
    case .closed:
      return error(.cancelled, "the session was closed", false)
    case .other:
      return error(.unreachable, failure.message, false)
    }
  }

  /// 429, 502, 503 and 504 after the last try.
  static func overloaded(
    _ response: Response, _ operation: String, _ subject: String, tries: Int
  ) -> KitsuError {
    let what =
      switch response.status {
      case 429: "the server asks for fewer requests (429)"
      case 502:
        "the web server in front of Kitsu finds no Kitsu behind it (502); is Zou's API running?"
      case 503: "the server is not available (503)"
      default: "Kitsu did not answer the web server in front of it in time (504)"
      }
    return KitsuError(
      .server, operation: operation, subject: subject, cause: "\(what); tried \(tries) times",
      isRetryable: true)
  }

  /// Any other answer that is no success.
  static func refused(
    _ response: Response, _ operation: String, _ subject: String, account: Account?
  ) -> KitsuError {
    let reply = ServerReply(response)
    if reply.flag("two_factor_authentication_required") { return secondFactor(operation, subject) }
    let who = account.map { "the account \($0.name) (role \($0.role))" } ?? "this account"
    func error(
      _ code: KitsuError.Code, _ cause: String, retryable: Bool = false
    ) -> KitsuError {
      KitsuError(
        code, operation: operation, subject: subject, cause: cause, isRetryable: retryable)
    }
    switch response.status {
    case 401, 422:
      return error(.unauthorised, "Kitsu does not take the token of \(who): \(reply.words)")
    case 403:
      return error(
        .forbidden,
        """
        \(who) may not read it (403); it needs the role manager and a place in the project's \
        team, or the role admin
        """)
    case 404 where reply.isHTML, 200..<300: return notKitsu(operation, subject)
    case 404: return error(.notFound, "Kitsu does not have it (404)")
    case 500...:
      return error(.server, "Kitsu failed (\(response.status)): \(reply.words)", retryable: true)
    default:
      return error(.server, "Kitsu refused the request (\(response.status)): \(reply.words)")
    }
  }

  static func notKitsu(_ operation: String, _ subject: String) -> KitsuError {
    KitsuError(
      .notKitsu, operation: operation, subject: subject,
      cause: "the answer is a web page where JSON should be; is GAZU_URL Kitsu's address?")
  }

  static func secondFactor(_ operation: String, _ subject: String) -> KitsuError {
    KitsuError(
      .secondFactor, operation: operation, subject: subject,
      cause: """
        the account needs two-factor authentication, which a program cannot give; \
        make a bot in Kitsu (People, Bots) and use its token
        """)
  }
}

/// What an answer that is no success says.
struct ServerReply {
  let isHTML: Bool
  private let document: Document?
  private let raw: String

  init(_ response: Response) {
    isHTML = ServerReply.isHTML(response)
    raw = response.body.text()
    document = response.body.documentIfAny()
  }

  func flag(_ name: FieldName) -> Bool { document?[name]?.bool ?? false }

  /// Zou's own message, in one line.
  var words: String {
    let text = document?["message"]?.string ?? document?["msg"]?.string
    if let text { return String(text.prefix(300)) }
    if isHTML { return "a web page" }
    let line = raw.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.isEmpty ? "no reason given" : line
  }

  static func isHTML(_ response: Response) -> Bool {
    if response.headers["content-type"]?.hasPrefix("text/html") == true { return true }
    return response.body.isHTML
  }
}
