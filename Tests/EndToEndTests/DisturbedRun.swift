import Foundation
import TestSupport
import Testing

/// One database that is taken back and forth, disturbed in every step.
struct DisturbedRun {
  private let show: ChangingShow
  private let database: AvalonDatabase
  private var random: SeededRandom
  private var current: Int?
  private var steps = 0
  private var completed = 0
  private var partly = 0
  private var intents = 0

  init(_ show: ChangingShow, _ database: AvalonDatabase, seed: UInt64) {
    self.show = show
    self.database = database
    random = SeededRandom(seed)
  }

  /// - Parameter disturb: applies and disturbs it after the time given; gives whether it succeeded.
  mutating func step(
    _ disturb: (Site, Duration, inout SeededRandom) async throws -> Bool
  ) async throws {
    // Creates are disturbed as often as changes.
    if steps.isMultiple(of: 4) {
      try await ChangingShow.clear(database)
      try await ChangingShow.prepare(database)
      current = nil
    }
    steps += 1
    let before = current.map { show.expected[$0] }
    let step = ChangingShow.step(after: current)
    let text = "disturbance \(steps), step \(step)"
    let moment = show.moment(of: step, &random)
    if try await disturb(try show.site(database, step), moment, &random) { completed += 1 }
    let after = try await database.documents(ChangingShow.collection)
    ChangingShow.expectSound(after, "\(text) after \(moment)")
    if after != before, after.count != 2, after != show.expected[step] { partly += 1 }
    intents += try await ChangingShow.openIntents(database)
    try await show.expectConverges(database, step, "\(text) after \(moment)")
    if steps.isMultiple(of: 10) {
      #expect(
        try await show.site(database, step).run("plan", "--detailed-exitcode").code == 0, "\(text)")
    }
    current = step
  }

  func end(_ title: String) async throws {
    try await ChangingShow.clear(database)
    try FileHandle.standardError.write(
      contentsOf: Data(
        """
        \(title): \(steps) disturbances, \(completed) applies succeeded all the same, \
        \(partly) left the database half-way, \(intents) left an intent open

        """.utf8))
  }
}
