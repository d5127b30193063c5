internal import Foundation

/// An open file. The calls block; they are made on a store's own thread.
final class DumpFile: Sendable {
  let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a file or directory to read; nil where there is none.
  static func open(_ path: String) throws(AvalonError) -> DumpFile? {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { return DumpFile(path: path, descriptor: descriptor) }
    if errno == ENOENT { return nil }
    throw failure("read", path)
  }

  /// Makes a new file; one that exists is an error.
  static func create(_ path: String, mode: mode_t) throws(AvalonError) -> DumpFile {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("write", path) }
    return DumpFile(path: path, descriptor: descriptor)
  }

  /// Reads on, at most so many bytes; none at the end.
  func read(_ limit: Int) throws(AvalonError) -> Data {
    var data = Data(count: limit)
    while true {
      let count = data.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 { return data.prefix(count) }
      if errno != EINTR { throw Self.failure("read", path) }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(AvalonError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw Self.failure("write", path)
      }
    }
  }

  /// Waits until all that was written is on the disk.
  func synchronise() throws(AvalonError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
  }

  /// The permissions, or nil where they cannot be told.
  var mode: mode_t? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  func setMode(_ mode: mode_t) throws(AvalonError) {
    guard fchmod(descriptor, mode) == 0 else { throw Self.failure("write", path) }
  }

  /// Takes the lock of this directory if nobody has it. It ends when the file is closed, also by
  /// the end of the process.
  func tryLock() throws(AvalonError) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK || errno == EINTR { return false }
    throw Self.failure("lock", path)
  }

  /// The error of the last call, in words.
  static func failure(_ operation: String, _ path: String) -> AvalonError {
    let number = errno
    let advice =
      switch number {
      case EACCES, EPERM, EROFS: "; this user may not do that there"
      case ENOSPC, EDQUOT: "; free some space: what was there before is intact"
      case ENOTDIR: "; a part of the path is no directory"
      case EISDIR: "; a directory stands where a file should be"
      default: ""
      }
    return AvalonError(
      .io, operation: operation, subject: path, cause: String(cString: strerror(number)) + advice,
      isRetryable: number == ENOSPC || number == EDQUOT || number == EIO)
  }
}
