import Foundation
import TestSupport

/// The end of a service manager: a unix datagram socket of our own, on a path or an abstract name.
final class DatagramReceiver: Sendable {
  private let handle: Int32

  /// - Parameter name: as `NOTIFY_SOCKET` has it: a path, or `@` and a name.
  init(_ name: String) throws {
    handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array((name.hasPrefix("@") ? "\0" + name.dropFirst() : name[...]).utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, length) }
    }
    if handle < 0 || code != 0 {
      throw CommandFailure(text: "\(name): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(handle) }

  /// The lines of the next message; throws where none comes in a minute.
  func next() async throws -> [String] {
    // As much as systemd reads of one.
    var buffer = [UInt8](repeating: 0, count: 4096)
    let end = ContinuousClock.now + .seconds(60)
    while true {
      let count = recv(handle, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count >= 0 {
        guard let text = String(validating: buffer[..<count], as: UTF8.self) else {
          throw CommandFailure(text: "a message that is not UTF-8")
        }
        return text.components(separatedBy: "\n")
      }
      if errno != EAGAIN || ContinuousClock.now > end {
        throw CommandFailure(text: "no message: \(String(cString: strerror(errno)))")
      }
      // It polls: a thread that waits in the system would be one of Swift's own.
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The first message from now on that holds a line like this one; throws where none comes in a minute.
  func next(_ start: String) async throws -> [String] {
    let end = ContinuousClock.now + .seconds(60)
    var last: [String] = []
    while ContinuousClock.now < end {
      let lines = try await next()
      if lines.contains(where: { $0.hasPrefix(start) }) { return lines }
      if lines != ["WATCHDOG=1"] { last = lines }
    }
    throw CommandFailure(text: "no message with \(start); the last one was \(last)")
  }
}
