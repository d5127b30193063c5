internal import Foundation
internal import Synchronization

/// Stands on loopback before the real Zou and harms what passes, as networks and proxies do.
package final class FaultProxy: Sendable {
  /// What happens to one request.
  package enum Fault: Sendable {
    case pass
    /// The connection is closed without an answer.
    case drop
    /// The answer is closed after so many bytes of it.
    case cut(Int)
    /// This is answered in Zou's place.
    case reply(String)
    /// The answer comes later.
    case delay(Double)
    /// Zou gets a token that is none.
    case garbleToken
  }

  /// A request as it came: `GET /api/status` and its header.
  package struct Request: Sendable {
    package let line: String
    package let head: String
  }

  private struct Log: Sendable {
    var lines: [String] = []
  }

  private let listener: Int32
  private let upstream: Int
  private let log = Mutex(Log())
  private let fault: @Sendable (Request) -> Fault
  package let port: Int

  /// - Parameter upstream: the real server's port on loopback.
  package init(upstream: Int, fault: @escaping @Sendable (Request) -> Fault) throws {
    self.upstream = upstream
    self.fault = fault
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = FaultProxy.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, generic, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { return }
        let serve = Thread { self.serve(connection) }
        serve.start()
      }
    }
    thread.start()
  }

  /// Before the stack's Kitsu.
  package static func kitsu(
    fault: @escaping @Sendable (Request) -> Fault
  ) throws -> FaultProxy {
    guard let port = URL(string: KitsuStack.url)?.port else { throw POSIXError(.EADDRNOTAVAIL) }
    return try FaultProxy(upstream: port, fault: fault)
  }

  /// What stands in the settings in place of Kitsu's address.
  package var address: String { "http://127.0.0.1:\(port)/api" }

  deinit { stop() }

  package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The request lines so far.
  package var lines: [String] { log.withLock { $0.lines } }

  package func count(_ part: String) -> Int { lines.count { $0.contains(part) } }

  // MARK: One connection, one request

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let (request, body) = FaultProxy.receive(from: connection) else { return }
    log.withLock { $0.lines.append(request.line) }
    var head = request.head
    var limit = Int.max
    switch fault(request) {
    case .pass: break
    case .drop: return
    case .cut(let bytes): limit = bytes
    case .reply(let text):
      FaultProxy.send(Array(text.utf8), to: connection)
      return
    case .delay(let seconds): Thread.sleep(forTimeInterval: seconds)
    case .garbleToken:
      head = head.replacingOccurrences(of: "Bearer ", with: "Bearer x")
    }
    relay(head, body, to: connection, limit: limit)
  }

  private func relay(_ head: String, _ body: [UInt8], to connection: Int32, limit: Int) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    var address = FaultProxy.loopback(upstream)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        connect(server, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard connected else { return }
    let closing = head.replacingOccurrences(of: "\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
    FaultProxy.send(Array(closing.utf8) + body, to: server)
    var left = limit
    var buffer = [UInt8](repeating: 0, count: 65536)
    while left > 0 {
      let count = recv(server, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      FaultProxy.send(Array(buffer.prefix(min(count, left))), to: connection)
      left -= count
    }
  }

  private static func receive(from connection: Int32) -> (Request, [UInt8])? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let headEnd = bytes.firstRange(of: end) {
        let head = String(decoding: bytes[..<headEnd.upperBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let length =
          lines.first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        let body = Array(bytes[headEnd.upperBound...])
        if body.count >= length {
          return (Request(line: String(lines.first ?? ""), head: head), body)
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer.prefix(count)
    }
  }

  private static func send(_ bytes: [UInt8], to connection: Int32) {
    var sent = 0
    while sent < bytes.count {
      let rest = Array(bytes[sent...])
      let count = Foundation.send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { return }
      sent += count
    }
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
