internal import CMongoC
internal import Foundation

/// A MongoDB URI as libmongoc takes it: credentials, TLS, replica sets, SRV and all options.
/// Its database is not used: Avalon's stands in a setting of its own.
///
/// `@unchecked Sendable`: the parsed URI is only read after `init`.
final class MongoAddress: @unchecked Sendable {
  private let handle: OpaquePointer
  /// The hosts without credentials: `mongodb://db.studio:27017`.
  let description: String
  /// How long libmongoc looks for a server that can serve, in milliseconds.
  let selectionTimeout: Int
  /// The most connections that the URI allows.
  let connectionLimit: Int
  /// How long a write may wait for the majority, in milliseconds.
  let writeConcernTimeout: Int
  /// Whether the URI asks for writes that are on disk.
  let wantsJournal: Bool
  private let secrets: [String]

  /// - Parameters:
  ///   - timeout: for finding and for reaching a server, unless the URI has its own.
  ///   - patience: the longest to wait for a server and for the answer to a command, whatever the URI
  ///     says.
  init(_ uri: String, timeout: Duration?, patience: Duration? = nil) throws(AvalonError) {
    MongoLibrary.start()
    var error = bson_error_t()
    let uri = uri.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !uri.utf8.contains(0), let handle = mongoc_uri_new_with_error(uri, &error) else {
      throw MongoAddress.refusal(of: uri, libraryText: MongoLibrary.text(of: error))
    }
    self.handle = handle
    description = MongoAddress.hosts(of: handle)
    secrets = MongoAddress.secrets(of: handle)
    // It takes all after the first @ for hosts, where a password holds a second one.
    guard !description.contains("@") else {
      mongoc_uri_destroy(handle)
      throw MongoAddress.refusal(of: uri, libraryText: "")
    }
    if let timeout { MongoAddress.set(timeout, in: handle) }
    if let patience {
      mongoc_uri_set_option_as_int32(
        handle, MONGOC_URI_SOCKETTIMEOUTMS, Int32(clamping: patience.milliseconds))
      for (option, usual) in [
        (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, Int32(30_000)), (MONGOC_URI_CONNECTTIMEOUTMS, 10_000),
      ] {
        let longest = mongoc_uri_get_option_as_int32(handle, option, usual)
        mongoc_uri_set_option_as_int32(
          handle, option, min(longest, Int32(clamping: patience.milliseconds)))
      }
    }
    selectionTimeout = Int(
      mongoc_uri_get_option_as_int32(handle, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 30_000))
    connectionLimit = Int(mongoc_uri_get_option_as_int32(handle, MONGOC_URI_MAXPOOLSIZE, 100))
    let concern = mongoc_uri_get_write_concern(handle)
    let wait = mongoc_write_concern_get_wtimeout(concern)
    writeConcernTimeout = min(wait > 0 ? Int(wait) : 60_000, patience?.milliseconds ?? .max)
    if patience == nil, !mongoc_uri_has_option(handle, MONGOC_URI_SOCKETTIMEOUTMS) {
      let longest = writeConcernTimeout + MongoAddress.answerTime
      mongoc_uri_set_option_as_int32(
        handle, MONGOC_URI_SOCKETTIMEOUTMS, Int32(clamping: longest))
    }
    wantsJournal = mongoc_write_concern_get_journal(concern)
  }

  /// How long an answer may take, in milliseconds, beside a write's wait for the majority: libmongoc waits
  /// for five minutes for a server that hangs.
  private static let answerTime = 30_000

  deinit { mongoc_uri_destroy(handle) }

  /// Lends the parsed URI; the pointer must not outlive the closure.
  func withHandle<R>(_ body: (OpaquePointer) -> R) -> R {
    withExtendedLifetime(self) { body(handle) }
  }

  /// A text of libmongoc or of a server without the passwords of the URI.
  func redacted(_ text: String) -> String {
    secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "***") }
  }

  private static func set(_ timeout: Duration, in handle: OpaquePointer) {
    let value = Int32(clamping: timeout.milliseconds)
    for option in [MONGOC_URI_SERVERSELECTIONTIMEOUTMS, MONGOC_URI_CONNECTTIMEOUTMS]
    where !mongoc_uri_has_option(handle, option) {
      mongoc_uri_set_option_as_int32(handle, option, value)
    }
  }

  private static func hosts(of handle: OpaquePointer) -> String {
    if let name = mongoc_uri_get_srv_hostname(handle) {
      return "mongodb+srv://" + String(cString: name)
    }
    var names: [String] = []
    var next = mongoc_uri_get_hosts(handle)
    while let host = next {
      names.append(
        withUnsafePointer(to: host.pointee.host_and_port) {
          $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
            String(cString: $0)
          }
        })
      next = UnsafePointer(host.pointee.next)
    }
    return "mongodb://" + names.joined(separator: ",")
  }

  private static func secrets(of handle: OpaquePointer) -> [String] {
    let options = mongoc_uri_get_option_as_utf8(
      handle, MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD, nil)
    return [mongoc_uri_get_password(handle), options].compactMap { $0.map(String.init(cString:)) }
      .flatMap { secret in
        [secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret]
      }
      .filter { !$0.isEmpty }
  }

  /// libmongoc quotes parts of a URI that it cannot read; where these may hold a password, its words
  /// are left out.
  private static func refusal(of uri: String, libraryText: String) -> AvalonError {
    let rest = uri.range(of: "://").map { uri[$0.upperBound...] } ?? uri[...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let mayHoldSecret =
      rest.contains("@") || rest.lowercased().contains("password")
      || authority.split(separator: ",").contains { host in
        guard let colon = host.lastIndex(of: ":") else { return false }
        return !host[host.index(after: colon)...].allSatisfy(\.isNumber)
      }
    let shape =
      "write mongodb://HOST:PORT or mongodb://USER:PASSWORD@HOST:PORT/?OPTION=VALUE, with the"
      + " characters : / ? # [ ] @ % of user and password percent-encoded"
    let scheme = uri.hasPrefix("mongodb://") || uri.hasPrefix("mongodb+srv://")
    let cause =
      !scheme
      ? "it does not begin with mongodb:// or mongodb+srv://"
      : mayHoldSecret ? "it is no MongoDB URI" : "it is no MongoDB URI (\(libraryText))"
    return AvalonError(
      .invalidAddress, operation: "read", subject: "the address of MongoDB",
      cause: cause + "; " + shape)
  }
}

extension Duration {
  /// As MongoDB counts: whole ones, at least one, as none means without end there.
  var milliseconds: Int { Int(min(max(1, (self / .milliseconds(1)).rounded()), 1e15)) }
}
