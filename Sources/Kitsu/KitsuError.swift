/// What went wrong between us and Kitsu.
package struct KitsuError: Error, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    package let name: String
    /// The address, the account or a file's name cannot be used as it is written.
    package static let invalidSettings = Code(name: "invalid-settings")
    package static let hostNotFound = Code(name: "host-not-found")
    package static let unreachable = Code(name: "unreachable")
    package static let timedOut = Code(name: "timed-out")
    package static let tls = Code(name: "tls")
    /// The connection broke, or the answer ended early.
    package static let dropped = Code(name: "dropped")
    package static let wrongCredentials = Code(name: "wrong-credentials")
    package static let locked = Code(name: "locked")
    package static let secondFactor = Code(name: "second-factor")
    /// The server no longer takes the token.
    package static let unauthorised = Code(name: "unauthorised")
    package static let forbidden = Code(name: "forbidden")
    package static let notFound = Code(name: "not-found")
    /// Something answers, but it is not Kitsu's API.
    package static let notKitsu = Code(name: "not-kitsu")
    package static let tooOld = Code(name: "too-old")
    /// Kitsu answers but PostgreSQL or Redis behind it does not.
    package static let storeDown = Code(name: "store-down")
    package static let server = Code(name: "server")
    package static let invalidAnswer = Code(name: "invalid-answer")
    package static let cancelled = Code(name: "cancelled")
    /// A snapshot file that cannot be read as one.
    package static let damaged = Code(name: "damaged")
    package static let io = Code(name: "io")
  }

  package let code: Code
  /// Whether the server cannot be used; else it answers, and refuses this one thing or says it wrongly.
  package var isOfServer: Bool {
    ![.forbidden, .notFound, .invalidAnswer, .cancelled].contains(code)
  }
  /// Whether nothing of the server can be had: one that fails at one question may answer the others.
  package var isOfConnection: Bool { isOfServer && code != .server }
  /// Whether the account may not see what was asked for, or this server has no such thing.
  var isOfRights: Bool { code == .forbidden || code == .notFound }
  /// What was being done: "log in to", "read".
  package let operation: String
  /// The address, the path of the URL without its query, or the file.
  package let subject: String
  /// What happened, in words, and what to do about it.
  package let cause: String
  package let isRetryable: Bool

  package init(
    _ code: Code, operation: String, subject: String, cause: String, isRetryable: Bool = false
  ) {
    self.code = code
    self.operation = operation
    self.subject = subject
    self.cause = cause
    self.isRetryable = isRetryable
  }

  package var description: String { "cannot \(operation) \(subject): \(cause)" }

  static func cancelled(_ operation: String, _ subject: String) -> KitsuError {
    KitsuError(.cancelled, operation: operation, subject: subject, cause: "it was cancelled")
  }
}
