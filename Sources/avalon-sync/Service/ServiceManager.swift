internal import CNotify
internal import Foundation

/// The service manager that started us, where one did: systemd, or any other that speaks sd_notify(3).
///
/// A message is one datagram of lines `NAME=value` to the socket that `NOTIFY_SOCKET` names. Without that
/// variable, as in a terminal or a container, every call does nothing.
struct ServiceManager: Sendable {
  /// A path, or `@` and the name of an abstract socket.
  let socket: String?
  /// How often the watchdog wants to hear of us: half of what it waits, as sd_watchdog_enabled(3) advises.
  /// Nil where no watchdog is set, or where it is another process's.
  let watchdogInterval: Duration?

  /// - Parameters:
  ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` (microseconds) and `WATCHDOG_PID`.
  ///   - process: our own process id, which `WATCHDOG_PID` names where the watchdog is ours.
  init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    process: Int32 = ProcessInfo.processInfo.processIdentifier
  ) {
    socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
    watchdogInterval =
      isOurs && socket != nil
      ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap {
        $0 > 0 ? .microseconds($0) / 2 : nil
      } : nil
  }

  /// It runs, or runs again after `reloading`.
  func ready() throws(ServiceManagerError) { try send("READY=1") }

  /// It reads its settings anew; `ready` must follow.
  func reloading() throws(ServiceManagerError) {
    // Type=notify-reload asks for the time too, so that it can tell this reload from an earlier one.
    // CLOCK_MONOTONIC, as sd_notify(3) has it.
    let microseconds = DispatchTime.now().uptimeNanoseconds / 1000
    try send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
  }

  /// It was told to stop, and ends what it is at.
  func stopping() throws(ServiceManagerError) { try send("STOPPING=1") }

  /// A sign of life, due every `watchdogInterval`.
  func watchdog() throws(ServiceManagerError) { try send("WATCHDOG=1") }

  /// What it is at, for `systemctl status`. A line of its own would be a message of its own (`MAINPID=…`), and
  /// the text may hold names from Kitsu: whatever ends a line or controls a terminal becomes a blank. systemd
  /// reads 4096 bytes of a message, and refuses one that was cut within a character.
  func status(_ text: String) throws(ServiceManagerError) {
    var line = ""
    var size = 0
    for scalar in text.unicodeScalars {
      size += UTF8.width(scalar)
      if size > 2000 { break }
      line.unicodeScalars.append(
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
          ? " " : scalar)
    }
    try send("STATUS=" + line)
  }

  private func send(_ message: String) throws(ServiceManagerError) {
    guard let socket else { return }
    let code = notify_send(socket, message)
    if code != 0 {
      throw ServiceManagerError(socket: socket, reason: String(cString: strerror(code)))
    }
  }
}

/// The service manager could not be told. The service goes on: what it does for Avalon does not hang on it.
struct ServiceManagerError: Error, CustomStringConvertible {
  let socket: String
  let reason: String

  var description: String { "cannot tell the service manager at \(socket): \(reason)" }
}
