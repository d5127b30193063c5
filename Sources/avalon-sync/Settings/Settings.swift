internal import Avalon
internal import BSON
internal import Controller
internal import Identity
internal import Kitsu
internal import Logging
internal import Planning
internal import YAML

/// What the program was told, from flags, variables and the file together.
struct Settings {
  /// Kitsu's address, or `snapshot:FILE`.
  let kitsu: String
  let credentials: Credentials?
  let caFile: String?
  /// Avalon's databases by their names in the settings.
  let targets: [String: TargetSettings]
  /// Which projects are synced, and how each.
  let list: ProjectList
  /// The overlays that the list gives, by their places.
  let overrides: [String: Node]
  /// The ids, names or codes that the user asked for; empty for all that the list takes.
  let projects: [String]
  let owner: String
  let adoption: AdoptionChoices
  /// Guards that are lifted for this run.
  let allowed: Set<Guard>
  /// Where the journal is kept, on the MongoDB of each target or beside it in its dump.
  let controllerDatabase: String
  let journal: Journal.Limits
  /// The folder for the controller's records where there is no right to its database.
  let recordsFolder: String?
  /// The root of all projects' folders, where these follow their documents' names; nil where they
  /// stay as they are.
  let directories: String?
  let logLevel: Logger.Level

  static let snapshotScheme = "snapshot:"
  static let dumpScheme = "dump:"
}

/// Which documents that are not ours are taken over, as it was told; the old store is not read yet.
struct AdoptionChoices {
  let byName: AdoptionSettings.ByName
  let mayOverwrite: Bool
  /// The old Avalon Sync's `DATA_PATH`.
  let oldStore: String?
  let owners: [String]
  let links: [EntityID: ObjectID]
}

/// One of Avalon's databases.
struct TargetSettings {
  /// The target of the section `avalon`, which projects get that name no other.
  static let defaultName = "avalon"

  let name: String
  /// A MongoDB address, or `dump:DIR`; or why there is none, which matters only where a project is
  /// synced there.
  let address: Result<String, SettingsError>
  let database: String
  let timeout: Duration?
}

/// Settings that are missing or cannot be used.
struct SettingsError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
