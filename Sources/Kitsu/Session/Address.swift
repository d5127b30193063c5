internal import Foundation

/// Kitsu's address as a person writes it, with or without `/api`.
struct Address: Sendable {
  /// The bases under which Zou may answer, the likelier first: behind Kitsu's front it is `/api`,
  /// a bare Zou has no prefix.
  let candidates: [String]
  /// For people.
  let text: String

  init(_ text: String) throws(KitsuError) {
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    func invalid(_ cause: String) -> KitsuError {
      KitsuError(
        .invalidSettings, operation: "use", subject: "Kitsu's address", cause: cause)
    }
    guard !trimmed.isEmpty else {
      throw invalid("it is empty; set GAZU_URL, for example to http://kitsu.studio/api")
    }
    guard let parts = URLComponents(string: trimmed), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
    else {
      throw invalid(
        "it must begin with http:// or https:// and a host, for example http://kitsu.studio/api")
    }
    guard parts.user == nil, parts.password == nil else {
      throw invalid("it holds a user or password; set GAZU_USER and GAZU_PASSWD instead")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw invalid("it has a '?' or '#'; only host and path are wanted")
    }
    var base = trimmed
    while base.hasSuffix("/") { base.removeLast() }
    self.text = base
    if base.hasSuffix("/api") {
      candidates = [base, String(base.dropLast(4))]
    } else {
      candidates = [base + "/api", base]
    }
  }

  /// The path of a URL for messages: never its query.
  static func subject(_ url: String) -> String {
    guard let parts = URLComponents(string: url), !parts.path.isEmpty else {
      return withoutQuery(url)
    }
    return parts.path
  }

  static func withoutQuery(_ url: String) -> String {
    String(url.prefix { $0 != "?" && $0 != "#" })
  }

  /// `https://host:port` of a URL.
  static func server(_ url: String) -> String {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host
    else { return withoutQuery(url) }
    return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
  }
}
