internal import CMongoC

/// An error of libmongoc: which kind it is, and in words.
struct MongoFailure {
  enum Origin {
    /// The server answered and refused the command before it wrote anything.
    case refused
    /// The server answered, but may have done a part: it was interrupted, ran out of its time, or is
    /// not the primary any more.
    case interrupted
    /// Nothing was sent.
    case notSent
    /// The connection broke.
    case connection
  }

  private let domain: UInt32
  private let code: UInt32
  private let text: String
  private let address: MongoAddress

  init(_ error: bson_error_t, address: MongoAddress) {
    domain = error.domain
    code = error.code
    text = address.redacted(MongoLibrary.text(of: error))
    self.address = address
  }

  var origin: Origin {
    switch mongoc_error_domain_t(domain) {
    case MONGOC_ERROR_SERVER: Self.interruptions.contains(code) ? .interrupted : .refused
    case MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SCRAM, MONGOC_ERROR_SASL, MONGOC_ERROR_POOL:
      .notSent
    case MONGOC_ERROR_CLIENT where code == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue: .notSent
    case MONGOC_ERROR_BSON, MONGOC_ERROR_COMMAND: .notSent
    default: .connection
    }
  }

  /// MongoDB's error codes (`src/mongo/base/error_codes.yml`).
  private static let notPrimary: Set<UInt32> = [10107, 13435, 10058]
  private static let shutdown: Set<UInt32> = [91, 189, 11600, 11602]
  private static let interruptions: Set<UInt32> = shutdown.union(notPrimary).union([50, 262, 11601])
  private static let unauthorised: Set<UInt32> = [13, 18, 8000]
  private static let writeConcern: Set<UInt32> = [64, 79, 100]
  private static let tooLarge: Set<UInt32> = [10334, 17280, 17419]
  private static let namespaceExists: UInt32 = 48

  func asError(_ operation: String, _ subject: String) -> AvalonError {
    let (kind, cause, isRetryable) = explanation
    return AvalonError(
      kind, operation: operation, subject: subject, cause: cause, isRetryable: isRetryable)
  }

  /// In words, for one operation's outcome.
  var words: String { explanation.cause }

  private var explanation: (code: AvalonError.Code, cause: String, isRetryable: Bool) {
    switch mongoc_error_domain_t(domain) {
    case MONGOC_ERROR_SERVER_SELECTION: return unreachable
    case MONGOC_ERROR_STREAM:
      return (
        .unreachable, "the connection to \(address.description) broke: \(text)", true
      )
    case MONGOC_ERROR_SCRAM, MONGOC_ERROR_SASL: return refusedLogin
    case MONGOC_ERROR_CLIENT where code == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue:
      return refusedLogin
    case MONGOC_ERROR_WRITE_CONCERN: return (.writeConcern, text, true)
    case MONGOC_ERROR_SERVER: return server
    default: return (.server, text, false)
    }
  }

  private var unreachable: (AvalonError.Code, String, Bool) {
    if text.contains("TLS") || text.contains("certificate") {
      let advice =
        "check that the server speaks TLS and that its certificate names the host and is"
        + " signed by a known authority (tlsCAFile in the URI)"
      return (.unreachable, "TLS to \(address.description) failed: \(text); \(advice)", true)
    }
    let time = "\(address.selectionTimeout) ms"
    return (
      .unreachable,
      "no server that takes this answered at \(address.description) within \(time): \(text); check"
        + " the address, that mongod runs there (with a replica set: that it has a primary and that"
        + " the set's name and its members' host names are right) and that no firewall is between",
      true
    )
  }

  private var refusedLogin: (AvalonError.Code, String, Bool) {
    (
      .notAuthorised,
      "\(address.description) refused the login (\(text)); check user, password and authSource in"
        + " the URI", false
    )
  }

  private var server: (AvalonError.Code, String, Bool) {
    if Self.unauthorised.contains(code) {
      return (
        .notAuthorised,
        "\(text); plan needs the role read on Avalon's database, apply needs readWrite", false
      )
    }
    if Self.notPrimary.contains(code) { return (.notPrimary, Self.primaryAdvice(text), true) }
    if Self.shutdown.contains(code) {
      return (.notPrimary, "the server changes its role or stops: \(text)", true)
    }
    if Self.writeConcern.contains(code) { return (.writeConcern, text, true) }
    if Self.tooLarge.contains(code) { return (.tooLarge, text, false) }
    if code == Self.namespaceExists { return (.exists, text, false) }
    return (.server, "\(text) (MongoDB error \(code))", Self.interruptions.contains(code))
  }

  static func primaryAdvice(_ text: String) -> String {
    "\(text); this server is not the primary of its replica set: add ?replicaSet=NAME to the URI,"
      + " so that the primary is found, or name its host"
  }
}
