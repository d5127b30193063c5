internal import YAML

/// What an overlay does to a key of the mapping below, other than giving it a value.
enum OverlayOperation {
  /// `{$remove: true}`
  case remove
  /// `{$append: […]}`
  case append([Node])

  static let names = ["$remove", "$append"]

  /// The operation that a value is; nil for any other value, and for an operation with a mistake.
  init?(_ node: Node) {
    guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
      return nil
    }
    switch entry.name {
    case "$remove":
      guard case .scalar(let scalar) = entry.value.content, scalar.value == .bool(true) else {
        return nil
      }
      self = .remove
    case "$append":
      guard let items = entry.value.items else { return nil }
      self = .append(items)
    default: return nil
    }
  }
}

/// Tells operations that are badly written or stand where they can mean nothing.
struct OperationCheck {
  private let log: MistakeLog

  init(_ log: MistakeLog) { self.log = log }

  /// Checks what stands at the keys of a mapping file.
  func check(file root: Node) { check(root, isAllowed: false) }

  private func check(_ node: Node, isAllowed: Bool) {
    for item in node.items ?? [] { check(item, isAllowed: false) }
    guard let entries = node.entries else { return }
    if let operation = entries.first(where: { OverlayOperation.names.contains($0.name) }) {
      check(operation, in: node, isAllowed: isAllowed)
    }
    let isPlain = node.plainEntries != nil
    for entry in entries { check(entry.value, isAllowed: isPlain) }
  }

  private func check(_ operation: Node.Entry, in node: Node, isAllowed: Bool) {
    let (name, position) = (operation.name, operation.key.position)
    guard isAllowed else {
      return log.report(
        "'\(name)' has no place here", at: position,
        hint: "it stands at a key that the mapping below has, not in a list or inside a directive")
    }
    if let other = node.entries?.first(where: { $0.name != name }) {
      return log.report("'\(other.name)' means nothing beside '\(name)'", at: other.key.position)
    }
    guard OverlayOperation(node) == nil else { return }
    let wanted = name == "$remove" ? "'$remove' can only be true" : "'$append' takes a list"
    log.report(wanted, at: operation.value.position)
  }
}

extension Node {
  /// The entries of a map that is no directive: a directive is one value.
  var plainEntries: [Entry]? {
    guard let entries, !entries.contains(where: { $0.name.hasPrefix("$") }) else { return nil }
    return entries
  }

  /// A key with nothing behind it, as where all that it held is commented out.
  var isNothing: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.isPlain && scalar.text.isEmpty
  }
}
