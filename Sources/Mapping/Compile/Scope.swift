internal import YAML

/// The names that an expression can use where it stands.
struct Scope {
  /// The entity that the rule is for, under its own name and under `entity`; nil inside `define`.
  var current: RecordType?
  var locals: [String: Local] = [:]
  /// Of the locals those that the whole rule has: a folder's `item`.
  var ruleLocals: [String: Local] = [:]
  /// The rule's named values, compiled where they are used.
  var lets: LetScope?
  /// The document whose own values `self` names; nil outside documents.
  var document: Node?
  /// Rules are chosen before documents have names.
  var isCondition = false
  /// The paths of `self` that are being compiled, to tell circles.
  var selfPaths: [String] = []

  struct Local {
    let slot: Int
    let type: StaticType
  }

  /// All root names, for hints.
  var names: [String] {
    var names = ["project", "studio"] + locals.keys
    if let lets { names += lets.nodes.keys }
    if let current {
      names += current == .project ? ["entity"] : [current.rawValue, "entity"]
      names += Scope.ancestors[current] ?? []
    }
    if document != nil { names.append("self") }
    return names
  }

  /// Records that stand beside the current one under their own names: `sequence` in a shot's rule.
  static let ancestors: [RecordType: [String]] = [
    .shot: ["sequence", "episode"], .sequence: ["episode"], .asset: ["episode", "asset_type"],
    .edit: ["episode"],
  ]
}
