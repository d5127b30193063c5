/// What went wrong between us and Avalon's database.
package struct AvalonError: Error, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    package let name: String
    /// The address or the directory cannot be used as it is written.
    package static let invalidAddress = Code(name: "invalid-address")
    package static let unreachable = Code(name: "unreachable")
    package static let notAuthorised = Code(name: "not-authorised")
    package static let notPrimary = Code(name: "not-primary")
    package static let writeConcern = Code(name: "write-concern")
    /// The name is taken.
    package static let exists = Code(name: "exists")
    package static let tooLarge = Code(name: "too-large")
    /// A document or file that is no BSON.
    package static let damaged = Code(name: "damaged")
    package static let io = Code(name: "io")
    /// A folder of artists' work cannot be renamed.
    package static let directory = Code(name: "directory")
    package static let server = Code(name: "server")
    /// A person paused the project.
    package static let paused = Code(name: "paused")
    /// The server's version has not what is needed.
    package static let tooOld = Code(name: "too-old")
  }

  package let code: Code
  /// Whether the server cannot be used; else it answers, and refuses this one thing.
  package var isOfConnection: Bool {
    [.unreachable, .notPrimary, .invalidAddress, .notAuthorised, .writeConcern].contains(code)
  }
  /// What was being done: "read", "write", "list collections".
  package let operation: String
  /// Which collection, file or address.
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
}
