internal import Identity

/// How many documents have a name, by what names are compared by: enough to tell that a change
/// concerns no collision.
struct NameIndex {
  private var counts: [String: Int] = [:]
  /// Of each candidate.
  private var keys: [String?] = []
  /// Of documents of ours whose entity is gone or not mapped.
  private var gone: [Identity: String] = [:]
  private let isCaseSensitive: Bool

  init(isCaseSensitive: Bool) { self.isCaseSensitive = isCaseSensitive }

  func key(_ name: String) -> String { isCaseSensitive ? name : name.lowercased() }

  /// Notes the name of a candidate; nil where it bears none.
  /// - Returns: the keys before and after.
  mutating func set(_ index: Int, _ name: String?) -> (String?, String?) {
    while keys.count <= index { keys.append(nil) }
    let (old, new) = (keys[index], name.map(key))
    move(old, new)
    keys[index] = new
    return (old, new)
  }

  /// Notes the name of a document that nothing is wanted of.
  mutating func set(gone identity: Identity, _ name: String?) -> (String?, String?) {
    let (old, new) = (gone[identity], name.map(key))
    move(old, new)
    gone[identity] = new
    return (old, new)
  }

  /// Notes a name that a document of others has.
  mutating func add(foreign name: String) { counts[key(name), default: 0] += 1 }

  /// Whether more than one document has the name, or would have it.
  func isShared(_ key: String) -> Bool { counts[key, default: 0] > 1 }

  private mutating func move(_ old: String?, _ new: String?) {
    guard old != new else { return }
    if let old {
      let left = (counts[old] ?? 0) - 1
      counts[old] = left > 0 ? left : nil
    }
    if let new { counts[new, default: 0] += 1 }
  }
}
