internal import BSON

/// Reads Kitsu's routes as the account: token, repeats and clear refusals included.
struct Client: Sendable {
  var http: HTTP
  let session: Session

  /// Gives a successful answer (2xx, or 304 where the request allows it).
  func get(
    _ path: String, headers: [String] = [], onFirstByte: (@Sendable () -> Void)? = nil
  ) async throws(KitsuError) -> Response {
    var budget = RetryBudget(http.policy)
    return try await get(path, headers: headers, onFirstByte: onFirstByte, budget: &budget)
  }

  private func get(
    _ path: String, headers: [String], onFirstByte: (@Sendable () -> Void)?,
    budget: inout RetryBudget
  ) async throws(KitsuError) -> Response {
    let base = try await session.findBase()
    var token = try await session.token()
    var renewed = false
    var repeated = false
    while true {
      let request = Request(
        url: base.url + path, headers: headers + [token.header], onFirstByte: onFirstByte)
      let response = try await http.send(request, "read", budget: &budget)
      if (200..<300).contains(response.status) || response.status == 304 {
        guard !ServerReply.isHTML(response) else {
          throw Refusal.notKitsu("read", Address.subject(path))
        }
        return response
      }
      let refusal = await refused(response, path)
      switch response.status {
      case 401, 422:
        guard !renewed else { throw refusal }
        renewed = true
        token = try await session.token(after: token, refusal)
      case 400, 500:
        if let stores = await http.downStores(base.url) {
          guard let delay = budget.delay() else {
            throw ServerStatus.storeDown(stores, "read", Address.subject(path))
          }
          try await HTTP.wait(delay, "read", path)
        } else if repeated {
          throw refusal
        } else {
          // The store may just have come back: once more.
          repeated = true
        }
      default: throw refusal
      }
    }
  }

  private func refused(_ response: Response, _ path: String) async -> KitsuError {
    Refusal.refused(response, "read", Address.subject(path), account: await session.account)
  }

  // MARK: Parsing

  /// Reads and parses; an answer that was cut off is asked for again.
  func read<R: Sendable>(
    _ path: String,
    _ parse: @Sendable (ResponseBody) throws(JSONError) -> R
  ) async throws(KitsuError) -> R {
    try await parsed(try await get(path), path, parse)
  }

  /// Parses an answer that is here, and reads again as long as it was cut off.
  func parsed<R: Sendable>(
    _ response: Response, _ path: String,
    _ parse: @Sendable (ResponseBody) throws(JSONError) -> R
  ) async throws(KitsuError) -> R {
    var budget = RetryBudget(http.policy)
    var response = response
    while true {
      do throws(JSONError) {
        return try parse(response.body)
      } catch {
        guard error.isTruncated, let delay = budget.delay() else {
          throw Client.invalid(error, Address.subject(path))
        }
        try await HTTP.wait(delay, "read", path)
      }
      response = try await get(path, headers: [], onFirstByte: nil, budget: &budget)
    }
  }

  private static func invalid(_ error: JSONError, _ subject: String) -> KitsuError {
    let what = error.isTruncated ? "the answer was cut off" : "the answer is no valid JSON"
    return KitsuError(
      .invalidAnswer, operation: "read", subject: subject,
      cause: "\(what): \(error.reason) at line \(error.line), column \(error.column)",
      isRetryable: error.isTruncated)
  }

  func list(_ path: String) async throws(KitsuError) -> [Document] {
    try await read(path) { (body) throws(JSONError) in try body.documents(nil) }
  }

  func document(_ path: String) async throws(KitsuError) -> Document {
    try await read(path) { (body) throws(JSONError) in try body.document() }
  }

  /// As Kitsu knows us: from the login, or asked once for a token.
  func account() async throws(KitsuError) -> Account {
    _ = try await session.token()
    if let account = await session.account { return account }
    let reply = try await document("/auth/authenticated")
    let account = Account(user: reply["user"]?.document ?? .empty, login: nil)
    await session.remember(account)
    return account
  }
}
