/// Why something is not done, and what lifts it.
package struct Hold: Sendable, Equatable {
  package let reason: String
  package let remedy: String

  package init(_ reason: String, remedy: String = "correct its name in Kitsu, then plan again") {
    self.reason = reason
    self.remedy = remedy
  }
}
