internal import YAML

/// Where in a mapping two values meet, and what is said where the lower one is missing.
struct MergePlace {
  enum Kind { case root, rules, rule, when, value }

  let kind: Kind
  /// In a rule that extends another one: what is missing here may come from that rule, so that
  /// operations wait for it.
  private(set) var isDeferred = false
  /// Why nothing is below at all; nil where something is.
  let emptiness: String?
  /// The outermost key on the way here that the mapping below lacks, and what it has there.
  private var missing: (name: String, known: [Node.Entry], isHere: Bool)?

  init(_ kind: Kind, emptiness: String? = nil) {
    self.kind = kind
    self.emptiness = emptiness
  }

  /// The place of a key.
  /// - Parameter known: what the mapping below has at this level.
  func inner(_ entry: Node.Entry, over base: Node?, known: [Node.Entry]) -> MergePlace {
    var inner = MergePlace(innerKind(entry.name), emptiness: emptiness)
    inner.isDeferred =
      isDeferred || (kind == .rules && (entry.value["extends"] ?? base?["extends"]) != nil)
    inner.missing = missing
    inner.missing?.isHere = false
    if base == nil, missing == nil { inner.missing = (entry.name, known, true) }
    return inner
  }

  private func innerKind(_ name: String) -> Kind {
    switch (kind, name) {
    case (.root, "rules"): .rules
    case (.rules, _): .rule
    case (.rule, "when"): .when
    default: .value
    }
  }

  /// What a person may have meant by a key that is not there.
  var hint: String? {
    if let emptiness { return emptiness }
    guard let missing else { return nil }
    let known = missing.known.prefix(100).map(\.name)
    let near =
      missing.name.utf8.count > 100 ? nil : Suggestion.nearest(to: missing.name, in: known)
    if let near {
      let meant = "did you mean '\(near)'?"
      return missing.isHere ? meant : "'\(missing.name)' is not there: \(meant)"
    }
    guard missing.isHere, !known.isEmpty, known.count <= 20 else {
      return "'\(missing.name)' is not there"
    }
    return Suggestion.hint(for: missing.name, in: known)
  }
}
