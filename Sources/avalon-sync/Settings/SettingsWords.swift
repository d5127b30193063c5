internal import Controller
internal import Logging
internal import Planning
internal import YAML

// Words that flags, variables and the file share.

extension Policy {
  init(setting text: String) throws(SettingsError) {
    if let policy = Policy(rawValue: text) {
      self = policy
      return
    }
    let known = Policy.allCases.map(\.rawValue)
    throw SettingsError(
      "there is no policy '\(text)': \(Suggestion.hint(for: text, in: known))")
  }
}

extension Bool {
  /// The old tool took any text for on, `0` and `false` too.
  init(setting text: String) throws(SettingsError) {
    switch text.lowercased() {
    case "1", "true", "yes", "on": self = true
    case "0", "false", "no", "off": self = false
    default:
      throw SettingsError(
        "'\(text)' is neither on (1, true, yes, on) nor off (0, false, no, off)")
    }
  }
}

extension Logger.Level {
  /// Python's words and numbers for levels are understood as well.
  init(setting text: String) throws(SettingsError) {
    switch text.lowercased() {
    case "critical", "fatal", "50": self = .critical
    case "error", "40": self = .error
    case "warning", "warn", "30": self = .warning
    case "notice": self = .notice
    case "info", "20": self = .info
    case "debug", "10": self = .debug
    case "trace", "notset", "0": self = .trace
    default:
      throw SettingsError(
        "the log level is '\(text)': expected DEBUG, INFO, WARNING, ERROR or CRITICAL")
    }
  }
}

extension AdoptionSettings.ByName {
  init(setting text: String) throws(SettingsError) {
    guard let mode = Self(rawValue: text) else {
      throw SettingsError("'\(text)' is not what was expected: off, report or on")
    }
    self = mode
  }
}
