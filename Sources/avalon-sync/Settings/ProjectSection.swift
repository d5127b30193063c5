internal import Controller
internal import Mapping
internal import Planning
internal import YAML

/// One item of the settings file's list `projects`.
struct ProjectSection {
  let match: ProjectMatch
  let isSkipped: Bool
  let mapping: String?
  let override: Node?
  let policy: Policy?
  let target: String?
  /// Nil where it is told as of most.
  let notify: [NotifySection]?
  let position: Position

  private static let keys = [
    "match", "mapping", "override", "policy", "target", "skip", "notify",
  ]

  /// - Parameter targets: the names of all targets.
  /// - Returns: nil where there is no list.
  static func read(
    _ node: Node?, targets: [String], _ folder: SettingsFolder, _ mistakes: SettingsMistakes
  ) -> [ProjectSection]? {
    guard let node else { return nil }
    guard let items = node.items else {
      mistakes.report("'projects' is a list, not \(node.kind)", at: node.position)
      return nil
    }
    let sections = items.compactMap { ProjectSection($0, targets, folder, mistakes) }
    reportUnreachable(sections, mistakes)
    return sections
  }

  private init?(
    _ node: Node, _ targets: [String], _ folder: SettingsFolder, _ mistakes: SettingsMistakes
  ) {
    position = node.position
    guard node.items == nil else {
      mistakes.report("an item of 'projects' is a text or a map, not a list", at: node.position)
      return nil
    }
    let isText = node.text != nil
    let map = SettingsMap(
      isText ? nil : node, "an item of 'projects'", keys: ProjectSection.keys, mistakes)
    isSkipped = ProjectSection.isSkipped(map, mistakes)
    mapping = folder.mapping("mapping", in: map, mistakes)
    policy = map.word("policy", Policy.init(setting:))
    override = map["override"]
    notify = NotifySection.read(map["notify"], folder, mistakes)
    target = map.text("target")
    if let override, override.entries == nil {
      mistakes.report("'override' is a map, not \(override.kind)", at: override.position)
    }
    if let target, !targets.contains(target), let place = map["target"]?.position {
      mistakes.report(
        "there is no target '\(target)'", at: place,
        hint: Suggestion.hint(for: target, in: targets))
    }
    guard let found = isText ? node : map["match"] else {
      if node.entries != nil {
        mistakes.report(
          "an item of 'projects' needs 'match'", at: node.position, hint: "match: 'Hulk*'")
      }
      return nil
    }
    guard let match = ProjectSection.match(found, mistakes) else { return nil }
    self.match = match
  }

  private static func isSkipped(_ map: SettingsMap, _ mistakes: SettingsMistakes) -> Bool {
    guard let node = map["skip"] else { return false }
    guard case .scalar(let scalar) = node.content, case .bool(let flag) = scalar.value else {
      mistakes.report("'skip' is true or false", at: node.position)
      return false
    }
    for entry in map.entries where flag && !["match", "skip"].contains(entry.name) {
      mistakes.report(
        "a project that is left out has no '\(entry.name)'", at: entry.key.position,
        hint: "leave it out, or 'skip'")
    }
    return flag
  }

  private static func match(_ node: Node, _ mistakes: SettingsMistakes) -> ProjectMatch? {
    guard let text = node.text else {
      mistakes.report(
        "'match' is an id, a name, a code or an expression, not \(node.kind)", at: node.position)
      return nil
    }
    guard !text.isEmpty else {
      mistakes.report("'match' is empty", at: node.position, hint: "'*' is every project")
      return nil
    }
    guard text.contains("${") else { return .name(Glob(text)) }
    do {
      return .condition(try ProjectCondition.compile(node), text)
    } catch {
      mistakes.report(error.all)
      return nil
    }
  }

  /// The first item that matches wins, so that nothing gets past `*`, or to the same text again.
  private static func reportUnreachable(
    _ sections: [ProjectSection], _ mistakes: SettingsMistakes
  ) {
    var seen: [String: Position] = [:]
    var all: Position?
    for section in sections {
      if let earlier = all ?? seen[section.match.text] {
        mistakes.report(
          "this item is never reached: the one in line \(earlier.line) matches first",
          at: section.position, hint: "move it up, or take it away")
      }
      seen[section.match.text] = seen[section.match.text] ?? section.position
      if case .name(let glob) = section.match, glob.matchesAll { all = all ?? section.position }
    }
  }
}

extension ProjectSection {
  /// - Parameters:
  ///   - hasOwnMapping, hasOwnPolicy: whether the item's own count; a flag stands for all projects.
  func item(
    defaults: ProjectChoice, hasOwnMapping: Bool, hasOwnPolicy: Bool
  ) -> ProjectItem {
    let place = "\(position)"
    guard !isSkipped else { return ProjectItem(match: match, result: .skip, place: place) }
    let own = MappingChoice(
      file: mapping ?? defaults.mapping.file, overrideAt: override.map { "\($0.position)" })
    return ProjectItem(
      match: match,
      result: .sync(
        ProjectItem.Changes(
          mapping: hasOwnMapping ? own : nil, policy: hasOwnPolicy ? policy : nil, target: target,
          notifyAt: notify.map { _ in place })),
      place: place)
  }
}
