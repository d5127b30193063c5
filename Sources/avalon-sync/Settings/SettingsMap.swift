internal import YAML

/// Collects what is wrong with the settings, so that all of it is told at once.
final class SettingsMistakes {
  private(set) var all: [Diagnostic] = []

  func report(_ message: String, at position: Position, hint: String? = nil) {
    all.append(Diagnostic(message, at: position, hint: hint))
  }

  func report(_ mistakes: [Diagnostic]) { all += mistakes }
}

/// One map of the settings, whose keys are known. What is wrong with it is told once, when it is
/// made; what is wrong with a value, when that is asked for.
struct SettingsMap {
  let entries: [Node.Entry]
  private let mistakes: SettingsMistakes

  /// - Parameter what: "a target": for messages.
  init(_ node: Node?, _ what: String, keys: [String], _ mistakes: SettingsMistakes) {
    self.mistakes = mistakes
    entries = node?.entries ?? []
    guard let node else { return }
    if node.entries == nil {
      mistakes.report("\(what) is a map, not \(node.kind)", at: node.position)
    }
    for entry in entries where !keys.contains(entry.name) {
      // An address stands there where a key was forgotten.
      let isAddress = entry.name.contains("//") || entry.name.contains("@")
      let name = isAddress ? "of that name" : "'\(entry.name)'"
      mistakes.report(
        "there is no setting \(name) in \(what)", at: entry.key.position,
        hint: Suggestion.hint(for: entry.name, in: keys))
    }
  }

  subscript(key: String) -> Node? { entries.first { $0.name == key }?.value }

  /// A single value; nil where it is missing or empty.
  func text(_ key: String) -> String? {
    guard let node = self[key] else { return nil }
    guard case .scalar(let scalar) = node.content else {
      mistakes.report("'\(key)' is a text, not \(node.kind)", at: node.position)
      return nil
    }
    return scalar.value == .null || scalar.text.isEmpty ? nil : scalar.text
  }

  /// Milliseconds.
  func duration(_ key: String) -> Duration? {
    guard let text = text(key), let node = self[key] else { return nil }
    guard let milliseconds = Int(text), milliseconds > 0 else {
      mistakes.report(
        "'\(key)' is a number of milliseconds", at: node.position, hint: "write: \(key): 5000")
      return nil
    }
    return .milliseconds(milliseconds)
  }

  /// A whole number of 1 or more, small enough to be reckoned with.
  func count(_ key: String) -> Int? {
    guard let text = text(key), let node = self[key] else { return nil }
    guard let count = Int(text), 1...1_000_000 ~= count else {
      mistakes.report("'\(key)' is a whole number from 1 to 1000000", at: node.position)
      return nil
    }
    return count
  }

  /// One of the words that a setting can be.
  func word<Value>(_ key: String, _ parse: (String) throws(SettingsError) -> Value) -> Value? {
    guard let text = text(key), let node = self[key] else { return nil }
    do {
      return try parse(text)
    } catch {
      mistakes.report(error.description, at: node.position)
      return nil
    }
  }
}
