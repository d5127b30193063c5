internal import BSON

/// What a login gave.
struct Login: Sendable {
  var token: Token
  /// Good for 15 days and for nothing but new access tokens.
  let refreshToken: Secret?
  let account: Account
}

/// `POST /auth/login` and `GET /auth/refresh-token`.
struct LoginFlow: Sendable {
  let http: HTTP
  let base: String

  /// A new access token by the refresh token, or by a new login where there is none or the server
  /// no longer takes it.
  func renew(_ last: Login?, _ credentials: Credentials) async -> Result<Login, KitsuError> {
    do throws(KitsuError) {
      if let last, let fresh = try await refresh(last) { return .success(fresh) }
      guard case .password(let email, let password) = credentials else {
        throw KitsuError(
          .invalidSettings, operation: "log in to", subject: base, cause: "no password is set")
      }
      return .success(try await logIn(email, password, generation: last?.token.generation ?? 0))
    } catch {
      return .failure(error)
    }
  }

  /// Nil when the server refuses the refresh token.
  private func refresh(_ last: Login) async throws(KitsuError) -> Login? {
    guard let refreshToken = last.refreshToken else { return nil }
    var budget = RetryBudget(http.policy)
    let bearer = Token(refreshToken, generation: 0)
    let request = Request(url: base + "/auth/refresh-token", headers: [bearer.header])
    let response = try await http.send(request, "renew the session at", budget: &budget)
    guard response.status == 200, let reply = response.body.documentIfAny(),
      let text = reply["access_token"]?.string
    else { return nil }
    var fresh = last
    fresh.token = Token(
      Secret(text), generation: last.token.generation + 1, received: .now)
    return fresh
  }

  private func logIn(
    _ email: String, _ password: Secret, generation: Int
  ) async throws(KitsuError) -> Login {
    let body = DocumentWriter.document { writer in
      writer.append("email", email)
      writer.append("password", password.text)
    }
    let request = Request(url: base + "/auth/login", body: .json(JSONText.write(body)))
    var budget = RetryBudget(http.policy)
    while true {
      let response = try await http.send(request, "log in to", budget: &budget)
      if response.status == 200, let reply = response.body.documentIfAny() {
        return try accept(reply, email, generation: generation + 1)
      }
      if response.status >= 500, let stores = await http.downStores(base) {
        guard let delay = budget.delay() else {
          throw ServerStatus.storeDown(stores, "log in to", base)
        }
        try await HTTP.wait(delay, "log in to", base)
        continue
      }
      throw refused(response, email)
    }
  }

  private func accept(
    _ reply: Document, _ email: String, generation: Int
  ) throws(KitsuError) -> Login {
    if reply["two_factor_authentication_required"]?.bool == true {
      throw Refusal.secondFactor("log in to", base)
    }
    guard let text = reply["access_token"]?.string else {
      throw KitsuError(
        .invalidAnswer, operation: "log in to", subject: base,
        cause: "the answer holds no access token; is GAZU_URL Kitsu's address?")
    }
    let user = reply["user"]?.document ?? .empty
    return Login(
      token: Token(Secret(text), generation: generation, received: .now),
      refreshToken: reply["refresh_token"]?.string.map { Secret($0) },
      account: Account(user: user, login: email))
  }

  private func refused(_ response: Response, _ email: String) -> KitsuError {
    let reply = ServerReply(response)
    func error(_ code: KitsuError.Code, _ cause: String) -> KitsuError {
      KitsuError(code, operation: "log in to", subject: base, cause: cause)
    }
    if reply.flag("missing_OTP") || reply.flag("wrong_OTP")
      || reply.flag("two_factor_authentication_required")
    {
      return Refusal.secondFactor("log in to", base)
    }
    if reply.flag("too_many_failed_login_attemps") {
      return error(
        .locked,
        "Kitsu locked the account \(email) for a minute after wrong passwords; check GAZU_PASSWD")
    }
    if reply.flag("unactive") {
      return error(
        .wrongCredentials, "the account \(email) is not active; activate it in Kitsu (People)")
    }
    if reply.flag("default_password") {
      return error(
        .wrongCredentials, "the account \(email) still has Kitsu's default password; change it")
    }
    if response.status == 400 || response.status == 401 {
      return error(
        .wrongCredentials,
        """
        Kitsu does not know \(email) with this password (\(reply.words)); \
        check GAZU_USER and GAZU_PASSWD
        """)
    }
    return Refusal.refused(response, "log in to", base, account: nil)
  }
}

extension Account {
  init(user: Document, login: String?) {
    let name = [user["full_name"]?.string, login].compactMap { $0 }.first { !$0.isEmpty }
    self.init(
      id: user["id"]?.string ?? "", name: name ?? "without a name",
      role: user["role"]?.string ?? "unknown")
  }
}
