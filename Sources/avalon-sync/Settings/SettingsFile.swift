internal import Foundation
internal import YAML

/// `avalon-sync.yaml`. Unknown keys are refused, each with its place.
struct SettingsFile {
  private static let keys: [String: [String]] = [
    "kitsu": ["url", "user", "password_file", "token_file", "ca_file"],
    "avalon": ["url", "url_file", "database", "timeout"],
    "mapping": [], "projects": [], "owner": [], "log_level": [],
  ]

  private let root: Node
  private let folder: String

  /// - Throws: ``Diagnostics`` with every mistake, or ``SettingsError`` where it cannot be read.
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError("cannot read the settings file '\(path)'")
    }
    let source = SourceText(name: path, bytes: Array(data))
    root = try YAML.parse(source)
    folder = (path as NSString).deletingLastPathComponent
    try check()
  }

  private func check() throws {
    var mistakes: [Diagnostic] = []
    guard let entries = root.entries else {
      throw Diagnostic("the settings are a map, not \(root.kind)", at: root.position)
    }
    for entry in entries {
      guard let inner = SettingsFile.keys[entry.name] else {
        mistakes.append(unknown(entry, SettingsFile.keys.keys.sorted()))
        continue
      }
      for child in entry.value.entries ?? [] where !inner.contains(child.name) {
        mistakes.append(unknown(child, inner))
      }
      if !inner.isEmpty, entry.value.entries == nil {
        mistakes.append(
          Diagnostic("'\(entry.name)' is a map, not \(entry.value.kind)", at: entry.value.position))
      }
    }
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
  }

  private func unknown(_ entry: Node.Entry, _ known: [String]) -> Diagnostic {
    Diagnostic(
      "there is no setting '\(entry.name)'", at: entry.key.position,
      hint: Suggestion.hint(for: entry.name, in: known))
  }

  func text(_ keys: String...) throws -> String? {
    var node: Node? = root
    for key in keys { node = node?[key] }
    guard let node else { return nil }
    guard let text = node.text else {
      throw Diagnostic("expected a text, found \(node.kind)", at: node.position)
    }
    return text.isEmpty ? nil : text
  }

  /// A path in the file counts from the file's folder.
  func path(_ keys: String...) throws -> String? {
    var node: Node? = root
    for key in keys { node = node?[key] }
    guard let text = node?.text, !text.isEmpty else { return nil }
    return resolved(text)
  }

  /// An address with a path in it, such as `snapshot:FILE`.
  func address(_ section: String, scheme: String) throws -> String? {
    guard let text = try text(section, "url") else { return nil }
    guard text.hasPrefix(scheme) else { return text }
    return scheme + resolved(String(text.dropFirst(scheme.count)))
  }

  private func resolved(_ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }

  func texts(_ key: String) throws -> [String] {
    guard let node = root[key] else { return [] }
    guard let items = node.items else {
      throw Diagnostic("'\(key)' is a list, not \(node.kind)", at: node.position)
    }
    return try items.map { item in
      guard let text = item.text else {
        throw Diagnostic("expected a text, found \(item.kind)", at: item.position)
      }
      return text
    }
  }
}
