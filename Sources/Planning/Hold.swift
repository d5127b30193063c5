/// Why something is not done, and what lifts it.
package struct Hold: Sendable, Equatable {
  package let reason: String
  package let remedy: String
  /// What a person says so that it is done this once, where that is the remedy.
  package let lift: Lift?

  package init(
    _ reason: String, remedy: String = "correct its name in Kitsu, then plan again",
    lift: Lift? = nil
  ) {
    self.reason = reason
    self.remedy = remedy
    self.lift = lift
  }
}
