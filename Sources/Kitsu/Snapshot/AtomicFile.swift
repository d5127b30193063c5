internal import Foundation

/// A file that appears whole or not at all: written beside its place, synced, then renamed.
package final class AtomicFile {
  private let path: String
  private let temporary: String
  private let handle: FileHandle
  private var buffer = Data()
  private var isDone = false

  /// - Parameter mode: the permissions, before the user's mask.
  package init(_ path: String, mode: UInt32 = 0o644) throws(KitsuError) {
    self.path = path
    temporary = "\(path).\(UUID().uuidString).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw AtomicFile.failure(path, String(cString: strerror(errno)))
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit {
    if !isDone { unlink(temporary) }
  }

  package func write(_ text: String) throws(KitsuError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 20 { try flush() }
  }

  package func commit() throws(KitsuError) {
    try flush()
    do {
      try handle.synchronize()
      try handle.close()
    } catch {
      throw AtomicFile.failure(path, error.localizedDescription)
    }
    guard rename(temporary, path) == 0 else {
      throw AtomicFile.failure(path, String(cString: strerror(errno)))
    }
    isDone = true
    syncDirectory()
  }

  private func flush() throws(KitsuError) {
    do {
      try handle.write(contentsOf: buffer)
    } catch {
      throw AtomicFile.failure(path, error.localizedDescription)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes the new name last; some file systems have no directories to sync, which harms nothing.
  private func syncDirectory() {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ path: String, _ reason: String) -> KitsuError {
    KitsuError(
      .io, operation: "write", subject: path, cause: "\(reason); nothing was changed")
  }
}
