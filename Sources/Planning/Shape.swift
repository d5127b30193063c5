package import BSON
internal import Identity

/// Which fields of a document are ours, and how: made once for each rule.
package final class Shape: Sendable {
  package enum Policy: Sendable, Equatable {
    /// Always as desired.
    case own
    /// Written at creation only.
    case seed
    /// Our items follow Kitsu, others' stay. Items of a list of maps are known by a field.
    case merge(by: FieldName?)
  }

  enum Node: Sendable {
    case map([Entry])
    case leaf(Policy)
  }

  struct Entry: Sendable {
    let name: FieldName
    let node: Node
  }

  let root: [Entry]
  let merged: [FieldPath]
  /// The fields that are written at creation only.
  package let seeds: [FieldPath]

  /// - Parameter fields: the fields of a rule; no path may start with another one.
  package init(_ fields: [(path: FieldPath, policy: Policy)]) {
    var all = fields
    all.append((.name, .own))
    for name in Link.fieldNames {
      all.append((Link.path.appending(name), .own))
    }
    root = Shape.tree(all.map { ($0.path.names[...], $0.policy) })
    seeds = fields.filter { $0.policy == .seed }.map(\.path)
    merged = fields.filter { if case .merge = $0.policy { true } else { false } }.map(\.path)
  }

  private static func tree(
    _ fields: [(names: ArraySlice<FieldName>, policy: Policy)]
  ) -> [Entry] {
    var order: [FieldName] = []
    var groups: [FieldName: [(names: ArraySlice<FieldName>, policy: Policy)]] = [:]
    for field in fields {
      guard let first = field.names.first else { continue }
      if groups[first] == nil { order.append(first) }
      groups[first, default: []].append((field.names.dropFirst(), field.policy))
    }
    return order.map { name in
      let group = groups[name] ?? []
      if let leaf = group.first(where: { $0.names.isEmpty }) {
        return Entry(name: name, node: .leaf(leaf.policy))
      }
      return Entry(name: name, node: .map(tree(group)))
    }
  }

  /// Whether a field, one around it or one in it is ours.
  func names(_ path: FieldPath) -> Bool {
    var fields = root
    for name in path.names {
      guard let entry = fields.first(where: { $0.name == name }) else { return false }
      guard case .map(let children) = entry.node else { return true }
      fields = children
    }
    return true
  }
}
