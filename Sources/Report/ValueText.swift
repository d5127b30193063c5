internal import BSON

/// Values as people read them in a plan: on one line and not endless.
enum ValueText {
  static let limit = 80

  static func show(_ value: Value?) -> String {
    switch value {
    case nil: "(none)"
    case .string(let text)?: "\"\(SafeText.line(text, limit: limit))\""
    case .objectID(let id)?: "ObjectId(\(id))"
    case let value?: SafeText.line(JSONText.write(value), limit: limit)
    }
  }

  /// A document's `_id`: in Avalon an ObjectId, whose digits say it all.
  static func id(_ value: Value) -> String {
    value.objectID?.description ?? show(value)
  }

  /// A list's change as the items that come and go; nil where the items are no texts or maps with a
  /// name.
  static func items(from before: Value?, to after: Value?) -> String? {
    guard let after = after?.array else { return nil }
    let old = names(before?.array ?? .empty)
    let new = names(after)
    guard let old, let new else { return nil }
    let removed = old.filter { !new.contains($0) }.map { "- \(SafeText.line($0, limit: 40))" }
    let added = new.filter { !old.contains($0) }.map { "+ \(SafeText.line($0, limit: 40))" }
    let changes = removed + added
    return changes.isEmpty ? nil : changes.joined(separator: ", ")
  }

  private static func names(_ list: Document) -> [String]? {
    var names: [String] = []
    for element in list {
      guard let name = element.string ?? element.document?.element("name")?.string else {
        return nil
      }
      names.append(name)
    }
    return names
  }
}
