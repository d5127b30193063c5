/// As whom Kitsu is read.
package enum Credentials: Sendable {
  case password(email: String, Secret)
  /// A bot's access token, as Kitsu shows it once when the bot is made.
  case token(Secret)
}

/// Who Kitsu says that we are.
struct Account: Sendable {
  let id: String
  let name: String
  let role: String

  var isAdmin: Bool { role == "admin" }
}
