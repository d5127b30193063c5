internal import Avalon
internal import Controller
internal import Foundation
internal import Logging
internal import Planning
internal import ShippedMappings
internal import YAML

/// `avalon-sync.yaml`, read and checked as a whole. A path in it counts from its folder.
struct SettingsFile {
  struct Kitsu {
    let url: String?
    let user: String?
    let passwordFile: String?
    let tokenFile: String?
    let caFile: String?
    let eventsURL: String?
  }

  struct Directories {
    let rename: Bool?
    let root: String?
  }

  let kitsu: Kitsu
  /// The section `avalon`.
  let avalon: TargetSection
  let targets: [TargetSection]
  let mapping: String?
  let policy: Policy?
  let adopt: AdoptionSettings.ByName?
  /// Nil where there is no list.
  let projects: [ProjectSection]?
  let owner: String?
  let controllerDatabase: String?
  let journal: Journal.Limits
  let directories: Directories
  let logLevel: Logger.Level?
  let service: ServiceSection
  let notify: [NotifySection]

  private static let keys = [
    "kitsu", "avalon", "targets", "mapping", "policy", "projects", "adopt", "owner", "directories",
    "log_level", "controller", "journal", "service", "notify",
  ]
  private static let kitsuKeys = [
    "url", "user", "password_file", "token_file", "ca_file", "events_url",
  ]

  /// - Throws: ``Diagnostics`` with every mistake, or ``SettingsError`` where it cannot be read.
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError("cannot read the settings file '\(path)'")
    }
    let node = try YAML.parse(
      SourceText(name: path, bytes: Array(data), mayHoldSecrets: true))
    let folder = SettingsFolder(ofFile: path)
    let mistakes = SettingsMistakes()
    let root = SettingsMap(node, "the settings file", keys: SettingsFile.keys, mistakes)
    let kitsu = SettingsMap(root["kitsu"], "'kitsu'", keys: SettingsFile.kitsuKeys, mistakes)
    self.kitsu = Kitsu(
      url: kitsu.text("url").map { folder.address($0, scheme: Settings.snapshotScheme) },
      user: kitsu.text("user"), passwordFile: kitsu.text("password_file").map(folder.path),
      tokenFile: kitsu.text("token_file").map(folder.path),
      caFile: kitsu.text("ca_file").map(folder.path), eventsURL: kitsu.text("events_url"))
    avalon = TargetSection(
      TargetSettings.defaultName, root["avalon"], "'avalon'", folder, mistakes)
    targets = TargetSection.read(root["targets"], folder, mistakes)
    mapping = folder.mapping("mapping", in: root, mistakes)
    policy = root.word("policy", Policy.init(setting:))
    adopt = root.word("adopt", AdoptionSettings.ByName.init(setting:))
    projects = ProjectSection.read(
      root["projects"], targets: [TargetSettings.defaultName] + targets.map(\.name), folder,
      mistakes)
    owner = root.text("owner")
    let controller = SettingsMap(
      root["controller"], "'controller'", keys: ["database"], mistakes)
    controllerDatabase = controller.text("database")
    let journal = SettingsMap(root["journal"], "'journal'", keys: ["days", "megabytes"], mistakes)
    let usual = Journal.Limits()
    self.journal = Journal.Limits(
      days: journal.count("days") ?? usual.days,
      megabytes: journal.count("megabytes") ?? usual.megabytes)
    let directories = SettingsMap(
      root["directories"], "'directories'", keys: ["rename", "root"], mistakes)
    self.directories = Directories(
      rename: directories.word("rename", Bool.init(setting:)), root: directories.text("root"))
    logLevel = root.word("log_level", Logger.Level.init(setting:))
    service = ServiceSection(root["service"], mistakes)
    notify = NotifySection.read(root["notify"], folder, mistakes) ?? []
    guard mistakes.all.isEmpty else { throw Diagnostics(mistakes.all) }
  }
}

/// The folder of the settings file, from which the paths in it count.
struct SettingsFolder {
  private let folder: String

  init(ofFile path: String) { folder = (path as NSString).deletingLastPathComponent }

  func path(_ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }

  /// An address with a path in it, such as `snapshot:FILE`.
  func address(_ text: String, scheme: String) -> String {
    guard text.hasPrefix(scheme) else { return text }
    return scheme + path(String(text.dropFirst(scheme.count)))
  }

  /// A mapping file; a bare name that is no file there may be that of a mapping that is built in.
  func mapping(_ key: String, in map: SettingsMap, _ mistakes: SettingsMistakes) -> String? {
    guard let name = map.text(key), let node = map[key] else { return nil }
    let file = path(name)
    if FileManager.default.fileExists(atPath: file) { return file }
    if ShippedMappings.all[name] != nil { return name }
    mistakes.report(
      "there is no mapping file '\(file)'", at: node.position,
      hint: "built in are \(ShippedMappings.all.keys.sorted().joined(separator: ", "))")
    return nil
  }
}
