internal import Foundation

/// The bytes of an answer: grown by the transport's thread, read by whoever asked, freed with its
/// last reader.
/// `@unchecked Sendable`: only the transport's thread writes, and only before it hands it over.
final class ResponseBody: @unchecked Sendable {
  private var base: UnsafeMutableRawPointer?
  private var capacity = 0
  private(set) var count = 0

  init() {}

  convenience init(_ text: String) {
    self.init()
    _ = Array(text.utf8).withUnsafeBytes { append($0) }
  }

  deinit { free(base) }

  /// Makes room for an answer whose length is known, so that it is never copied while it grows.
  func reserve(_ length: Int) {
    guard length > capacity, let memory = realloc(base, length) else { return }
    base = memory
    capacity = length
  }

  /// False when there is no memory left.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return true }
    if count + bytes.count > capacity { reserve(max(count + bytes.count, capacity * 2, 4096)) }
    guard count + bytes.count <= capacity, let base else { return false }
    (base + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
    return true
  }

  /// Lends the bytes; the pointer must not outlive the closure.
  func withBytes<R, E: Error>(_ read: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try read(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The start of the body as text, for messages.
  func text(limit: Int = 300) -> String {
    withBytes { String(decoding: $0.prefix(limit), as: UTF8.self) }
  }
}
