internal import Foundation
internal import Planning

/// Why a folder was not renamed, in words and with what to do about it.
struct DirectoryFailure {
  /// The folder that should be renamed: errors name it, relative to the root.
  let subject: FolderPath

  func error(_ cause: String, isRetryable: Bool = false) -> AvalonError {
    AvalonError(
      .directory, operation: "rename the folder", subject: "\(subject)", cause: cause,
      isRetryable: isRetryable)
  }

  func isLink(_ path: FolderPath) -> AvalonError {
    error("'\(path)' is a link, which is never followed here; rename by hand what it leads to")
  }

  func isNoFolder(_ path: FolderPath) -> AvalonError {
    error("'\(path)' is no folder; look what it is, and move it away")
  }

  func isTaken(_ target: FolderPath) -> AvalonError {
    error("'\(target)' is there already; bring the two together by hand, or move that one away")
  }

  func isMount(_ target: FolderPath) -> AvalonError {
    error(
      "'\(subject)' and '\(target)' are on different mounts, and nothing is copied; move it by hand"
    )
  }

  func isMountPoint() -> AvalonError {
    error("it is a mount of its own; mount it under its new name by hand")
  }

  func root(_ root: String, _ number: Int32) -> AvalonError {
    error(
      "the root of all projects '\(root)' cannot be opened: \(String(cString: strerror(number)))"
        + "; is it mounted, and AVALON_PROJECTS right?", isRetryable: true)
  }

  /// What a system call said that failed.
  func system(_ number: Int32, at path: FolderPath) -> AvalonError {
    switch number {
    case EEXIST, ENOTEMPTY: isTaken(path)
    case EXDEV: isMount(path)
    default:
      error(
        "'\(path)': " + String(cString: strerror(number)) + Self.advice(number),
        isRetryable: [ENOSPC, EDQUOT, EIO, EBUSY, ESTALE].contains(number))
    }
  }

  private static func advice(_ number: Int32) -> String {
    switch number {
    case EACCES, EPERM: "; give the account that runs avalon-sync the right to write there"
    case EROFS: "; the disk is mounted to be read only"
    case ENOSPC, EDQUOT: "; free some space: what was there before is intact"
    case EBUSY: "; it is a mount, or in use: rename it by hand"
    case ENAMETOOLONG: "; give it a shorter name in Kitsu"
    default: ""
    }
  }
}
