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
  private var finding: Task<Result<Base, KitsuError>, Never>?
  private var login: Login?
  private var renewing: Task<Result<Login, KitsuError>, Never>?

  init(http: HTTP, address: Address, credentials: Credentials) {
    self.http = http
    self.address = address
    self.credentials = credentials
  }

  /// The account that was told at login; nil for a bot until ``Client`` asks.
  private(set) var account: Account?

  func remember(_ account: Account) { self.account = account }

  // MARK: The address

  func findBase() async throws(KitsuError) -> Base {
    if let base { return base }
    let task = finding ?? Task { [http, address] in await Session.find(http, address) }
    finding = task
    let result = await task.value
    finding = nil
    let found = try result.get()
    base = found
    return found
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

  private func renew() async throws(KitsuError) -> Login {
    let base = try await findBase()
    let task = renewing ?? startRenewal(base)
    renewing = task
    let result = await task.value
    renewing = nil
    let fresh = try result.get()
    login = fresh
    account = fresh.account
    return fresh
  }

  private func startRenewal(_ base: Base) -> Task<Result<Login, KitsuError>, Never> {
    let (http, credentials, last) = (http, credentials, login)
    return Task {
      await LoginFlow(http: http, base: base.url).renew(last, credentials)
    }
  }
}
