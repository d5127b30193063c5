internal import Foundation
internal import Report

/// The only place that prints: products go to standard output, talk to standard error.
enum Console {
  /// A reader that went away (`| head`) is no error of ours, and changes no exit code. What cannot be
  /// written for another reason, as on a full disk, is one: whoever reads the file must not take it for
  /// whole.
  static func product(_ text: String) {
    do throws(POSIXError) {
      try write(text, to: STDOUT_FILENO)
    } catch {
      guard error.code != .EPIPE else { return }
      talk(
        "error: standard output cannot be written: \(String(cString: strerror(error.code.rawValue)))"
      )
      exit(1)
    }
  }

  /// What is said beside the work never ends it.
  static func talk(_ text: String) { draw(text + "\n") }

  /// A part of a line, as of one that is drawn over. Where it cannot be written nobody can be told.
  static func draw(_ text: String) { try? write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) throws(POSIXError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    }
  }

  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Colour on a terminal only; `NO_COLOR` (no-color.org) is obeyed.
  static var style: TextStyle {
    let isRefused =
      ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty == false
      || ProcessInfo.processInfo.environment["TERM"] == "dumb"
    return TextStyle(isColoured: isatty(STDOUT_FILENO) == 1 && !isRefused)
  }

  /// Asks on the terminal; only the whole word counts.
  static func confirms(_ question: String) -> Bool {
    draw("\(question) Only 'yes' is accepted: ")
    return readLine() == "yes"
  }
}
