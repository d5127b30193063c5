/// How connections are made.
struct TransportOptions: Sendable {
  /// A PEM file of certificate authorities in place of the system's.
  var caFile: String?
  var connectTimeout: Duration = .seconds(10)
  /// A transfer without a single byte for so long is given up. Zou computes a board of 100,000
  /// shots for half a minute before the first byte.
  var stallTimeout: Duration = .seconds(120)
  /// The time of one whole request; nginx in Kitsu's guide waits as long.
  var totalTimeout: Duration = .seconds(600)
  var userAgent = "avalon-sync"
}

extension Duration {
  var milliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
