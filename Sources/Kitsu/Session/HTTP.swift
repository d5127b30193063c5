internal import BSON
internal import Foundation
internal import Synchronization

/// Sends a request until it is answered: retries what may pass, follows redirects on the same host.
struct HTTP: Sendable {
  let transport: Transport
  let policy: RetryPolicy
  /// Remembers that the server has answered before.
  let contact: Contact
  var meter: Meter?

  /// Gives any answer but 429, 502, 503 and 504, which are tried again until the budget is spent.
  ///
  /// A request must be idempotent: reads are, and so is a login.
  func send(
    _ request: Request, _ operation: String, budget: inout RetryBudget
  ) async throws(KitsuError) -> Response {
    try await sendFollowing(request, operation, budget: &budget).response
  }

  /// The same, with the URL that answered at last.
  func sendFollowing(
    _ request: Request, _ operation: String, budget: inout RetryBudget
  ) async throws(KitsuError) -> (response: Response, url: String) {
    var request = request
    let subject = Address.subject(request.url)
    var redirects = 0
    while true {
      let response: Response
      do throws(TransferFailure) {
        response = try await transport.send(request)
      } catch {
        try await recover(from: error, &request, operation, &budget)
        continue
      }
      contact.answered()
      meter?.count(response)
      switch response.status {
      case 301, 302, 307, 308:
        redirects += 1
        request.url = try follow(response, from: request.url, operation, count: redirects)
      case 429, 502, 503, 504:
        guard let delay = budget.delay(retryAfter: HTTP.retryAfter(response)) else {
          throw Refusal.overloaded(response, operation, subject, tries: budget.tries)
        }
        try await HTTP.wait(delay, operation, subject)
      default: return (response, request.url)
      }
    }
  }

  /// What Zou says that it cannot reach; nil when it says nothing of the kind.
  ///
  /// With PostgreSQL down Zou's routes answer 400 or 500 like for a bad request.
  func downStores(_ base: String) async -> String? {
    let request = Request(url: base + "/status")
    do throws(TransferFailure) {
      return ServerStatus(try await transport.send(request))?.downStores
    } catch {
      return nil
    }
  }

  /// Returns when the request may be sent again.
  private func recover(
    from failure: TransferFailure, _ request: inout Request, _ operation: String,
    _ budget: inout RetryBudget
  ) async throws(KitsuError) {
    if failure.kind == .dropped, failure.onReusedConnection, !request.needsFreshConnection {
      // gunicorn closes idle connections after two seconds: the pool's one was dead already.
      request.needsFreshConnection = true
      return
    }
    let mayPass =
      switch failure.kind {
      case .dropped, .timedOut: true
      // Before the first answer it is more likely a wrong address: said at once.
      case .refused, .hostNotFound: contact.hasAnswered
      default: false
      }
    guard mayPass, let delay = budget.delay() else {
      throw Refusal.unreachable(failure, operation, request.url, tries: budget.tries)
    }
    try await HTTP.wait(delay, operation, Address.subject(request.url))
  }

  /// Credentials never leave the host, nor an encrypted connection.
  private func follow(
    _ response: Response, from url: String, _ operation: String, count: Int
  ) throws(KitsuError) -> String {
    let subject = Address.subject(url)
    guard let target = response.redirect, let next = URL(string: target),
      let here = URL(string: url)
    else {
      throw KitsuError(
        .notKitsu, operation: operation, subject: subject,
        cause: "the server redirects to nowhere; is GAZU_URL Kitsu's address?")
    }
    let isSameHost = next.host()?.lowercased() == here.host()?.lowercased()
    let isSameServer = next.scheme == here.scheme && next.port == here.port
    let isUpgrade = here.scheme == "http" && next.scheme == "https"
    guard isSameHost, isSameServer || isUpgrade else {
      throw KitsuError(
        .notKitsu, operation: operation, subject: subject,
        cause: """
          the server redirects to \(Address.withoutQuery(target)), where credentials are not sent; \
          if Kitsu has moved there, set GAZU_URL to it
          """)
    }
    guard count <= 5 else {
      throw KitsuError(
        .notKitsu, operation: operation, subject: subject,
        cause: "the server redirects in a circle; is GAZU_URL Kitsu's address?")
    }
    return target
  }

  /// Seconds, or a date of which the server's own clock is taken.
  static func retryAfter(_ response: Response) -> Duration? {
    guard let text = response.headers["retry-after"] else { return nil }
    if let seconds = Int(text) { return .seconds(min(max(seconds, 0), 3600)) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    guard let then = format.date(from: text), let now = response.headers["date"],
      let date = format.date(from: now)
    else { return nil }
    return .seconds(min(max(then.timeIntervalSince(date), 0), 3600))
  }

  static func wait(
    _ delay: Duration, _ operation: String, _ subject: String
  ) async throws(KitsuError) {
    do {
      try await Task.sleep(for: delay)
    } catch {
      throw .cancelled(operation, subject)
    }
  }
}

/// Whether the server ever answered.
final class Contact: Sendable {
  private let state = Mutex(false)
  var hasAnswered: Bool { state.withLock { $0 } }
  func answered() { state.withLock { $0 = true } }
}

/// Counts the answers of one reading.
final class Meter: Sendable {
  private let counts = Mutex((requests: 0, bytes: 0))
  var requestCount: Int { counts.withLock { $0.requests } }
  var byteCount: Int { counts.withLock { $0.bytes } }

  func count(_ response: Response) {
    counts.withLock { counts in
      counts.requests += 1
      counts.bytes += response.body.count
    }
  }
}
