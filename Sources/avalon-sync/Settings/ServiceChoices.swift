internal import ArgumentParser
internal import Controller
internal import Kitsu

/// What `avalon-sync run` was told beside what all commands are.
struct ServiceChoices {
  let settings: ServiceSettings
  let feed: FeedSettings
  /// `host:port`; nil for the usual one.
  let listen: String?
  let logFormat: LogFormat
}

struct ServiceOptions: ParsableArguments {
  @Option(help: "Where health, metrics and the status page are served, as host:port.")
  var listen: String?

  @Option(help: "How the log is written: text (the default) or json.")
  var logFormat: LogFormat?
}
