internal import Foundation

/// An open folder of the old tool. What lies in it is opened by the folder's descriptor and never
/// through a link, so that nothing outside can be read however the names change meanwhile.
final class OldFolder {
  let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The folder that the user named, which may be a link; nil where there is none.
  static func open(_ path: String) throws(AvalonError) -> OldFolder? {
    let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { return OldFolder(path: path, descriptor: descriptor) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw DumpFile.failure("read", path)
  }

  func path(of name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

  /// A folder in this one.
  func folder(_ name: String) throws(AvalonError) -> OldFolder {
    let path = path(of: name)
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if opened >= 0 { return OldFolder(path: path, descriptor: opened) }
    if errno == ENOTDIR || errno == ELOOP {
      throw AvalonError.oldFile(path, "it is no folder, or a link")
    }
    throw DumpFile.failure("read", path)
  }

  /// The names in it, in no order.
  /// - Throws: `too-large` where there are more than so many.
  func names(limit: Int) throws(AvalonError) -> [String] {
    // Another descriptor, as closing the stream closes it.
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else {
      let error = DumpFile.failure("read", path)
      if copy >= 0 { close(copy) }
      throw error
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if name == "." || name == ".." { continue }
      guard names.count < limit else {
        throw AvalonError(
          .tooLarge, operation: "read", subject: path,
          cause: "it holds more than \(limit) files; no project of the old tool has so many")
      }
      names.append(name)
      errno = 0
    }
    guard errno == 0 else { throw DumpFile.failure("read", path) }
    return names
  }

  /// The bytes of a regular file in it.
  /// - Throws: `damaged` for a link, a device or a file over the limit, which is not read then.
  func read(_ name: String, limit: Int) throws(AvalonError) -> [UInt8] {
    let path = path(of: name)
    // A named pipe would wait for its writer without O_NONBLOCK.
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else {
      if errno == ELOOP || errno == ENXIO {
        throw AvalonError.oldFile(path, "it is a link or no regular file")
      }
      throw DumpFile.failure("read", path)
    }
    defer { close(opened) }
    var status = stat()
    guard fstat(opened, &status) == 0 else { throw DumpFile.failure("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw AvalonError.oldFile(path, "it is a link or no regular file")
    }
    guard status.st_size <= limit else {
      throw AvalonError.oldFile(
        path, "it has \(status.st_size) bytes, where \(limit) are more than enough")
    }
    return try OldFolder.bytes(opened, path, limit: limit)
  }

  /// One byte more than the limit is asked for: the file may have grown since it was looked at.
  private static func bytes(
    _ descriptor: Int32, _ path: String, limit: Int
  ) throws(AvalonError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Foundation.read(
          descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      if got > 0 {
        count += got
      } else if errno != EINTR {
        throw DumpFile.failure("read", path)
      }
    }
    guard count <= limit else {
      throw AvalonError.oldFile(path, "it grows while it is read", at: limit)
    }
    return Array(bytes.prefix(count))
  }
}
