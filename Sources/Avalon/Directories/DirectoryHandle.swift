internal import CDirectories
internal import Foundation

/// An open folder, from which one step is made at a time: no link is ever followed, whoever puts one
/// there while we are at it. The calls block.
final class DirectoryHandle {
  /// What stands under a name.
  struct Entry: Equatable {
    enum Kind { case folder, link, other }

    let kind: Kind
    /// Which mounted file system it is on.
    let device: dev_t
  }

  /// The error number of a system call that failed.
  struct Failure: Error, Equatable {
    let number: Int32
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

  /// The root itself may be a link: that is who set it up's own choice.
  static func open(root: String) throws(Failure) -> DirectoryHandle {
    try DirectoryHandle(descriptor: checked { Foundation.open(root, flags) })
  }

  func open(_ name: String) throws(Failure) -> DirectoryHandle {
    let flags = Self.flags | O_NOFOLLOW
    return try DirectoryHandle(descriptor: Self.checked { openat(descriptor, name, flags) })
  }

  /// What stands under a name, nil where nothing does.
  func entry(_ name: String) throws(Failure) -> Entry? {
    var status = stat()
    do throws(Failure) {
      try Self.checked { fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) }
      return Self.entry(status)
    } catch {
      guard error.number == ENOENT else { throw error }
      return nil
    }
  }

  func entry() throws(Failure) -> Entry {
    var status = stat()
    try Self.checked { fstat(descriptor, &status) }
    return Self.entry(status)
  }

  private static func entry(_ status: stat) -> Entry {
    let kind: Entry.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    return Entry(kind: kind, device: status.st_dev)
  }

  func make(_ name: String) throws(Failure) {
    try Self.checked { mkdirat(descriptor, name, 0o777) }
  }

  /// Only where it is empty.
  func remove(_ name: String) throws(Failure) {
    try Self.checked { unlinkat(descriptor, name, AT_REMOVEDIR) }
  }

  /// Never replaces what stands at the target.
  func rename(
    _ name: String, to newName: String, in folder: DirectoryHandle
  ) throws(Failure) {
    do throws(Failure) {
      try Self.checked {
        rename_without_replacing(descriptor, name, folder.descriptor, newName)
      }
    } catch {
      // NFS and older file systems cannot promise that.
      guard [EINVAL, ENOSYS, EOPNOTSUPP].contains(error.number) else { throw error }
      try renameAfterLook(name, to: newName, in: folder)
    }
  }

  /// For file systems that cannot refuse to replace: a folder that is made there in the moment
  /// between is replaced only if it is empty.
  func renameAfterLook(
    _ name: String, to newName: String, in folder: DirectoryHandle
  ) throws(Failure) {
    guard try folder.entry(newName) == nil else { throw Failure(number: EEXIST) }
    try Self.checked { renameat(descriptor, name, folder.descriptor, newName) }
  }

  @discardableResult
  private static func checked(_ call: () -> Int32) throws(Failure) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      let number = errno
      if number != EINTR { throw Failure(number: number) }
    }
  }
}
