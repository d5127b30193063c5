internal import BSON

/// Kitsu's base address and a valid access token, found once and shared by all requests in flight.
actor Session {
  /// Where Zou answers.
  struct Base: Sendable {
    let url: String
    let status: ServerStatus
  }

  private let http: HTTP
  private let address: Address
  private let credentials: Credentials
  private var base: Base?
  private var finding: SharedWork<Result<Base, KitsuError>>?
  private var login: Login?
  private var refusal: LoginRefusal?
  private var renewing: SharedWork<Result<Login, KitsuError>>?

  init(http: HTTP, address: Address, credentials: Credentials) {
    self.http = http
    self.address = address
    self.credentials = credentials
  }

  /// The account that was told at login; nil for a bot until ``Client`` asks.
  private(set) var account: Account?

  func remember(_ account: Account) { self.account = account }

  /// Whether the account was refused the event log when it was last asked: nothing but a project's
  /// version tells then what the stream missed.
  private(set) var isLogRefused = false

  func logIs(refused: Bool) { isLogRefused = refused }

  // MARK: The address

  func findBase() async throws(KitsuError) -> Base {
    if let base { return base }
    while true {
      let work = finding ?? SharedWork { [http, address] in await Session.find(http, address) }
      finding = work
      let result = await work.value()
      if finding === work { finding = nil }
      guard let found = try result?.get() else { continue }
      base = found
      return found
    }
  }

  private static func find(_ http: HTTP, _ address: Address) async -> Result<Base, KitsuError> {
    var refused: KitsuError?
    for candidate in address.candidates {
      var budget = RetryBudget(http.policy)
      let request = Request(url: candidate + "/status")
      do throws(KitsuError) {
        let (response, url) = try await http.sendFollowing(request, "reach", budget: &budget)
        if let status = ServerStatus(response) {
          return .success(Base(url: String(url.dropLast("/status".count)), status: status))
        }
        refused = refused ?? notZou(response, candidate)
      } catch {
        // Nothing answers: the other spelling has the same host.
        return .failure(error)
      }
    }
    return .failure(refused ?? Refusal.notKitsu("reach", address.text))
  }

  private static func notZou(_ response: Response, _ candidate: String) -> KitsuError {
    let what =
      switch response.status {
      case 401, 403: "a web server asks for its own login (\(response.status)) before Kitsu's"
      case 200 where ServerReply.isHTML(response): "a web page answers where Kitsu's API should be"
      case 200: "something else than Kitsu answers"
      default: "the server answers \(response.status) for \(candidate)/status"
      }
    return KitsuError(
      .notKitsu, operation: "reach", subject: candidate,
      cause: "\(what); is GAZU_URL Kitsu's address?")
  }

  // MARK: The token

  /// A token that has not ended by its own word; logs in or renews first where that is due.
  func token() async throws(KitsuError) -> Token {
    if case .token(let secret) = credentials { return Token(secret, generation: 0) }
    if let login, !login.token.isDue { return login.token }
    return try await renew().token
  }

  /// Called when the server refused a token: gives one that is newer. However many requests were
  /// refused together, there is one renewal.
  func token(after refused: Token, _ reason: KitsuError) async throws(KitsuError) -> Token {
    if case .token = credentials {
      throw KitsuError(
        .unauthorised, operation: reason.operation, subject: reason.subject,
        cause: """
          \(reason.cause); a bot's token ends when the bot is disabled, deleted or past its date: \
          make a new one in Kitsu (People, Bots)
          """)
    }
    if let login, login.token.generation > refused.generation { return login.token }
    return try await renew().token
  }

  /// Zou locks an account for a minute after five wrong passwords, for people too: what it refused is not
  /// tried again at once, whoever asks.
  private struct LoginRefusal {
    let error: KitsuError
    let count: Int
    let end: ContinuousClock.Instant

    init(_ error: KitsuError, after last: LoginRefusal?) {
      self.error = error
      count = (last?.count ?? 0) + 1
      end = .now + min(.seconds(60) * (1 << min(count - 1, 4)), .seconds(900))
    }
  }

  /// However many waited for the login: it is one.
  private func refused(_ error: KitsuError) {
    guard error.code == .wrongCredentials || error.code == .locked,
      refusal.map({ $0.end <= .now }) ?? true
    else { return }
    refusal = LoginRefusal(error, after: refusal)
  }

  private func renew() async throws(KitsuError) -> Login {
    if let refusal, .now < refusal.end { throw refusal.error }
    let base = try await findBase()
    while true {
      let work = renewing ?? startRenewal(base)
      renewing = work
      let result = await work.value()
      if renewing === work { renewing = nil }
      if case .failure(let error)? = result { refused(error) }
      guard let fresh = try result?.get() else { continue }
      login = fresh
      refusal = nil
      account = fresh.account
      return fresh
    }
  }

  private func startRenewal(_ base: Base) -> SharedWork<Result<Login, KitsuError>> {
    let (http, credentials, last) = (http, credentials, login)
    return SharedWork {
      await LoginFlow(http: http, base: base.url).renew(last, credentials)
    }
  }
}
