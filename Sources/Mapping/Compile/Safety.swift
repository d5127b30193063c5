internal import YAML

/// What a rule wants for documents that others may stand on (`protect`).
enum Protection: String, CaseIterable {
  /// Documents with subsets, and those above them.
  case published
  /// Documents with a task that somebody began (`real_start_date` in Kitsu), and those above them.
  case started

  /// The word for none of them: names and places follow Kitsu whatever stands on them.
  static let none = "follow"
}

/// What becomes of a document whose entity is gone from Kitsu, cancelled, or no longer mapped
/// (`removed`), under the policy `sync`.
package enum Removal: String, Sendable, CaseIterable, Comparable {
  case keep, archive, delete

  package static func < (left: Removal, right: Removal) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What keeps a rule's documents from harm.
struct Safety {
  var protect: Set<Protection> = [.published]
  var removed = Removal.keep
}

/// Compiles `protect` and `removed` of a rule.
struct SafetyCompiler {
  private let expressions: ExpressionCompiler

  init(_ expressions: ExpressionCompiler) { self.expressions = expressions }

  func compile(_ rule: Node) -> Safety {
    var safety = Safety()
    if let node = rule["protect"] { safety.protect = protections(node) }
    if let node = rule["removed"] {
      let removal = node.text.flatMap { Removal(rawValue: $0) }
      safety.removed = removal ?? refuse(node, "'removed'", Removal.allCases.map(\.rawValue), .keep)
    }
    return safety
  }

  private func protections(_ node: Node) -> Set<Protection> {
    if node.text == Protection.none { return [] }
    let words = Protection.allCases.map(\.rawValue)
    guard let items = node.items, !items.isEmpty else {
      return refuse(
        node, "'protect'", [Protection.none], [.published],
        also: ", or a list of \(words.map { "'\($0)'" }.joined(separator: " and "))")
    }
    return Set(
      items.map { item in
        item.text.flatMap { Protection(rawValue: $0) }
          ?? refuse(item, "an item of 'protect'", words, .published)
      })
  }

  private func refuse<T>(
    _ node: Node, _ what: String, _ words: [String], _ instead: T, also: String = ""
  ) -> T {
    let shown = words.map { "'\($0)'" }.joined(separator: ", ")
    expressions.report(
      "\(what) is \(words.count > 1 ? "one of " : "")\(shown)\(also)", at: node.position,
      hint: node.text.flatMap { Suggestion.hint(for: $0, in: words) })
    return instead
  }
}
