internal import YAML

/// What can be told of values by their types, before any data.
extension ExpressionCompiler {
  /// Tells where a value can never fit.
  func check(
    _ value: Compiled, _ wanted: StaticType, _ user: String, _ position: Position
  ) {
    switch (value.type, wanted) {
    case (.unknown, _), (.null, _), (_, .unknown): return
    case (.list, .list): return
    case (let found, let wanted) where found == wanted: return
    default: report("\(user) needs \(wanted), not \(value.type)", at: position)
    }
  }

  /// A key, which is a text or becomes one.
  func key(_ node: Node, _ scope: Scope) -> Compiled {
    let value = template(node, scope)
    checkTextual(value, "cannot be a key")
    return value
  }

  /// A part of a text.
  func piece(_ value: Compiled) -> Compiled {
    checkTextual(value, "cannot stand in a text")
    return value
  }

  private func checkTextual(_ value: Compiled, _ problem: String) {
    let hint: String
    switch value.type {
    case .record: hint = "name one of its fields"
    case .list: hint = "join its items: | join('_')"
    case .map: hint = "name one of its entries"
    default: return
    }
    report("\(value.type) \(problem)", at: value.evaluator.position, hint: hint)
  }

  func checkHasItems(_ value: Compiled, _ position: Position) {
    switch value.type {
    case .bool, .number, .text, .id, .record:
      report("\(value.type) has no items", at: position)
    default: break
    }
  }

  /// Records are Kitsu's: what a document holds are their fields.
  func checkStorable(_ value: Compiled) {
    switch value.type {
    case .record(let type):
      report(
        "a whole \(type.rawValue) cannot be stored", at: value.evaluator.position,
        hint: "name one of its fields, or use '$ref'")
    case .list(.record(let type)):
      report(
        "whole records (\(type.rawValue)) cannot be stored", at: value.evaluator.position,
        hint: "take a field of each: | map(x, x.name)")
    default: break
    }
  }
}
