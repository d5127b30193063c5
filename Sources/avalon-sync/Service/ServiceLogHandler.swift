internal import Foundation
internal import Logging
internal import Report

/// The service's log: a line for each event, to standard error, as systemd and containers read it.
struct ServiceLogHandler: LogHandler {
  var logLevel = Logger.Level.notice
  var metadata = Logger.Metadata()
  var metadataProvider: Logger.MetadataProvider?
  private let format: LogFormat

  init(_ format: LogFormat) { self.format = format }

  func log(event: LogEvent) {
    var facts: [String: String] = [:]
    let provided = metadataProvider?.get() ?? [:]
    for (name, value) in [metadata, provided, event.metadata ?? [:]].joined() {
      facts[name] = "\(value)"
    }
    if let error = event.error { facts["error"] = "\(error)" }
    let record = LogRecord(
      time: Int64(Date().timeIntervalSince1970 * 1000), level: event.level.rawValue,
      message: "\(event.message)", facts: facts)
    Console.talk(format == .json ? record.json : record.text)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
}
