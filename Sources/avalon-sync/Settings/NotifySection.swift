internal import Controller
internal import Kitsu
internal import Report
internal import YAML

/// One item of a list `notify`: a webhook, and what it is told.
struct NotifySection {
  let url: Secret?
  let urlFile: String?
  let format: NoticeMessage.Format
  let events: Set<Notice.Event>

  private static let keys = ["url", "url_file", "format", "on"]

  /// - Returns: nil where there is no list.
  static func read(
    _ node: Node?, _ folder: SettingsFolder, _ mistakes: SettingsMistakes
  ) -> [NotifySection]? {
    guard let node else { return nil }
    guard let items = node.items else {
      mistakes.report("'notify' is a list of webhooks, not \(node.kind)", at: node.position)
      return nil
    }
    return items.map { NotifySection($0, folder, mistakes) }
  }

  private init(_ node: Node, _ folder: SettingsFolder, _ mistakes: SettingsMistakes) {
    let map = SettingsMap(node, "an item of 'notify'", keys: NotifySection.keys, mistakes)
    url = map.text("url").map { Secret($0) }
    urlFile = map.text("url_file").map(folder.path)
    format = map.word("format", NoticeMessage.Format.init(setting:)) ?? .json
    events = NotifySection.events(map["on"], mistakes)
    if node.entries != nil, (url == nil) == (urlFile == nil) {
      mistakes.report("an item of 'notify' needs 'url_file' or 'url'", at: node.position)
    }
  }

  private static func events(_ node: Node?, _ mistakes: SettingsMistakes) -> Set<Notice.Event> {
    guard let node else { return Set(Notice.Event.allCases) }
    let known = Notice.Event.allCases.map(\.rawValue)
    guard let items = node.items else {
      mistakes.report(
        "'on' is a list of \(known.joined(separator: ", ")), not \(node.kind)", at: node.position)
      return []
    }
    return Set(
      items.compactMap { item -> Notice.Event? in
        if let event = item.text.flatMap(Notice.Event.init) { return event }
        mistakes.report(
          "'on' is a list of \(known.joined(separator: ", "))", at: item.position,
          hint: item.text.map { Suggestion.hint(for: $0, in: known) })
        return nil
      })
  }

  /// - Parameter contents: reads the file of a path, which a setting names.
  /// - Throws: where the address cannot be used; it is never told, as it may hold a token.
  func endpoint(
    _ contents: (String, String) throws(SettingsError) -> String
  ) throws(SettingsError) -> NotifySettings.Endpoint {
    let address: Secret
    if let url {
      address = url
    } else {
      address = Secret(try contents(urlFile ?? "", "'url_file' of an item of 'notify'"))
    }
    guard address.isWebAddress else {
      let place = urlFile.map { "in the file '\(SafeText.line($0))'" } ?? "of an item of 'notify'"
      throw SettingsError("the address \(place) is none: it begins with https:// or http://")
    }
    return NotifySettings.Endpoint(url: address, format: format, events: events)
  }
}

extension NoticeMessage.Format {
  init(setting text: String) throws(SettingsError) {
    guard let format = Self(rawValue: text) else {
      throw SettingsError("'\(text)' is not what was expected: json or slack")
    }
    self = format
  }
}
