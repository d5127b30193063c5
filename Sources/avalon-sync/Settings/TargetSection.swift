internal import YAML

/// One of Avalon's databases as the settings file has it: the section `avalon`, or one of `targets`.
struct TargetSection {
  let name: String
  let url: String?
  let urlFile: String?
  let database: String?
  let timeout: Duration?

  private static let keys = ["url", "url_file", "database", "timeout"]

  init(
    _ name: String, _ node: Node?, _ what: String, _ folder: SettingsFolder,
    _ mistakes: SettingsMistakes
  ) {
    self.name = name
    let map = SettingsMap(node, what, keys: TargetSection.keys, mistakes)
    url = map.text("url").map { folder.address($0, scheme: Settings.dumpScheme) }
    urlFile = map.text("url_file").map(folder.path)
    database = map.text("database")
    timeout = map.duration("timeout")
    if url != nil, let second = map["url_file"] {
      mistakes.report(
        "\(what) has both 'url' and 'url_file'", at: second.position, hint: "leave one of them out")
    }
  }

  static func read(
    _ node: Node?, _ folder: SettingsFolder, _ mistakes: SettingsMistakes
  ) -> [TargetSection] {
    guard let node else { return [] }
    guard let entries = node.entries else {
      mistakes.report(
        "'targets' is a map of databases by their names, not \(node.kind)", at: node.position)
      return []
    }
    return entries.map { entry in
      let what = "the target '\(entry.name)'"
      if entry.name == TargetSettings.defaultName {
        mistakes.report(
          "\(what) is the section 'avalon'", at: entry.key.position,
          hint: "give this one another name, or use the section")
      }
      let target = TargetSection(entry.name, entry.value, what, folder, mistakes)
      if entry.value.entries != nil, target.url == nil, target.urlFile == nil {
        mistakes.report("\(what) needs 'url' or 'url_file'", at: entry.key.position)
      }
      return target
    }
  }
}
