internal import Kitsu
internal import Logging

/// What the program was told, from flags, variables and the file together.
struct Settings {
  /// Kitsu's address, or `snapshot:FILE`.
  let kitsu: String
  let credentials: Credentials?
  let caFile: String?
  /// A MongoDB address, or `dump:DIR`.
  let avalon: String
  let database: String
  let timeout: Duration?
  /// A mapping file; nil for the one that is built in.
  let mapping: String?
  /// Ids, names or codes; empty for all open projects.
  let projects: [String]
  let owner: String
  let logLevel: Logger.Level

  static let snapshotScheme = "snapshot:"
  static let dumpScheme = "dump:"
}

/// Settings that are missing or cannot be used.
struct SettingsError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
