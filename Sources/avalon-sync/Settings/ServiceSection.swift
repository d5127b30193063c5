internal import Controller
internal import YAML

/// The section `service` of the settings file: how `avalon-sync run` goes about its work.
struct ServiceSection {
  let settings: ServiceSettings
  /// `host:port`; nil where the file does not say.
  let listen: String?
  let logFormat: LogFormat?

  private static let keys = [
    "listen", "log_format", "workers", "debounce", "sweep", "resync", "resync_hours", "survey",
    "cache_megabytes", "drain",
  ]

  init(_ node: Node?, _ mistakes: SettingsMistakes) {
    let map = SettingsMap(node, "'service'", keys: ServiceSection.keys, mistakes)
    var settings = ServiceSettings()
    if let workers = map.count("workers") { settings.queue.workers = workers }
    if let debounce = map.word("debounce", Duration.init(setting:)) {
      settings.queue.debounce = debounce
    }
    if let sweep = map.word("sweep", Duration.init(setting:)) { settings.sweepInterval = sweep }
    if let resync = map.word("resync", Duration.init(setting:)) {
      settings.resyncInterval = resync
    }
    settings.resyncHours = map.word("resync_hours", HourRange.init(setting:))
    if let survey = map.word("survey", Duration.init(setting:)) {
      settings.surveyInterval = survey
    }
    if let megabytes = map.count("cache_megabytes") { settings.cacheBytes = megabytes << 20 }
    if let drain = map.word("drain", Duration.init(setting:)) { settings.drainTime = drain }
    self.settings = settings
    listen = map.text("listen")
    logFormat = map.word("log_format", LogFormat.init(setting:))
  }
}

extension HourRange {
  init(setting text: String) throws(SettingsError) {
    guard let range = HourRange(text) else {
      throw SettingsError("'\(text)' is no range of hours, such as 20-7 for the night")
    }
    self = range
  }
}
