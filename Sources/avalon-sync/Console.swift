internal import Foundation
internal import Report

/// The only place that prints: products go to standard output, talk to standard error.
enum Console {
  static func product(_ text: String) { write(text, to: FileHandle.standardOutput) }

  static func talk(_ text: String) { write(text + "\n", to: FileHandle.standardError) }

  /// A reader that went away (`| head`) is no error of ours.
  private static func write(_ text: String, to handle: FileHandle) {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      exit(0)
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
    write("\(question) Only 'yes' is accepted: ", to: FileHandle.standardError)
    return readLine() == "yes"
  }
}
