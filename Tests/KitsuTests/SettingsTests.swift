import Foundation
import Testing

@testable import Kitsu

@Suite("Address, secrets, tokens and patience")
struct SettingsTests {
  @Test(
    "Kitsu's address is taken with and without /api",
    arguments: [
      ("http://kitsu.host", "http://kitsu.host/api", "http://kitsu.host"),
      ("http://kitsu.host/", "http://kitsu.host/api", "http://kitsu.host"),
      (" https://kitsu.host/api/ ", "https://kitsu.host/api", "https://kitsu.host"),
      ("http://h:8080/kitsu", "http://h:8080/kitsu/api", "http://h:8080/kitsu"),
    ])
  func candidates(text: String, first: String, second: String) throws {
    #expect(try Address(text).candidates == [first, second])
  }

  @Test(
    "An address that is none says what is wanted",
    arguments: [
      "", "kitsu.host", "ftp://kitsu.host", "http://", "http://host/api?x=1", "http://host/#/open",
    ])
  func invalidAddress(text: String) throws {
    let error = #expect(throws: KitsuError.self) { try Address(text) }
    #expect(error?.code == .invalidSettings)
  }

  @Test("A password in the address is refused and not shown")
  func passwordInAddress() throws {
    let error = try #require(
      #expect(throws: KitsuError.self) { try Address("http://me:s3cret@kitsu.host/api") })
    #expect(error.code == .invalidSettings)
    #expect(!"\(error)".contains("s3cret"))
    #expect("\(error)".contains("GAZU_PASSWD"))
  }

  @Test("A secret prints as stars, also inside other values")
  func secrets() {
    let credentials = Credentials.password(email: "me@studio", Secret("s3cret"))
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped, "\(Secret("s3cret"))"] {
      #expect(!text.contains("s3cret"))
    }
  }

  @Test("A token's lifetime is read out of it, by the server's clock alone")
  func tokenLifetime() {
    func token(_ claims: String) -> Secret {
      let payload = Data(claims.utf8).base64EncodedString()
        .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
      return Secret("e30.\(payload).sig")
    }
    let week = token(#"{"iat": 1795350802, "exp": 1795955602, "name": "é?>"}"#)
    #expect(Token.lifetime(week) == 604_800)
    #expect(Token.lifetime(token(#"{"iat": 1795350802}"#)) == nil)
    #expect(Token.lifetime(Secret("no token")) == nil)
    #expect(!Token(week, generation: 1, received: .now).isDue)
    #expect(Token(week, generation: 1, received: .now - .seconds(604_750)).isDue)
    #expect(!Token(week, generation: 0).isDue)
  }

  @Test("Delays double with jitter and end with the tries")
  func backoff() throws {
    var budget = RetryBudget(
      RetryPolicy(attempts: 4, patience: .seconds(60), firstDelay: .seconds(1)))
    for full in [1.0, 2, 4] {
      let next = budget.delay()
      let delay = try #require(next)
      #expect(delay >= .seconds(full / 2) && delay <= .seconds(full))
    }
    let last = budget.delay()
    #expect(last == nil)
    #expect(budget.tries == 4)
  }

  @Test("Retry-After is honoured as far as the patience goes")
  func retryAfter() throws {
    var budget = RetryBudget(
      RetryPolicy(attempts: 5, patience: .seconds(1000), firstDelay: .milliseconds(1)))
    let asked = budget.delay(retryAfter: .seconds(3))
    #expect(asked == .seconds(3))
    let endless = budget.delay(retryAfter: .seconds(3600))
    let bounded = try #require(endless)
    #expect(bounded <= .seconds(1000) && bounded > .seconds(900))
  }

  @Test("Retry-After is seconds or a date by the server's clock")
  func retryAfterHeader() {
    func parsed(_ headers: [String: String]) -> Duration? {
      HTTP.retryAfter(Response(status: 503, headers: headers, body: ResponseBody(), redirect: nil))
    }
    #expect(parsed(["retry-after": "7"]) == .seconds(7))
    #expect(parsed(["retry-after": "-7"]) == .zero)
    #expect(parsed(["retry-after": "soon"]) == nil)
    #expect(parsed([:]) == nil)
    let dates = [
      "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT",
    ]
    #expect(parsed(dates) == .seconds(30))
  }

  @Test("A weak ETag is made strong, as Zou matches no weak one")
  func weakETag() {
    #expect(ProjectVersion.strong(#"W/"abc""#) == #""abc""#)
    #expect(ProjectVersion.strong(#""abc""#) == #""abc""#)
  }
}
