internal import Foundation
internal import Kitsu
internal import Logging

/// Puts flags, variables and the file together: a flag wins over a variable, a variable over the
/// file.
///
/// The variables are those of the old Avalon Sync, so that its environment file works as it is;
/// of these `PYTHONPATH`, `AVALON_CONFIG` and `PARTD_PATH` mean nothing here.
struct SettingsReader {
  private let options: SharedOptions
  private let environment: [String: String]
  private let file: SettingsFile?

  init(
    _ options: SharedOptions,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    self.options = options
    self.environment = environment.filter { !$0.value.isEmpty }
    let named = options.config ?? self.environment["AVALON_SYNC_CONFIG"]
    let usual = "avalon-sync.yaml"
    if let named {
      file = try SettingsFile(path: named)
    } else if FileManager.default.fileExists(atPath: usual) {
      file = try SettingsFile(path: usual)
    } else {
      file = nil
    }
  }

  func read(needsAvalon: Bool = true) throws -> Settings {
    let kitsu = try kitsuAddress()
    warnOfRenames()
    return Settings(
      kitsu: kitsu,
      credentials: kitsu.hasPrefix(Settings.snapshotScheme) ? nil : try credentials(),
      caFile: try environment["GAZU_CA_FILE"] ?? file?.path("kitsu", "ca_file"),
      avalon: needsAvalon ? try avalonAddress() : "",
      database: try options.database ?? environment["AVALON_DB"] ?? file?.text("avalon", "database")
        ?? "avalon",
      timeout: try timeout(),
      mapping: try options.mapping ?? environment["AVALON_SYNC_MAPPING"] ?? file?.path("mapping"),
      projects: try projects(),
      owner: try environment["AVALON_SYNC_OWNER"] ?? file?.text("owner") ?? "avalon-sync",
      logLevel: try logLevel())
  }

  // MARK: Kitsu

  private func kitsuAddress() throws -> String {
    let address =
      try options.kitsu ?? environment["GAZU_URL"]
      ?? file?.address("kitsu", scheme: Settings.snapshotScheme)
    guard let address else {
      throw SettingsError(
        "Kitsu's address is missing: set GAZU_URL, or kitsu.url in avalon-sync.yaml, or --kitsu")
    }
    return address
  }

  private func credentials() throws -> Credentials {
    if let token = try secret("GAZU_TOKEN", "token_file") { return .token(token) }
    guard let user = try environment["GAZU_USER"] ?? file?.text("kitsu", "user") else {
      throw SettingsError(
        "Kitsu's account is missing: set GAZU_USER and GAZU_PASSWD, or GAZU_TOKEN for a bot")
    }
    guard let password = try secret("GAZU_PASSWD", "password_file") else {
      throw SettingsError(
        "the password of \(user) is missing: set GAZU_PASSWD, GAZU_PASSWD_FILE, or "
          + "kitsu.password_file in avalon-sync.yaml")
    }
    return .password(email: user, password)
  }

  /// A secret from a variable, from the file that a variable `…_FILE` names, or from the file that
  /// the settings name.
  private func secret(_ variable: String, _ key: String) throws -> Secret? {
    if let text = environment[variable] { return Secret(text) }
    guard let path = try environment["\(variable)_FILE"] ?? file?.path("kitsu", key) else {
      return nil
    }
    return Secret(try contents(path))
  }

  private func contents(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError("cannot read the file '\(path)'")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: Avalon

  private func avalonAddress() throws -> String {
    if let flag = options.avalon {
      guard !SettingsReader.holdsPassword(flag) else {
        throw SettingsError(
          "a password does not belong into an argument, which everybody on this machine can "
            + "read: set AVALON_MONGO instead")
      }
      return flag
    }
    if let address = environment["AVALON_MONGO"] { return address }
    if let path = try environment["AVALON_MONGO_FILE"] ?? file?.path("avalon", "url_file") {
      return try contents(path)
    }
    guard let address = try file?.address("avalon", scheme: Settings.dumpScheme) else {
      throw SettingsError(
        "Avalon's address is missing: set AVALON_MONGO, or avalon.url in avalon-sync.yaml, or "
          + "--avalon")
    }
    return address
  }

  private static func holdsPassword(_ address: String) -> Bool {
    guard let scheme = address.firstRange(of: "://") else { return false }
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }

  /// `MONGO_TIMEOUT` is in milliseconds, as the old Avalon Sync and pymongo have it.
  private func timeout() throws -> Duration? {
    guard let text = try environment["MONGO_TIMEOUT"] ?? file?.text("avalon", "timeout") else {
      return nil
    }
    guard let milliseconds = Int(text), milliseconds > 0 else {
      throw SettingsError("MONGO_TIMEOUT is '\(text)': expected milliseconds, such as 5000")
    }
    return .milliseconds(milliseconds)
  }

  // MARK: The rest

  private func projects() throws -> [String] {
    if !options.projects.isEmpty { return options.projects }
    return try file?.texts("projects") ?? []
  }

  /// Python's words and numbers for levels are understood as well.
  private func logLevel() throws -> Logger.Level {
    guard let text = try environment["LOG_LEVEL"] ?? file?.text("log_level") else { return .notice }
    switch text.lowercased() {
    case "critical", "fatal", "50": return .critical
    case "error", "40": return .error
    case "warning", "warn", "30": return .warning
    case "notice": return .notice
    case "info", "20": return .info
    case "debug", "10": return .debug
    case "trace", "notset", "0": return .trace
    default:
      throw SettingsError(
        "LOG_LEVEL is '\(text)': expected DEBUG, INFO, WARNING, ERROR or CRITICAL")
    }
  }

  /// The old tool's switch; `0`, `false`, `no` and `off` mean off here, as they should have there.
  private func warnOfRenames() {
    let off: Set<String> = ["0", "false", "no", "off"]
    guard let value = environment["FILESYS_RENAME"], !off.contains(value.lowercased()) else {
      return
    }
    Console.talk(
      "FILESYS_RENAME is set, but directories are not renamed yet: when a name changes, rename "
        + "them by hand under \(environment["AVALON_PROJECTS"] ?? "AVALON_PROJECTS")")
  }
}
