internal import ArgumentParser

/// How the service writes its log.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json

  init(setting text: String) throws(SettingsError) {
    guard let format = LogFormat(rawValue: text) else {
      throw SettingsError("'\(text)' is not what was expected: text or json")
    }
    self = format
  }
}
