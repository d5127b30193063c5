/// Where the status server listens.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  /// A name or an address, without brackets.
  package let host: String
  package let port: Int

  /// On loopback: what it shows is for the machine's own users until somebody decides otherwise. The
  /// port is the one that OpenTelemetry's specification gives to exporters for Prometheus.
  package static let usual = ListenAddress(host: "127.0.0.1", port: 9464)

  private init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// - Parameter text: `host:port`, `[::1]:port`, `:port` for all addresses; port 0 for a free one.
  /// - Returns: nil for a text that is none of them.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      0...65535 ~= port
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  func with(port: Int) -> ListenAddress { ListenAddress(host: host, port: port) }

  package var isLoopback: Bool {
    host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.isIPv4)
  }

  package var description: String {
    (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
  }

  /// Whether a request that names this host may be answered.
  ///
  /// A page from elsewhere can give its own name the address 127.0.0.1 after it was loaded (DNS
  /// rebinding) and read what is served here as its own. Its requests still name its host: on
  /// loopback only names of loopback are answered.
  /// - Parameter authority: the header `Host`.
  func answers(to authority: String?) -> Bool {
    guard isLoopback else { return true }
    guard let authority else { return false }
    let bare = ListenAddress(authority)?.host ?? authority.filter { $0 != "[" && $0 != "]" }
    return ListenAddress(host: bare.lowercased(), port: port).isLoopback
  }
}

extension String {
  fileprivate var isIPv4: Bool {
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
