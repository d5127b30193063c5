internal import BSON
internal import Foundation

/// An access token with its age.
struct Token: Sendable {
  let secret: Secret
  /// Counts up with every renewal: requests that were refused with an older one just repeat.
  let generation: Int
  /// When it is renewed before it ends; nil when it never does.
  let renewal: ContinuousClock.Instant?

  init(_ secret: Secret, generation: Int, received: ContinuousClock.Instant? = nil) {
    self.secret = secret
    self.generation = generation
    renewal = received.flatMap { received in
      Token.lifetime(secret).map { received + Duration.seconds($0 - min(60, $0 / 10)) }
    }
  }

  var isDue: Bool { renewal.map { $0 <= .now } ?? false }

  var header: String { "Authorization: Bearer \(secret.text)" }

  /// Seconds from issue to expiry, both by the server's clock, so that ours need not agree.
  static func lifetime(_ token: Secret) -> Double? {
    let parts = token.text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var payload = String(parts[1]).replacingOccurrences(of: "-", with: "+")
      .replacingOccurrences(of: "_", with: "/")
    payload += String(repeating: "=", count: (4 - payload.count % 4) % 4)
    guard let bytes = Data(base64Encoded: payload) else { return nil }
    let body = ResponseBody(String(decoding: bytes, as: UTF8.self))
    guard let claims = body.documentIfAny(), let end = claims["exp"]?.int,
      let start = claims["iat"]?.int
    else { return nil }
    let (seconds, overflows) = end.subtractingReportingOverflow(start)
    return overflows ? nil : Double(max(0, seconds))
  }
}
