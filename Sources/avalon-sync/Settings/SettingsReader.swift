internal import Avalon
internal import BSON
internal import Controller
internal import Foundation
internal import Identity
internal import Kitsu
internal import Logging
internal import Planning
internal import Report
internal import YAML

/// Puts flags, variables and the file together: a flag wins over a variable, a variable over the
/// file.
///
/// A flag stands for all projects, whatever the file's list says of one; a variable for what the
/// file says at its top level, from which an item of the list may differ.
///
/// The variables are those of the old Avalon Sync, so that its environment file works as it is;
/// of these `PYTHONPATH`, `AVALON_CONFIG` and `PARTD_PATH` mean nothing here, and `DATA_PATH` only
/// where MongoDB's account may not use the controller's database.
struct SettingsReader {
  private let options: SharedOptions
  private let planning: PlanOptions?
  private let environment: [String: String]
  private let file: SettingsFile?

  init(
    _ options: SharedOptions, _ planning: PlanOptions? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    self.options = options
    self.planning = planning
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

  /// - Parameter needsKitsu: whether it is an error that Kitsu's address or account is missing.
  func read(needsKitsu: Bool = true) throws -> Settings {
    let kitsu = needsKitsu ? try kitsuAddress() : ""
    let isServer = needsKitsu && !kitsu.hasPrefix(Settings.snapshotScheme)
    return Settings(
      kitsu: kitsu,
      credentials: isServer ? try credentials() : nil,
      caFile: environment["GAZU_CA_FILE"] ?? file?.kitsu.caFile,
      targets: try targets(), list: try list(),
      overrides: overrides,
      projects: options.projects,
      owner: environment["AVALON_SYNC_OWNER"] ?? file?.owner ?? "avalon-sync",
      adoption: try adoption(), allowed: Set(planning?.allowed ?? []),
      controllerDatabase: file?.controllerDatabase ?? "avalon_sync",
      journal: file?.journal ?? Journal.Limits(), recordsFolder: environment["DATA_PATH"],
      directories: try directories(),
      logLevel: try variable("LOG_LEVEL", Logger.Level.init(setting:)) ?? file?.logLevel ?? .notice)
  }

  /// The overlays in the settings by their places.
  private var overrides: [String: Node] {
    let nodes = (file?.projects ?? []).compactMap(\.override)
    return Dictionary(nodes.map { ("\($0.position)", $0) }) { first, _ in first }
  }

  /// Every mapping that the settings give to a project, each once, with its overlay; the usual one
  /// first.
  func mappings() throws -> [(file: String?, override: Node?)] {
    let list = try list()
    var choices = [list.defaults.mapping]
    for item in list.items ?? [] {
      if case .sync(let changes) = item.result, let choice = changes.mapping,
        !choices.contains(choice)
      {
        choices.append(choice)
      }
    }
    return choices.map { choice in (choice.file, choice.overrideAt.flatMap { overrides[$0] }) }
  }

  /// The mapping that a project gets where no item of the list gives it another; nil for the one
  /// that is built in.
  func mapping() -> String? {
    options.mapping ?? environment["AVALON_SYNC_MAPPING"] ?? file?.mapping
  }

  private func variable<Value>(
    _ name: String, _ parse: (String) throws(SettingsError) -> Value
  ) throws -> Value? {
    guard let text = environment[name] else { return nil }
    do {
      return try parse(text)
    } catch {
      throw SettingsError("\(name): \(error)")
    }
  }

  // MARK: Kitsu

  private func kitsuAddress() throws -> String {
    guard let address = options.kitsu ?? environment["GAZU_URL"] ?? file?.kitsu.url else {
      throw SettingsError(
        "Kitsu's address is missing: set GAZU_URL, or kitsu.url in avalon-sync.yaml, or --kitsu")
    }
    return address
  }

  private func credentials() throws -> Credentials {
    if let token = try secret("GAZU_TOKEN") { return .token(token) }
    // An account in variables wins over the file's token, as every variable does over the file.
    let hasPassword = ["GAZU_PASSWD", "GAZU_PASSWD_FILE"].contains { environment[$0] != nil }
    if environment["GAZU_USER"] == nil || !hasPassword, let path = file?.kitsu.tokenFile {
      return .token(Secret(try contents(path, "kitsu.token_file")))
    }
    guard let user = environment["GAZU_USER"] ?? file?.kitsu.user else {
      throw SettingsError(
        "Kitsu's account is missing: set GAZU_USER and GAZU_PASSWD, or GAZU_TOKEN for a bot")
    }
    guard
      let password = try secret("GAZU_PASSWD")
        ?? file?.kitsu.passwordFile.map({ Secret(try contents($0, "kitsu.password_file")) })
    else {
      throw SettingsError(
        "the password of \(user) is missing: set GAZU_PASSWD, GAZU_PASSWD_FILE, or "
          + "kitsu.password_file in avalon-sync.yaml")
    }
    return .password(email: user, password)
  }

  /// A secret from a variable, or from the file that a variable `…_FILE` names.
  private func secret(_ variable: String) throws -> Secret? {
    if let text = environment[variable] { return Secret(text) }
    guard let path = environment["\(variable)_FILE"] else { return nil }
    return Secret(try contents(path, "\(variable)_FILE"))
  }

  /// - Parameter setting: what names the file. The path is not told: people write the secret itself
  ///   in its place.
  private func contents(_ path: String, _ setting: String) throws(SettingsError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError(
        "cannot read the file that \(setting) names: it is to be the path of a file that holds the "
          + "secret")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: Avalon

  /// A database by its name in the settings, for what needs no Kitsu.
  func target(_ name: String) throws -> TargetSettings {
    let targets = try targets()
    guard let target = targets[name] else {
      let hint = Suggestion.hint(for: name, in: targets.keys)
      throw SettingsError("there is no target '\(name)': \(hint)")
    }
    return target
  }

  /// The flags stand for every target, so that nothing is written to any other database than the
  /// one that the user named.
  private func targets() throws -> [String: TargetSettings] {
    if let flag = options.avalon, SettingsReader.holdsPassword(flag) {
      throw SettingsError(
        "a password does not belong into an argument, which everybody on this machine can "
          + "read: set AVALON_MONGO instead")
    }
    let timeout = try variable("MONGO_TIMEOUT", SettingsReader.milliseconds) ?? file?.avalon.timeout
    let usual = TargetSettings(
      name: TargetSettings.defaultName, address: Result(catching: avalonAddress),
      database: options.database ?? environment["AVALON_DB"] ?? file?.avalon.database ?? "avalon",
      timeout: timeout)
    let others = (file?.targets ?? []).map { target in
      TargetSettings(
        name: target.name,
        address: Result { () throws(SettingsError) -> String in
          if let address = options.avalon ?? target.url { return address }
          return try contents(target.urlFile ?? "", "'url_file' of the target '\(target.name)'")
        },
        database: options.database ?? target.database ?? "avalon",
        timeout: target.timeout ?? timeout)
    }
    return Dictionary(uniqueKeysWithValues: ([usual] + others).map { ($0.name, $0) })
  }

  private func avalonAddress() throws(SettingsError) -> String {
    if let address = options.avalon ?? environment["AVALON_MONGO"] { return address }
    if let path = environment["AVALON_MONGO_FILE"] {
      return try contents(path, "AVALON_MONGO_FILE")
    }
    if let path = file?.avalon.urlFile { return try contents(path, "avalon.url_file") }
    guard let address = file?.avalon.url else {
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
  private static func milliseconds(_ text: String) throws(SettingsError) -> Duration {
    guard let milliseconds = Int(text), milliseconds > 0 else {
      throw SettingsError("'\(text)' is not what was expected: milliseconds, such as 5000")
    }
    return .milliseconds(milliseconds)
  }

  // MARK: The service

  /// How `avalon-sync run` goes about its work.
  func service(_ options: ServiceOptions) throws -> ServiceChoices {
    let section = file?.service
    let listen = options.listen ?? environment["AVALON_SYNC_LISTEN"] ?? section?.listen
    let format =
      try options.logFormat ?? variable("AVALON_SYNC_LOG_FORMAT", LogFormat.init(setting:))
      ?? section?.logFormat
    return ServiceChoices(
      settings: section?.settings ?? ServiceSettings(),
      feed: FeedSettings(eventAddress: environment["GAZU_EVENT_URL"] ?? file?.kitsu.eventsURL),
      notify: try notify(), listen: listen, logFormat: format ?? .text)
  }

  /// The webhook of the variable is told beside those of the file.
  private func notify() throws -> NotifySettings {
    func endpoints(_ sections: [NotifySection]) throws -> [NotifySettings.Endpoint] {
      try sections.map { try $0.endpoint(contents) }
    }
    var usual = try endpoints(file?.notify ?? [])
    if let url = try secret("AVALON_SYNC_NOTIFY_URL") {
      guard url.isWebAddress else {
        throw SettingsError(
          "AVALON_SYNC_NOTIFY_URL is no address: it begins with https:// or http://")
      }
      let format = try variable("AVALON_SYNC_NOTIFY_FORMAT", NoticeMessage.Format.init(setting:))
      usual.append(
        NotifySettings.Endpoint(
          url: url, format: format ?? .json, events: Set(Notice.Event.allCases)))
    }
    var own: [String: [NotifySettings.Endpoint]] = [:]
    for item in file?.projects ?? [] {
      if let sections = item.notify { own["\(item.position)"] = try endpoints(sections) }
    }
    return NotifySettings(usual: usual, own: own, caFile: environment["AVALON_SYNC_NOTIFY_CA_FILE"])
  }

  // MARK: Projects

  private func list() throws -> ProjectList {
    let flag = try options.policy.map { text throws(SettingsError) in
      do throws(SettingsError) {
        return try Policy(setting: text)
      } catch {
        throw SettingsError("--policy: \(error)")
      }
    }
    let policy = try flag ?? variable("AVALON_SYNC_POLICY", Policy.init(setting:)) ?? file?.policy
    let defaults = ProjectChoice(
      mapping: MappingChoice(file: mapping()), policy: policy ?? .upsertOnly,
      target: TargetSettings.defaultName)
    let items = file?.projects?.map {
      $0.item(
        defaults: defaults, hasOwnMapping: options.mapping == nil, hasOwnPolicy: flag == nil)
    }
    return ProjectList(items: items, defaults: defaults)
  }

  private func adoption() throws -> AdoptionChoices {
    let flag = try planning?.adopt.map { text throws(SettingsError) in
      do throws(SettingsError) {
        return try AdoptionSettings.ByName(setting: text)
      } catch {
        throw SettingsError("--adopt: \(error)")
      }
    }
    return AdoptionChoices(
      byName: flag ?? file?.adopt ?? .report, mayOverwrite: planning?.adoptOverwrites ?? false,
      oldStore: planning?.adoptFrom, owners: planning?.adoptOwners ?? [],
      links: try links())
  }

  private func links() throws -> [EntityID: ObjectID] {
    var links: [EntityID: ObjectID] = [:]
    for text in planning?.links ?? [] {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let entity = EntityID(String(parts[0])),
        let document = ObjectID(hex: String(parts[1]))
      else {
        throw SettingsError(
          "--link: '\(SafeText.line(text))' is not what was expected: an entity's id in Kitsu, '=', a "
            + "document's _id (24 hexadecimal digits)")
      }
      links[entity] = document
    }
    return links
  }

  // MARK: Directories

  /// The root of all projects' folders, where `FILESYS_RENAME` asks that they follow.
  private func directories() throws -> String? {
    let rename = try variable("FILESYS_RENAME", Bool.init(setting:)) ?? file?.directories.rename
    guard rename == true else { return nil }
    guard let root = environment["AVALON_PROJECTS"] ?? file?.directories.root else {
      throw SettingsError(
        "folders are to be renamed (FILESYS_RENAME), and their root is missing: set "
          + "AVALON_PROJECTS, or directories.root in avalon-sync.yaml")
    }
    guard root.hasPrefix("/") else {
      throw SettingsError(
        "the root of all projects' folders, '\(root)', is no absolute path: set AVALON_PROJECTS, or "
          + "directories.root, to one that begins with '/'")
    }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      throw SettingsError(
        "the root of all projects' folders, '\(root)', is no directory: is it mounted? Correct "
          + "AVALON_PROJECTS or directories.root, or set FILESYS_RENAME=0 to leave folders as they are"
      )
    }
    return root
  }
}
