internal import BSON
internal import Foundation

/// A file that takes another one's place at once and whole: written beside it, brought to the disk,
/// then renamed. Until then the old one is untouched.
final class AtomicFile {
  static let prefix = ".avalon-sync-"

  private let target: String
  private let file: DumpFile
  private var buffer: [UInt8] = []
  private var isCommitted = false

  private static let bufferSize = 1024 * 1024

  /// - Parameter mode: the permissions; nil takes those of the file that is replaced.
  init(replacing target: String, in directory: DumpDirectory) throws(AvalonError) {
    self.target = target
    let name = Self.prefix + UUID().uuidString + ".tmp"
    file = try DumpFile.create(directory.path(of: name), mode: 0o666)
    if let mode = try DumpFile.open(target)?.mode { try file.setMode(mode) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  /// What was not committed is removed.
  deinit { if !isCommitted { unlink(file.path) } }

  func append(_ document: Document) throws(AvalonError) {
    document.withBytes { buffer.append(contentsOf: $0) }
    if buffer.count >= Self.bufferSize { try flush() }
  }

  func append(_ text: String) throws(AvalonError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(AvalonError) {
    let result = buffer.withUnsafeBytes { bytes in
      Result { () throws(AvalonError) in try file.write(bytes) }
    }
    try result.get()
    buffer.removeAll(keepingCapacity: true)
  }

  /// Puts the file in its place. The directory must be brought to the disk after it.
  func commit() throws(AvalonError) {
    try flush()
    try file.synchronise()
    guard rename(file.path, target) == 0 else { throw DumpFile.failure("replace", target) }
    isCommitted = true
  }
}
