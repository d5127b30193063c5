internal import YAML

/// Collects every mistake of a file of tests.
final class Mistakes {
  private(set) var all: [Diagnostic] = []

  func report(_ message: String, at position: Position, hint: String? = nil) {
    all.append(Diagnostic(message, at: position, hint: hint))
  }

  /// The values of a map by their keys, of which only those are allowed that are known; nil for
  /// what is no map.
  /// - Parameter hints: for keys that are easily put in the wrong place.
  func fields(
    _ node: Node, _ known: [String], of what: String, hints: [String: String] = [:]
  ) -> [String: Node]? {
    guard let entries = node.entries else {
      report("\(what) is a map, not \(node.kind)", at: node.position)
      return nil
    }
    var fields: [String: Node] = [:]
    for entry in entries {
      if known.contains(entry.name) {
        fields[entry.name] = entry.value
      } else {
        report(
          "\(what) has no key '\(entry.name)'", at: entry.key.position,
          hint: hints[entry.name] ?? Mistakes.hint(for: entry.name, known))
      }
    }
    return fields
  }

  private static func hint(for name: String, _ known: [String]) -> String {
    if let near = Suggestion.nearest(to: name, in: known) { return "did you mean '\(near)'?" }
    let metadata = "Kitsu's metadata stands under 'data'"
    if known.count > longestHint { return metadata }
    let hint = Suggestion.hint(for: name, in: known)
    return known.contains("data") ? "\(hint); \(metadata)" : hint
  }

  /// Kitsu's projects and persons have more fields than anybody reads in a hint.
  private static let longestHint = 20

  /// The items of a list that may be missing.
  func items(_ node: Node?, of key: String) -> [Node] {
    guard let node else { return [] }
    if let items = node.items { return items }
    report("'\(key)' is a list, not \(node.kind)", at: node.position)
    return []
  }

  /// A text that has to be there.
  /// - Parameter place: where it is missed.
  func text(_ node: Node?, _ what: String, at place: Position) -> String? {
    guard let node else {
      report("\(what) is missing", at: place)
      return nil
    }
    guard let text = node.text, !node.isNull else {
      report("\(what) is a text, not \(node.kind)", at: node.position)
      return nil
    }
    return text
  }

  func mustBe(_ wanted: String, _ node: Node?, _ key: String, at place: Position) {
    if node?.text != wanted {
      report(
        "'\(key)' must be '\(wanted)'", at: node?.position ?? place,
        hint: "write: \(key): \(wanted)")
    }
  }

  /// BSON's names end at a NUL.
  func refuseNUL(in node: Node) {
    for item in node.items ?? [] { refuseNUL(in: item) }
    for entry in node.entries ?? [] {
      if entry.name.utf8.contains(0) {
        report("a key with a NUL character", at: entry.key.position)
      }
      refuseNUL(in: entry.value)
    }
  }
}

extension Node {
  var isNull: Bool {
    if case .scalar(let scalar) = content { scalar.value == .null } else { false }
  }
}
